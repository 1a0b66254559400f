import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { createFakeChannel, type FakeChannel } from './fake-channel.ts';
import { createFakeShop } from './fake-shop.ts';
import { eventually, openShop, type ShopOptions, staff } from './open-shop.ts';

type Shop = Awaited<ReturnType<typeof openShop>>;

/** A shop that sells at a marketplace too. Nothing happens by itself: tests look, take in and tell. */
export async function openChannelShop(options: ShopOptions = {}, fake: FakeChannel = createFakeChannel()) {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const open = (more: ShopOptions = {}) =>
    openShop(db, neighbours, { channels: [fake.channel], checkout: { deadlineMs: 2_000 }, ...options, ...more });
  const shop = await open();
  const addVariant = (stock: number) => {
    const id = neighbours.addVariant(stock);
    return { id, sku: `SKU-${countOf(neighbours)}` };
  };
  return {
    ...{ db, neighbours, fake, shop, open, addVariant },
    takeIn: (of: Shop = shop) => takeIn(of),
    /** One row per order of the channel, oldest first. */
    rows: async () => (await db.pool.query('SELECT * FROM channel_order ORDER BY position')).rows,
    orders: async () => (await db.pool.query('SELECT * FROM orders ORDER BY placed_at, id')).rows,
    /** Everything that waits for its time is due. */
    async makeDue() {
      await db.pool.query('UPDATE channel_order SET due_at = now() WHERE due_at IS NOT NULL');
      await db.pool.query('UPDATE channel_message SET due_at = now() WHERE due_at IS NOT NULL AND told_at IS NULL');
      await db.pool.query('UPDATE channel_batch SET due_at = now()');
      await db.pool.query('UPDATE channel_look SET due_at = now()');
    },
    /** What a process that died has taken is free again. */
    async endLeases() {
      await db.pool.query('UPDATE channel_order SET leased_until = NULL');
      await db.pool.query('UPDATE channel_batch SET leased_until = NULL');
      await db.pool.query(`UPDATE channel_look SET leased_until = '-infinity'`);
    },
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

export type ChannelShop = Awaited<ReturnType<typeof openChannelShop>>;

const countOf = (neighbours: ReturnType<typeof createFakeShop>): number => neighbours.variantCount();

/** Looks at the channel, and takes in what is due. */
export async function takeIn({ operations }: Shop): Promise<void> {
  await operations.lookAtChannels();
  await operations.takeInChannelOrders();
}

/** Until the outbox has told what was to be told, and the channel has taken it. */
export async function tell(one: ChannelShop, count: number): Promise<void> {
  await eventually(async () => (await one.db.pool.query('SELECT FROM channel_message')).rowCount === count);
  await eventually(async () => {
    await one.shop.operations.tellChannels();
    one.fake.workOff();
    await one.makeDue();
    await one.shop.operations.tellChannels();
    return (await one.db.pool.query('SELECT FROM channel_message WHERE told_at IS NULL')).rowCount === 0;
  });
}

export const CHANNEL_ORDERS = /* GraphQL */ `
  query ($status: [ChannelOrderStatus!]) {
    channelOrders(status: $status) {
      nodes { channel externalId status problem message nextAttemptAt order { id status channel { name externalId } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

export async function listed({ shop }: ChannelShop, status: readonly string[] | null = null) {
  const { data, errors } = await shop.as(staff)(CHANNEL_ORDERS, { status });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.channelOrders.nodes;
}
