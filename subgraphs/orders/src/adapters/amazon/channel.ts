import { type AmazonClient, AmazonRefusal, createAmazonClient } from '@cartograph/amazon-sp-api/client';
import { createDocuments } from '@cartograph/amazon-sp-api/documents';
import { CLOCK_SKEW_MS, feedEnd, feedsSince, submitFeed } from '@cartograph/amazon-sp-api/feeds';
import { listen } from '@cartograph/amazon-sp-api/notifications';
import type { QueueSettings } from '@cartograph/amazon-sp-api/queue';
import type { AmazonSettings } from '@cartograph/amazon-sp-api/settings';
import type { ChannelEars, OpenSalesChannel } from '../../ports/sales-channel.ts';
import { all, FEED_TYPES, readReport, toDocument } from './feeds.ts';
import { type AmazonOrder, isOurs, toChannelOrder } from './orders.ts';

export interface AmazonChannelOptions extends AmazonSettings {
  /** Our method for what Amazon has sold. */
  readonly shippingMethodId: string;
  readonly lookEveryMs: number;
  /** Where Amazon tells of orders; they are looked for alone without it. */
  readonly queue?: QueueSettings;
  readonly timeoutMs?: number;
}

/** As little of the buyer as a parcel needs: neither their name nor their mail address is asked for. */
const INCLUDED = ['RECIPIENT', 'PROCEEDS', 'FULFILLMENT'];
const CONTENT_TYPE = 'text/xml; charset=UTF-8';

interface SearchAnswer {
  readonly orders: readonly AmazonOrder[];
  readonly pagination?: { readonly nextToken?: string };
  readonly lastUpdatedBefore?: string;
}

/** One seller's marketplaces, over the Selling Partner API. */
export function createAmazonChannel(options: AmazonChannelOptions): OpenSalesChannel {
  const { sellerId, shippingMethodId, lookEveryMs, timeoutMs = 10_000 } = options;
  const client = createAmazonClient({ ...options, timeoutMs });
  const documents = createDocuments();
  const marketplaceIds = options.marketplaces.map(({ id }) => id);
  return {
    ...{ name: 'amazon', shippingMethodId, lookEveryMs },
    async changedOrders(since, page) {
      const answer: SearchAnswer = await client.ask('searchOrders', {
        query: {
          ...{ lastUpdatedAfter: since.toISOString(), marketplaceIds, fulfilledBy: 'MERCHANT', includedData: INCLUDED },
          ...(page !== null && { paginationToken: page }),
        },
      });
      const { orders, pagination, lastUpdatedBefore } = answer;
      return {
        orders: orders.filter(isOurs).map(toChannelOrder),
        nextPage: pagination?.nextToken ?? null,
        completeUntil: lastUpdatedBefore ? new Date(lastUpdatedBefore) : null,
      };
    },
    async send(kind, messages, earlier) {
      const feedType = FEED_TYPES[kind];
      if (earlier) {
        // A feed has no key. One of this kind that is nobody else's is the one whose answer was lost.
        const made = await feedsSince(client, feedType, new Date(earlier.at.getTime() - CLOCK_SKEW_MS));
        const receipt = made.find((feedId) => !earlier.others.includes(feedId));
        if (receipt !== undefined) return { receipt };
      }
      const text = toDocument(sellerId, kind, messages);
      try {
        return {
          receipt: await submitFeed(client, documents, { feedType, contentType: CONTENT_TYPE, marketplaceIds, text }),
        };
      } catch (error) {
        if (!(error instanceof AmazonRefusal)) throw error;
        return { results: all(messages, error.message) };
      }
    },
    async outcome(receipt, messages) {
      const end = await feedEnd(client, documents, receipt);
      if (!end) return null;
      return 'report' in end ? readReport(end.report, messages) : all(messages, end.lost);
    },
    ...(options.queue && { hear: createHearing(client, options, options.queue) }),
    close: () => client.close(),
  };
}

/** Of an order that has changed only its number is taken from the news: the order is read as it is. */
const createHearing =
  (client: AmazonClient, { sellerId, marketplaces }: AmazonSettings, queue: QueueSettings) =>
  ({ changed, failed }: ChannelEars): (() => Promise<void>) =>
    listen({
      ...{ client, queue, sellerId, type: 'ORDER_CHANGE', failed },
      async heard({ id, marketplaceId, fulfilledBy }) {
        if (fulfilledBy === 'AFN' || !marketplaces.some((one) => one.id === marketplaceId)) return;
        const request = { path: { orderId: id }, query: { includedData: INCLUDED } };
        const answer: { readonly order: AmazonOrder } | null = await client.ask('getOrder', request).catch(orNothing);
        if (answer && isOurs(answer.order)) await changed(toChannelOrder(answer.order));
      },
    });

/** An order that Amazon does not show will not be there the next time. */
function orNothing(error: unknown): null {
  if (error instanceof AmazonRefusal && (error.status === 404 || error.status === 400)) return null;
  throw error;
}
