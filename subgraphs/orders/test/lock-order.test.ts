import { meetLocked } from '@cartograph/runtime/testing/meet-locked';
import { type TestDatabase, testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { PrismaClient } from '../generated/prisma/client.ts';
import { createCartStore } from '../src/datasources/cart-store.ts';
import { createChannelMessageStore } from '../src/datasources/channel-message-store.ts';
import { createChannelOrderStore } from '../src/datasources/channel-order-store.ts';
import { loadDemoData } from '../src/datasources/demo-data.ts';
import { createDiscountStore } from '../src/datasources/discount-store.ts';
import { createWebhookQueue } from '../src/datasources/webhook-queue.ts';
import { createFakeShop } from './fake-shop.ts';
import { newGuest, openShop, orderOf, place } from './open-shop.ts';

// Each of these once waited in a circle with what the other transaction stands for: docs/locks.md.

const row = (table: string, condition: string) => `SELECT FROM ${table} WHERE ${condition} FOR UPDATE`;

describe('limited discounts', () => {
  const insert = (db: TestDatabase) =>
    db.pool.query(`
      INSERT INTO discount (id, title, kind, automatic, percent_basis_points, amount_minor, currency, usage_limit, combinable,
        starts_at, created_at)
      VALUES ('Discount:1', 'One off', 'FIXED_AMOUNT', false, NULL, 100, 'EUR', 9, true, '-infinity', now()),
        ('Discount:2', 'Half', 'PERCENTAGE', false, 5000, NULL, NULL, 9, true, '-infinity', now());
      INSERT INTO discount_code VALUES ('ONE-OFF', 'Discount:1'), ('HALF', 'Discount:2')`);
  const other = { has: row('discount', `id = 'Discount:1'`), wants: row('discount', `id = 'Discount:2'`) };

  it('are taken in the order of their ids, whichever counts first', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    await using shop = await openShop(db, neighbours);
    await insert(db);
    const input = orderOf(neighbours.addVariant(1), { discountCodes: ['HALF', 'ONE-OFF'] });
    const placed = await meetLocked(db.pool, other, () => place(shop, newGuest(), input));
    expect(placed.__typename).toBe('PlaceOrderSuccess');
    const { rows } = await db.pool.query('SELECT limited_uses FROM discount WHERE id = ANY ($1)', [
      ['Discount:1', 'Discount:2'],
    ]);
    expect(rows).toEqual([{ limited_uses: 1 }, { limited_uses: 1 }]);
  });

  it('are given back in the order of their ids', async () => {
    await using db = await testDatabase('orders');
    await insert(db);
    await db.pool.query(`INSERT INTO discount_redemption (order_id, discount_id, buyer_id, amount_minor, currency)
      SELECT 'Order:1', 'Discount:' || n, 'Guest:1', 1, 'EUR' FROM unnest(ARRAY[2, 1]) n`);
    await meetLocked(db.pool, other, () => db.pool.query(`DELETE FROM discount_redemption WHERE order_id = 'Order:1'`));
    const { rows } = await db.pool.query('SELECT sum(limited_uses)::int AS uses FROM discount');
    expect(rows).toEqual([{ uses: 0 }]);
  });

  it('take their codes in one order', async () => {
    await using db = await testDatabase('orders');
    await insert(db);
    const discounts = createDiscountStore(db, new PrismaClient({ adapter: db.adapter }));
    const code = (name: string) => `INSERT INTO discount_code VALUES ('${name}', 'Discount:1')`;
    const taken = await meetLocked(db.pool, { has: code('CODE-A'), wants: code('CODE-B') }, () =>
      discounts.create({
        ...{ id: 'Discount:3', title: 'Free', kind: 'FREE_SHIPPING', codes: ['CODE-B', 'CODE-A'] },
        ...{ percentBasisPoints: null, amountMinor: null, currency: null, buyQuantity: null, getQuantity: null },
        ...{ minimumSubtotalMinor: null, minimumQuantity: null, productIds: [], collectionIds: [], customerGroups: [] },
        ...{ usageLimit: null, usageLimitPerBuyer: null, combinable: false },
        ...{ startsAt: new Date(), endsAt: null, createdAt: new Date() },
      }),
    );
    expect(taken.toSorted()).toEqual(['CODE-A', 'CODE-B']);
  });
});

it('a sweep of carts waits for no cart that another one deletes', async () => {
  await using db = await testDatabase('orders');
  await loadDemoData(db.pool);
  await db.pool.query(`
    INSERT INTO cart (id, buyer_id, currency, created_at, updated_at)
      SELECT 'Cart:' || n, 'Guest:1', 'EUR', now(), now() FROM generate_series(1, 2) n;
    INSERT INTO cart_change (buyer_id, key, cart_id, digest, created_at)
      SELECT 'Guest:1', 'key-' || n, 'Cart:' || n, '', now() FROM generate_series(1, 2) n`);
  const deletes = (id: string) => `DELETE FROM cart WHERE id = '${id}'`;
  const [long, soon] = [new Date(0), new Date(Date.now() + 60_000)];
  const carts = createCartStore(db, () => {});
  await meetLocked(db.pool, { has: deletes('Cart:2'), wants: deletes('Cart:1') }, () =>
    carts.sweep({ abandonBefore: long, deleteBefore: long, forgetKeysBefore: soon }),
  );
});

describe('of a sales channel', () => {
  const insertOrders = (db: TestDatabase, state: string) =>
    db.pool.query(
      `INSERT INTO channel_order (channel, external_id, order_id, buyer_id, status, picture, digest, changed_at)
       SELECT 'market', n, 'Order:' || n, 'Guest:' || n, 'PLACED', jsonb_build_object('state', $1::text, 'address', NULL), '',
         '-infinity' FROM generate_series(1, 2) n`,
      [state],
    );

  it('orders are stored in one order, however the channel lists them', async () => {
    await using db = await testDatabase('orders');
    await insertOrders(db, 'UNSHIPPED');
    const order = (externalId: string) =>
      ({ externalId, changedAt: new Date() }) as unknown as Parameters<
        ReturnType<typeof createChannelOrderStore>['store']
      >[1][number];
    const other = { has: row('channel_order', `external_id = '1'`), wants: row('channel_order', `external_id = '2'`) };
    await meetLocked(db.pool, other, () => createChannelOrderStore(db).store('market', [order('2'), order('1')]));
  });

  it('a batch is locked before its messages, also those that need not be told', async () => {
    await using db = await testDatabase('orders');
    await insertOrders(db, 'CANCELLED');
    await db.pool.query(`
      INSERT INTO channel_batch (channel, kind, receipts) VALUES ('market', 'CANCELLED', '{}');
      INSERT INTO channel_message (id, channel, kind, order_id, external_id, news)
        SELECT 'Order:' || n, 'market', 'CANCELLED', 'Order:' || n, n, '{}' FROM generate_series(1, 2) n`);
    const other = { has: row('channel_batch', 'true'), wants: row('channel_message', `id = 'Order:1'`) };
    const batch = await meetLocked(db.pool, other, () =>
      createChannelMessageStore(db, () => {}).claim('market', 'CANCELLED'),
    );
    expect(batch?.messages).toEqual([]);
    const { rows } = await db.pool.query('SELECT told_at IS NOT NULL AS told FROM channel_message');
    expect(rows).toEqual([{ told: true }, { told: true }]);
  });
});

describe('a sweep of webhooks', () => {
  const open = async (change: string) => {
    const db = await testDatabase('orders');
    await db.pool.query(`
      INSERT INTO webhook_endpoint (id, url) VALUES ('E', 'https://shop.test');
      INSERT INTO webhook_event (id, type, subject_id, data) VALUES ('V', 'webhook.test', 'E', '{}');
      INSERT INTO webhook_event (id, type, subject_id, data, occurred_at)
        SELECT 'old-' || n, 'webhook.test', 'E', '{}', now() - interval '2 days' FROM generate_series(1, 2) n;
      INSERT INTO webhook_delivery (id, event_id, endpoint_id) VALUES ('1', 'V', 'E'), ('2', 'V', 'F'); ${change}`);
    return db;
  };
  const delivery = (id: string) => row('webhook_delivery', `id = '${id}'`);
  const event = (id: string) => row('webhook_event', `id = '${id}'`);

  it.each([
    ['what has ended', `UPDATE webhook_delivery SET status = 'DEAD', ended_at = '-infinity'`, delivery],
    ['what nobody waits for', 'DELETE FROM webhook_endpoint', delivery],
    [
      'what is disabled',
      `UPDATE webhook_delivery SET endpoint_id = 'E', event_id = 'old-' || id;
       UPDATE webhook_endpoint SET status = 'DISABLED', disabled_at = now(), disabled_reason = 'BY_STAFF'`,
      delivery,
    ],
    ['old events', '', (id: string) => event(`old-${id}`)],
  ])('ends %s without waiting for anybody', async (_what, change, lock) => {
    await using db = await open(change);
    await meetLocked(db.pool, { has: lock('2'), wants: lock('1') }, () => createWebhookQueue(db, () => null).sweep());
  });
});
