import { queueSettings, readQueue } from '@cartograph/amazon-sp-api/settings';
import { GERMANY } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { openAmazonNotifications } from '@cartograph/amazon-sp-api/testing/amazon-notifications';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { createLogger } from '@cartograph/runtime/logger';
import { describe, expect, it, vi } from 'vitest';
import { createPushOffers } from '../src/jobs/push-offers.ts';
import { createOperations } from '../src/operations/index.ts';
import { type AmazonShop, listed, openAmazonShop } from './amazon-shop.ts';
import { line, order } from './stock-world.ts';

/** A shop that hands over three offers and more in a feed, with so many. */
async function openBusyShop(count = 4, options: Parameters<typeof openAmazonShop>[0] = {}) {
  const world = await openAmazonShop({ feedFrom: 3, ...options });
  const skus: string[] = [];
  for (let near = 1; near <= count; near += 1) skus.push(await listed(world, near));
  return Object.assign(world, { skus });
}
const quantities = (world: AmazonShop & { readonly skus: readonly string[] }) =>
  world.skus.map((sku) => world.double.listings.shown(sku).quantity);
const open = (world: AmazonShop) => world.run('SELECT reference FROM offer_submission');
const letGo = (world: AmazonShop) => world.run("SELECT FROM offer_submission WHERE leased_until = '-infinity'");

describe.runIf(hasContracts())('a feed of many offers', () => {
  it('is uploaded, followed to its end, and read for what became of each', async () => {
    await using world = await openBusyShop();
    const [refused = ''] = world.skus;
    world.double.listings.refuse(refused, 'The listing is blocked.');
    const unlisted = await world.variant({ near: 9 });
    await world.push();
    const [feed] = world.double.feeds.all();
    if (!feed) throw new Error('there is no feed');
    expect(
      world.double.feeds
        .messages(feed)
        .map(({ sku }) => sku)
        .sort(),
    ).toEqual([...world.skus].sort());
    expect([world.double.asked('patchListingsItem'), quantities(world)]).toEqual([0, Array(4).fill(undefined)]);
    // Not asked after before its time, and asked after again while it is under way.
    await world.push();
    expect(world.double.asked('getFeed')).toBe(0);
    await world.due();
    await world.push();
    expect([world.double.asked('getFeed'), world.double.asked('getFeedDocument')]).toEqual([1, 0]);
    world.double.feeds.process();
    await world.due();
    await world.push();
    expect(quantities(world)).toEqual([undefined, 2, 3, 4]);
    const found = await world.run(
      'SELECT variant_id AS sku, refusal, reason FROM offer_push WHERE refusal IS NOT NULL',
    );
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({ sku: refused, refusal: 'REFUSED', reason: 'The listing is blocked. (90220)' });
    expect(found).toContainEqual(expect.objectContaining({ sku: unlisted, refusal: 'UNKNOWN_SKU' }));
    expect([await open(world), world.double.feeds.all().length]).toEqual([[], 1]);
  });

  it('is read as soon as Amazon tells that it has ended, and told twice it is read once', async () => {
    await using notifications = await openAmazonNotifications();
    const { queue } = notifications;
    const settings = queueSettings('AMAZON_FEEDS_QUEUE', '');
    const listening = readQueue({ AMAZON_FEEDS_QUEUE: queue.arn, ...queue.env }, settings);
    await using world = await openBusyShop(4, { ...listening, parts: [notifications] });
    const job = createPushOffers(createOperations(world.ports), 3_600_000, createLogger('products', 'silent'));
    job.start();
    try {
      // Handed over and let go of: whoever hands it over says then when it is asked after.
      await vi.waitFor(async () => expect(await letGo(world)).toHaveLength(1), 10_000);
      await vi.waitFor(() => expect(notifications.subscribed().FEED_PROCESSING_FINISHED).toBe(queue.arn), 10_000);
      world.double.feeds.process();
      const [feed] = world.double.feeds.all();
      for (let times = 0; times < 2; times += 1)
        notifications.tell('FEED_PROCESSING_FINISHED', { id: feed?.feedId ?? '' });
      await vi.waitFor(async () => expect([await open(world), queue.left()]).toEqual([[], 0]), 10_000);
      expect(quantities(world)).toEqual([1, 2, 3, 4]);
      expect(world.double.asked('getFeedDocument')).toBe(1);
    } finally {
      await job.stop();
    }
  });

  it('is not overtaken: what changes meanwhile is told when it has ended', async () => {
    await using world = await openBusyShop();
    await world.push();
    const [sku = ''] = world.skus.slice(-1);
    await world.holds.hold(order(), [line(sku)], 60);
    await world.push();
    expect(world.double.asked('patchListingsItem')).toBe(0);
    world.double.feeds.process();
    await world.due();
    await world.push();
    expect([quantities(world), world.double.asked('patchListingsItem')]).toEqual([[1, 2, 3, 3], 1]);
  });

  it.each(['FATAL', 'CANCELLED', 'gone', 'stuck'] as const)('that ends as %s is told again', async (how) => {
    await using world = await openBusyShop();
    await world.push();
    world.double.feeds.lose(how);
    await world.due();
    await world.push();
    const [row] = await world.run('SELECT failures, last_error AS "lastError" FROM offer_push LIMIT 1');
    expect(row).toMatchObject({
      failures: 1,
      lastError: expect.stringMatching(/^Amazon (ended it as|knows no feed|does not get on)/),
    });
    world.double.feeds.processAtOnce();
    await world.due();
    await world.push();
    await world.due();
    await world.push();
    expect([quantities(world), await open(world)]).toEqual([[1, 2, 3, 4], []]);
  });

  it.each(['before', 'after'] as const)(
    'whose answer is lost %s its effect never overwrites what is told after it',
    async (at) => {
      await using world = await openBusyShop();
      world.double.faults.add({ operation: 'createFeed', at, does: 'cut' });
      await world.push();
      expect(world.double.feeds.all()).toHaveLength(at === 'after' ? 1 : 0);
      const [sku = ''] = world.skus.slice(-1);
      await world.holds.hold(order(), [line(sku)], 60);
      await world.due();
      await world.push();
      // While it may be in Amazon's hands, nothing else is said of its offers; once it is not, what changed is.
      expect([world.double.asked('getFeeds'), world.double.asked('patchListingsItem')]).toEqual([
        1,
        at === 'after' ? 0 : 1,
      ]);
      world.double.feeds.process();
      world.double.feeds.processAtOnce();
      await vi.waitFor(async () => {
        await world.due();
        await world.push();
        expect([quantities(world), await open(world)]).toEqual([[1, 2, 3, 3], []]);
      }, 10_000);
    },
  );

  it.each(['before it was handed over', 'after'] as const)(
    'of a process that died %s is finished by another',
    async (when) => {
      await using world = await openBusyShop();
      const dying = { ...world.channel, show: dyingShow(world, when) };
      const taken = await world.ports.offers.claim(dying, 10);
      await world.ports.offers.sending(taken);
      await expect(
        dying.show(
          taken.map(({ sku, wanted }) => ({ sku, ...wanted })),
          async (reference) => void (await world.ports.offers.handingOver(taken, reference)),
        ),
      ).rejects.toThrow('killed');
      await world.leasesEnd();
      await world.due();
      await world.push();
      expect(world.double.asked('getFeeds')).toBe(1);
      world.double.feeds.process();
      world.double.feeds.processAtOnce();
      await vi.waitFor(async () => {
        await world.due();
        await world.push();
        expect([quantities(world), await open(world)]).toEqual([[1, 2, 3, 4], []]);
      }, 10_000);
    },
  );

  it('that Amazon’s limit refuses for sure is handed over later', async () => {
    await using world = await openBusyShop();
    world.double.limits.set('createFeed', { rate: 0.01, burst: 0 });
    await world.push();
    expect([await open(world), world.double.feeds.all()]).toEqual([[], []]);
    world.double.limits.set('createFeed', { rate: 10, burst: 5 });
    await world.run(`UPDATE offer_push SET due_at = now()`);
    expect(await world.ports.offers.claim(world.channel, 10)).toHaveLength(4);
  });

  it('has prices and quantities as its schema says', async () => {
    await using world = await openBusyShop(3);
    await world.push();
    const [feed] = world.double.feeds.all();
    if (!feed) throw new Error('there is no feed');
    const price = { marketplace_id: GERMANY, currency: 'EUR', audience: 'ALL' };
    expect(world.double.feeds.messages(feed)[0]).toMatchObject({
      ...{ messageId: 1, operationType: 'PATCH', productType: 'SHIRT' },
      patches: [
        { op: 'merge', path: '/attributes/fulfillment_availability', value: [{ fulfillment_channel_code: 'DEFAULT' }] },
        {
          ...{ op: 'merge', path: '/attributes/purchasable_offer' },
          value: [{ ...price, our_price: [{ schedule: [{ value_with_tax: 19.99 }] }] }],
        },
      ],
    });
  });
});

/** Ends with the process just before or just after Amazon has the feed. */
const dyingShow =
  ({ channel, double }: AmazonShop, when: 'before it was handed over' | 'after'): AmazonShop['channel']['show'] =>
  async (offers, handsOver) => {
    let times = 0;
    return channel.show(offers, async (reference, skus) => {
      times += 1;
      if (times === 2) throw new Error('killed');
      await handsOver(reference, skus);
      if (when !== 'after') throw new Error('killed');
      expect(double.feeds.all()).toHaveLength(0);
    });
  };
