import { BRITAIN, GERMANY } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import type { OfferPush } from '../src/ports/sales-channel.ts';
import { createStores } from '../src/subgraph.ts';
import { type AmazonShop, listed, openAmazonShop } from './amazon-shop.ts';
import { buyer, clerk } from './stock-shop.ts';
import { line, order } from './stock-world.ts';

const LIST = /* GraphQL */ `
  query ($channel: String) {
    offerRefusals(channel: $channel) { nodes { id channel kind message refusedAt variant { sku } } }
  }
`;
const refusals = async (world: AmazonShop, channel: string | null = null): Promise<readonly any[]> =>
  (await world.as(clerk)(LIST, { channel })).data.offerRefusals.nodes;

describe.runIf(hasContracts())('Amazon', () => {
  it('shows what can be sold and at what price, and follows what moves', async () => {
    await using world = await openAmazonShop();
    const sku = await listed(world, 5);
    await world.price(sku, 1750, 'GBP');
    await world.price(sku, 2100, 'EUR', 'DE');
    await world.push();
    expect(world.double.listings.shown(sku)).toEqual({
      quantity: 5,
      prices: { [GERMANY]: '21 EUR', [BRITAIN]: '17.5 GBP' },
    });
    await world.holds.hold(order(), [line(sku, 2)], 60);
    await world.price(sku, 1999, 'EUR', 'DE');
    await world.push();
    expect(world.double.listings.shown(sku)).toMatchObject({ quantity: 3, prices: { [GERMANY]: '19.99 EUR' } });
    expect([await refusals(world), world.double.listings.stubs.size]).toEqual([[], 0]);
  });

  it('is told of many changes once, and of those that change nothing not at all', async () => {
    await using world = await openAmazonShop();
    const sku = await listed(world, 5);
    await world.push();
    for (let times = 0; times < 10; times += 1) await world.receive(sku, world.near, 1);
    await world.price(sku, 1500);
    await world.push();
    expect([world.double.listings.shown(sku).quantity, world.double.asked('patchListingsItem')]).toEqual([15, 2]);
    const id = order();
    await world.holds.hold(id, [line(sku, 2)], 60);
    await world.holds.release(id);
    await world.push();
    expect(world.double.asked('patchListingsItem')).toBe(2);
  });

  it('keeps what else is said of a listing, and leaves Amazon’s own warehouse to Amazon', async () => {
    await using world = await openAmazonShop();
    const [slow, theirs] = [await listed(world, 5), await listed(world, 5)];
    const code = 'fulfillment_availability';
    const ours = { fulfillment_channel_code: 'DEFAULT', quantity: 1, lead_time_to_ship_max_days: 12 };
    world.double.listings.setAttribute(slow, code, [ours]);
    const amazons = { fulfillment_channel_code: 'AMAZON_EU', quantity: 70 };
    world.double.listings.setAttribute(theirs, code, [amazons]);
    await world.push();
    expect(world.double.listings.attributes(slow)[code]).toEqual([{ ...ours, quantity: 5 }]);
    expect(world.double.listings.attributes(theirs)[code]).toEqual([amazons]);
    expect(world.double.listings.shown(theirs).prices[GERMANY]).toBe('19.99 EUR');
  });

  it('has no offer where we have no price, and none of what is no longer for sale', async () => {
    await using world = await openAmazonShop();
    const sku = await listed(world, 5);
    await world.price(sku, 1750, 'GBP');
    await world.push();
    await world.price(sku, null, 'GBP');
    await world.push();
    expect(world.double.listings.shown(sku)).toEqual({ quantity: 5, prices: { [GERMANY]: '19.99 EUR' } });
    const [product] = await world.run<{ id: string }>('SELECT product_id AS id FROM variant WHERE id = $1', [sku]);
    await world.ports.productWriter.archive(product?.id ?? '');
    await world.push();
    expect(world.double.listings.shown(sku).quantity).toBe(0);
  });

  it('is never shown the pieces that are kept back, and is told when others are kept back', async () => {
    await using world = await openAmazonShop({ buffer: 2 });
    const [many, few] = [await listed(world, 5), await listed(world, 1)];
    await world.push();
    expect([many, few].map((sku) => world.double.listings.shown(sku).quantity)).toEqual([3, 0]);
    await world.ports.offers.open([{ ...world.channel, buffer: 4 }]);
    const other = createStores(world.db, [], [{ ...world.channel, buffer: 4 }]);
    expect(await other.offers.claim({ ...world.channel, buffer: 4 }, 10)).toHaveLength(2);
  });

  it('that lists nothing by a SKU has it among the refused, until it does', async () => {
    await using world = await openAmazonShop();
    const sku = await world.variant({ near: 5 });
    await world.price(sku, 1999);
    await world.push();
    expect(await refusals(world, 'amazon')).toMatchObject([
      { channel: 'amazon', kind: 'UNKNOWN_SKU', variant: { sku }, refusedAt: expect.any(String) },
    ]);
    expect([await refusals(world, 'flipkart'), world.double.listings.stubs.size]).toEqual([[], 0]);
    expect((await world.as(buyer)(LIST)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await world.push();
    expect(world.double.asked('searchListingsItems')).toBe(1);
    world.double.listings.list(sku);
    await world.due();
    await world.push();
    expect([world.double.listings.shown(sku).quantity, await refusals(world)]).toEqual([5, []]);
  });

  it('has those that it refuses in pages', async () => {
    await using world = await openAmazonShop();
    const skus = [await world.variant(), await world.variant(), await world.variant()];
    await world.push();
    const page = async (after: string | null) =>
      (
        await world.as(clerk)(
          'query ($after: String) { offerRefusals(first: 2, after: $after) { nodes { variant { sku } } pageInfo { endCursor hasNextPage } } }',
          { after },
        )
      ).data.offerRefusals;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    expect([...first.nodes, ...second.nodes].map(({ variant }) => variant.sku)).toEqual(skus.sort());
  });

  it('that refuses an offer is listed with its words, and told again when something changes', async () => {
    await using world = await openAmazonShop();
    const [sku, fine] = [await listed(world, 5), await listed(world, 6)];
    world.double.listings.refuse(sku, 'The price is above the highest one.');
    await world.push();
    expect(await refusals(world)).toMatchObject([
      { kind: 'REFUSED', message: 'The price is above the highest one. (90220)', variant: { sku } },
    ]);
    expect(world.double.listings.shown(fine).quantity).toBe(6);
    world.double.listings.take(sku);
    await world.price(sku, 999);
    await world.push();
    expect([world.double.listings.shown(sku).prices[GERMANY], await refusals(world)]).toEqual(['9.99 EUR', []]);
  });

  it.each(['before', 'after'] as const)('that fails %s the effect shows the newest in the end', async (at) => {
    await using world = await openAmazonShop();
    const sku = await listed(world, 5);
    await world.push();
    await world.holds.hold(order(), [line(sku)], 60);
    world.double.faults.add({ operation: 'patchListingsItem', at, does: 'cut', times: 5 });
    await world.push();
    expect(world.double.listings.shown(sku).quantity).toBe(at === 'before' ? 5 : 4);
    // Back to what it showed before all this: the lost answer may have been that of an effect.
    await world.receive(sku, world.near, 1);
    await world.due();
    await world.push();
    expect(world.double.listings.shown(sku).quantity).toBe(5);
  });

  it('is told anew each day, whatever somebody made of it there', async () => {
    await using world = await openAmazonShop();
    const sku = await listed(world, 5);
    await world.push();
    world.double.listings.setAttribute(sku, 'fulfillment_availability', [
      { fulfillment_channel_code: 'DEFAULT', quantity: 90 },
    ]);
    await world.push();
    expect(world.double.listings.shown(sku).quantity).toBe(90);
    await world.run(`UPDATE offer_push SET due_at = due_at - interval '1 day'`);
    await world.push();
    expect(world.double.listings.shown(sku).quantity).toBe(5);
  });

  it('that is down is asked again later, and nothing is forgotten meanwhile', async () => {
    await using world = await openAmazonShop();
    const sku = await listed(world, 5);
    world.double.faults.add({
      operation: 'searchListingsItems',
      at: 'before',
      does: { status: 503, body: { errors: [] } },
      times: 5,
    });
    await world.push();
    expect(world.double.listings.shown(sku).quantity).toBeUndefined();
    const [row] = await world.run('SELECT failures, last_error AS "lastError" FROM offer_push');
    expect(row).toMatchObject({ failures: 1, lastError: expect.stringContaining('Amazon gave no answer') });
    await world.due();
    await world.push();
    expect(world.double.listings.shown(sku).quantity).toBe(5);
  });

  it('is told as often as it grants, with none left out', async () => {
    await using world = await openAmazonShop();
    world.double.limits.set('patchListingsItem', { rate: 20, burst: 5 });
    const skus = [];
    for (let near = 1; near <= 25; near += 1) skus.push(await listed(world, near));
    const began = performance.now();
    await world.push();
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(skus.map((sku) => world.double.listings.shown(sku).quantity)).toEqual(skus.map((_, index) => index + 1));
    expect(world.double.asked('searchListingsItems')).toBe(2);
  });

  it('is told the newest by whichever of several processes comes first, and each offer once', async () => {
    await using world = await openAmazonShop();
    const skus = await Promise.all([1, 2, 3, 4].map((near) => listed(world, near)));
    await Promise.all([world.push(), world.push(), world.push()]);
    expect(skus.map((sku) => world.double.listings.shown(sku).quantity)).toEqual([1, 2, 3, 4]);
    expect(world.double.asked('patchListingsItem')).toBe(4);
  });

  it('shows the last of prices that are changed at once', async () => {
    await using world = await openAmazonShop();
    const sku = await listed(world, 5);
    const changes = Array.from({ length: 12 }, (_, index) => world.price(sku, 1000 + index));
    await Promise.all([...changes, world.push(), world.push()]);
    await world.push();
    const [price] = await world.run<{ minor: number }>('SELECT minor FROM price WHERE variant_id = $1', [sku]);
    expect(world.double.listings.shown(sku).prices[GERMANY]).toBe(`${(price?.minor ?? 0) / 100} EUR`);
  });

  it('is told by another process what one that died had taken or told', async () => {
    await using world = await openAmazonShop();
    const sku = await listed(world, 5);
    const [taken] = await world.ports.offers.claim(world.channel, 10);
    if (!taken) throw new Error('nothing was queued');
    await world.ports.offers.sending([taken]);
    await world.channel.show([{ sku, ...taken.wanted }], async () => {});
    // It ends here, between the effect and its record; nobody else has it yet.
    await world.push();
    expect(world.double.asked('patchListingsItem')).toBe(1);
    await world.leasesEnd();
    await world.push();
    expect(world.double.asked('patchListingsItem')).toBe(2);
    expect(await world.run('SELECT sent, failures FROM offer_push')).toEqual([{ sent: null, failures: 0 }]);
  });

  it.each(['has told', 'tells'] as const)(
    'that an older offer reached while another process %s the newest is told that again',
    async (when) => {
      await using world = await openAmazonShop();
      const { offers } = world.ports;
      const sku = await listed(world, 5);
      const take = async (): Promise<OfferPush> => {
        const [taken] = await offers.sending(await offers.claim(world.channel, 10));
        if (!taken) throw new Error('nothing was queued');
        return taken;
      };
      const show = ({ wanted }: OfferPush) => world.channel.show([{ sku, ...wanted }], async () => {});
      const settle = (offer: OfferPush) =>
        offers.settle('amazon', [{ offer, outcome: { kind: 'shown' }, pauseMs: 60_000 }]);
      const slow = await take();
      await world.leasesEnd();
      await world.holds.hold(order(), [line(sku)], 60);
      const quick = await take();
      await show(quick);
      if (when === 'has told') await settle(quick);
      await show(slow);
      expect(world.double.listings.shown(sku).quantity).toBe(5);
      await settle(slow);
      if (when === 'tells') await settle(quick);
      await world.push();
      expect(world.double.listings.shown(sku).quantity).toBe(4);
      expect(await offers.sending([slow])).toEqual([]);
    },
  );

  it('costs a shop without channels no row, and one that leaves it nothing more', async () => {
    await using world = await openAmazonShop();
    const sku = await listed(world, 5);
    await world.push();
    await world.ports.offers.open([]);
    await world.receive(sku, world.near, 1);
    const left = await world.run('SELECT 1 FROM offer_change UNION ALL SELECT 2 FROM offer_push');
    expect(left).toEqual([]);
    await world.push();
    expect(world.double.listings.shown(sku).quantity).toBe(5);
    await world.ports.offers.open([world.channel]);
    await world.push();
    expect(world.double.listings.shown(sku).quantity).toBe(6);
  });
});
