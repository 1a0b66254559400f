import { openAmazonNotifications } from '@cartograph/amazon-sp-api/testing/amazon-notifications';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { createLogger } from '@cartograph/runtime/logger';
import { describe, expect, it, vi } from 'vitest';
import { createChannelJobs } from '../src/jobs/channel-jobs.ts';
import { openAmazon } from './amazon-shop.ts';
import { openChannelShop } from './open-channel.ts';

/** A shop that sells at Amazon and is told of orders; it looks for them once a day. */
async function openTold() {
  const notifications = await openAmazonNotifications();
  const amazon = await openAmazon({ notifications, lookEveryMs: 86_400_000 });
  const world = await openChannelShop({ channels: [amazon.channel] });
  const jobs = createChannelJobs(world.shop.operations, createLogger('orders', 'silent'));
  for (const job of jobs) job.start();
  // The first look is over, and the next one is tomorrow.
  await vi.waitFor(async () => expect((await looks()).length).toBe(1), 10_000);
  await vi.waitFor(() => expect(notifications.subscribed()).toEqual({ ORDER_CHANGE: notifications.queue.arn }), 10_000);
  const { sku } = world.addVariant(10);
  async function looks() {
    return (await world.db.pool.query('SELECT until FROM channel_look WHERE due_at > now()')).rows;
  }
  return {
    ...{ notifications, amazon, world, looks },
    sell: () => amazon.orders.sell({ items: [{ sku, quantity: 1, price: '20.00' }] }),
    statuses: async () => (await world.rows()).map(({ status }) => status),
    async [Symbol.asyncDispose]() {
      await Promise.all(jobs.map((job) => job.stop()));
      await world[Symbol.asyncDispose]();
      await amazon[Symbol.asyncDispose]();
      await notifications[Symbol.asyncDispose]();
    },
  };
}

describe.runIf(hasContracts())('an order that Amazon tells of', () => {
  it('is taken in at once, and once, however often it is told, while the next look begins where it would', async () => {
    await using shop = await openTold();
    const before = await shop.looks();
    const id = shop.sell();
    for (let times = 0; times < 3; times += 1) shop.notifications.tell('ORDER_CHANGE', { id });
    await vi.waitFor(async () => expect(await shop.statuses()).toEqual(['PLACED']), 20_000);
    await vi.waitFor(() => expect(shop.notifications.queue.left()).toBe(0), 10_000);
    expect(await shop.world.orders()).toHaveLength(1);
    expect(await shop.looks()).toEqual(before);
    expect(shop.amazon.double.asked('searchOrders')).toBe(1);
  });

  it('and is cancelled there is given up here', async () => {
    await using shop = await openTold();
    const id = shop.sell();
    shop.notifications.tell('ORDER_CHANGE', { id });
    await vi.waitFor(async () => expect(await shop.statuses()).toEqual(['PLACED']), 20_000);
    shop.amazon.orders.cancel(id);
    shop.notifications.tell('ORDER_CHANGE', { id });
    await vi.waitFor(async () => expect(await shop.statuses()).toEqual(['CANCELLED']), 20_000);
  });

  it('but never told is found by the next look', async () => {
    await using shop = await openTold();
    shop.sell();
    await shop.world.makeDue();
    await vi.waitFor(async () => expect(await shop.statuses()).toEqual(['PLACED']), 20_000);
  });

  it('is nothing to us where Amazon sends it itself, or does not show it', async () => {
    await using shop = await openTold();
    const id = shop.sell();
    shop.notifications.tell('ORDER_CHANGE', { id, fulfilledBy: 'AFN' });
    shop.notifications.tell('ORDER_CHANGE', { id: '302-9999999-9999999' });
    await vi.waitFor(() => expect(shop.notifications.queue.left()).toBe(0), 10_000);
    expect(shop.amazon.double.asked('getOrder')).toBe(1);
    expect(await shop.statuses()).toEqual([]);
  });
});
