import { type AmazonClient, AmazonRefusal, createAmazonClient } from '@cartograph/amazon-sp-api/client';
import { listen } from '@cartograph/amazon-sp-api/notifications';
import type { QueueSettings } from '@cartograph/amazon-sp-api/queue';
import type { AmazonSettings } from '@cartograph/amazon-sp-api/settings';
import { reasonOf } from '@cartograph/kernel/errors';
import type { OfferOutcome } from '../../domain/offer.ts';
import type { ChannelEars, HandsOver, SalesChannel } from '../../ports/sales-channel.ts';
import { createAmazonFeeds } from './feeds.ts';
import { inTurn } from './in-turn.ts';
import { findListings, type Seller } from './listings.ts';
import { type ListingChange, toChange } from './patches.ts';

export interface AmazonChannelOptions extends AmazonSettings {
  readonly buffer: number;
  /** Where Amazon tells of feeds that have ended; they are asked after alone without it. */
  readonly queue?: QueueSettings;
  readonly timeoutMs?: number;
  /** From so many offers on they go over in one feed. */
  readonly feedFrom?: number;
}

/** So many that they are looked up well within the time for which a process has them. */
const BATCH = 5_000;

/** The listings of one seller at Amazon: few changes one by one, many in a feed. */
export function createAmazonChannel({ feedFrom = 51, buffer, queue, ...settings }: AmazonChannelOptions): SalesChannel {
  const client = createAmazonClient(settings);
  const seller: Seller = settings;
  const feeds = createAmazonFeeds(client, seller);

  async function tell(changes: readonly ListingChange[], handsOver: HandsOver): Promise<readonly OfferOutcome[]> {
    if (changes.length < feedFrom) return inTurn(changes, (change) => tellOne(client, seller, change));
    const outcome = await feeds.send(changes, handsOver);
    return changes.map(() => outcome);
  }

  return {
    ...{ name: 'amazon', batch: BATCH, buffer },
    markets: seller.marketplaces.map(({ currency, country }) => ({ currency, country })),
    async show(offers, handsOver) {
      // Amazon takes an offer of what it does not list, says nothing, and sells nothing: so it is asked before.
      const listings = await findListings(
        client,
        seller,
        offers.map(({ sku }) => sku),
      );
      const changes = offers.flatMap((offer) => {
        const listing = listings.get(offer.sku);
        return listing ? [toChange(offer, listing, seller.marketplaces)] : [];
      });
      const told = changes.filter(({ patches }) => patches.length > 0);
      const outcomes = await tell(told, handsOver);
      const bySku = new Map(told.map(({ sku }, index) => [sku, outcomes[index]]));
      return offers.map(({ sku }) => bySku.get(sku) ?? { kind: listings.has(sku) ? 'shown' : 'unknown' });
    },
    follow: feeds.follow,
    ...(queue && {
      hear: ({ ended, failed }: ChannelEars) =>
        listen({
          ...{ client, queue, sellerId: seller.sellerId, type: 'FEED_PROCESSING_FINISHED', failed },
          heard: ended,
        }),
    }),
    close: () => client.close(),
  };
}

async function tellOne(
  client: AmazonClient,
  { sellerId }: Seller,
  { sku, productType, marketplaceIds, patches }: ListingChange,
): Promise<OfferOutcome> {
  try {
    const { status, issues = [] } = await client.ask('patchListingsItem', {
      path: { sellerId, sku },
      query: { marketplaceIds },
      body: { productType, patches },
    });
    if (status === 'ACCEPTED') return { kind: 'shown' };
    const said = (issues as readonly Issue[]).map(({ message, code }) => `${message} (${code})`);
    return { kind: 'refused', reason: said.join(' ') || `It says ${status}.` };
  } catch (error) {
    const isRefused = error instanceof AmazonRefusal && error.status === 400;
    return { kind: isRefused ? 'refused' : 'unanswered', reason: reasonOf(error) };
  }
}

interface Issue {
  readonly message: string;
  readonly code: string;
}
