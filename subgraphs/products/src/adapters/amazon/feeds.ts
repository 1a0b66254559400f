import type { AmazonClient } from '@cartograph/amazon-sp-api/client';
import { createDocuments } from '@cartograph/amazon-sp-api/documents';
import { CLOCK_SKEW_MS, feedEnd, uploadDocument } from '@cartograph/amazon-sp-api/feeds';
import { reasonOf, Unavailable } from '@cartograph/kernel/errors';
import { hadNoEffect } from '@cartograph/providers/calls';
import type { OfferOutcome } from '../../domain/offer.ts';
import type { Followed, HandsOver } from '../../ports/sales-channel.ts';
import type { Seller } from './listings.ts';
import type { ListingChange } from './patches.ts';

const FEED_TYPE = 'JSON_LISTINGS_FEED';
const CONTENT_TYPE = 'application/json; charset=UTF-8';
/** Of a feed whose answer was lost only the time is known. */
const PERHAPS = 'perhaps since ';

interface Report {
  readonly issues: readonly {
    readonly sku?: string;
    readonly severity: string;
    readonly message: string;
    readonly code?: string;
  }[];
}

/** Many offers in one document, which Amazon works off in its own time and then reports on. */
export function createAmazonFeeds(client: AmazonClient, { sellerId, marketplaces }: Seller) {
  const documents = createDocuments();

  function upload(changes: readonly ListingChange[]): Promise<string> {
    const feed = {
      header: { sellerId, version: '2.0' },
      messages: changes.map(({ sku, productType, patches }, index) => ({
        ...{ messageId: index + 1, sku, operationType: 'PATCH', productType, patches },
      })),
    };
    return uploadDocument(client, documents, { contentType: CONTENT_TYPE, text: JSON.stringify(feed) });
  }

  async function followFeed(feedId: string): Promise<Followed> {
    const end = await feedEnd(client, documents, feedId);
    if (!end) return { kind: 'under way' };
    return 'lost' in end ? { kind: 'lost', reason: end.lost } : readReport(end.report);
  }

  /** Nobody knows which feed is ours, so all have to end. */
  async function followUnknown(since: string): Promise<Followed> {
    const query = { feedTypes: [FEED_TYPE], processingStatuses: ['IN_QUEUE', 'IN_PROGRESS'], createdSince: since };
    const { feeds } = await client.ask('getFeeds', { query });
    if (feeds.length > 0) return { kind: 'under way' };
    return { kind: 'lost', reason: 'The answer to a feed was lost.' };
  }

  return {
    async send(changes: readonly ListingChange[], handsOver: HandsOver): Promise<OfferOutcome> {
      const inputFeedDocumentId = await upload(changes);
      const skus = changes.map(({ sku }) => sku);
      await handsOver(PERHAPS + new Date(Date.now() - CLOCK_SKEW_MS).toISOString(), skus);
      const marketplaceIds = marketplaces.map(({ id }) => id);
      const body = { feedType: FEED_TYPE, marketplaceIds, inputFeedDocumentId };
      const created = await client.ask('createFeed', { body }).catch((error): { reason: string } | null => {
        if (error instanceof Unavailable && !hadNoEffect(error)) return null;
        return { reason: reasonOf(error) };
      });
      if (created?.reason) return { kind: 'unanswered', reason: created.reason };
      if (created) await handsOver(created.feedId, skus);
      return { kind: 'handed over' };
    },
    follow: (reference: string): Promise<Followed> =>
      reference.startsWith(PERHAPS) ? followUnknown(reference.slice(PERHAPS.length)) : followFeed(reference),
  };
}

function readReport(text: string): Followed {
  const { issues } = JSON.parse(text) as Report;
  const refused = new Map<string, string>();
  for (const { sku, severity, message, code } of issues) {
    if (severity !== 'ERROR') continue;
    const said = code ? `${message} (${code})` : message;
    if (!sku) return { kind: 'lost', reason: said };
    refused.set(sku, [refused.get(sku), said].filter(Boolean).join(' '));
  }
  return { kind: 'ended', refused };
}
