import {
  AMAZON_SELLER,
  type AmazonPart,
  BRITAIN,
  GERMANY,
  openAmazonDouble,
} from '@cartograph/amazon-sp-api/testing/amazon-double';
import type { Viewer } from '@cartograph/kernel/viewer';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { type AmazonChannelOptions, createAmazonChannel } from '../src/adapters/amazon/channel.ts';
import { createOperations } from '../src/operations/index.ts';
import { createProducts, createStores } from '../src/subgraph.ts';
import { stockWorld } from './stock-world.ts';

/** A shop of ours whose goods are also sold in two of Amazon's marketplaces. */
export async function openAmazonShop({
  parts = [],
  ...options
}: Partial<AmazonChannelOptions> & { readonly parts?: readonly AmazonPart[] } = {}) {
  const world = await stockWorld();
  const double = await openAmazonDouble(...parts);
  const channel = createAmazonChannel({
    ...{ ...double.options, sellerId: AMAZON_SELLER, buffer: 0, timeoutMs: 10_000 },
    marketplaces: [
      { id: GERMANY, currency: 'EUR', country: 'DE' },
      { id: BRITAIN, currency: 'GBP', country: null },
    ],
    ...options,
  });
  const ports = createStores(world.db, [], [channel]);
  await ports.offers.open([channel]);
  const config = { port: 0, envelopeSecret: TEST_SECRET, logLevel: 'silent', defaultCurrency: 'EUR' };
  const products = createProducts(ports, config);
  const url = await products.listen();
  return {
    ...{ ...world, double, channel, ports },
    push: createOperations(ports).pushOffers,
    as: (viewer: Viewer) => askSubgraph('products', url, viewer),
    /** In minor units; null takes the price away. */
    price: (variantId: string, minor: number | null, currency = 'EUR', country: string | null = null) =>
      ports.prices.set([{ variantId, currency, country, minor, compareAtMinor: null }]),
    /** As if the time for which something waits was over. */
    async due(): Promise<void> {
      await world.run('UPDATE offer_push SET due_at = now() WHERE pushed_version < version OR refusal IS NOT NULL');
      await world.run('UPDATE offer_submission SET due_at = now()');
    },
    /** As if whoever had taken something had died long ago. */
    async leasesEnd(): Promise<void> {
      await world.run(`UPDATE offer_push SET leased_until = '-infinity'`);
      await world.run(`UPDATE offer_submission SET leased_until = '-infinity'`);
    },
    async [Symbol.asyncDispose]() {
      await products.close();
      await channel.close();
      await double[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}
export type AmazonShop = Awaited<ReturnType<typeof openAmazonShop>>;

/** A variant with a price that Amazon lists, too; its SKU is its id. */
export async function listed(world: AmazonShop, near: number, minor: number | null = 1999): Promise<string> {
  const variantId = await world.variant({ near });
  if (minor !== null) await world.price(variantId, minor);
  world.double.listings.list(variantId, { marketplaceIds: [GERMANY, BRITAIN] });
  return variantId;
}
