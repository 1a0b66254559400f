import { type AmazonClientOptions, createAmazonClient } from '@cartograph/amazon-sp-api/client';
import type { Seller } from './listings.ts';

/** Asks how many listings there are, which changes nothing. */
export async function checkAmazon({
  sellerId,
  marketplaces,
  ...options
}: AmazonClientOptions & Seller): Promise<string> {
  const client = createAmazonClient(options);
  try {
    const query = { marketplaceIds: marketplaces.map(({ id }) => id), pageSize: '1' };
    const { numberOfResults } = await client.ask('searchListingsItems', { path: { sellerId }, query });
    return `${numberOfResults} items are listed`;
  } finally {
    await client.close();
  }
}
