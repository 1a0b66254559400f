import { createAmazonClient } from '@cartograph/amazon-sp-api/client';
import type { AmazonSettings } from '@cartograph/amazon-sp-api/settings';

const MINUTE_MS = 60_000;

/** Looks for an order of the last minutes, if there is any. */
export async function checkAmazon({ marketplaces, ...options }: AmazonSettings): Promise<string> {
  const client = createAmazonClient(options);
  try {
    const lastUpdatedAfter = new Date(Date.now() - 5 * MINUTE_MS).toISOString();
    const marketplaceIds = marketplaces.map(({ id }) => id);
    await client.ask('searchOrders', { query: { lastUpdatedAfter, marketplaceIds, maxResultsPerPage: '1' } });
    return 'the application may read orders';
  } finally {
    await client.close();
  }
}
