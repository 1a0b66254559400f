import { Unavailable } from '@cartograph/kernel/errors';
import { createLogger } from '@cartograph/runtime/logger';
import { describe, expect, it } from 'vitest';
import { refusedData } from '../src/domain/sync.ts';
import { createSyncJob } from '../src/jobs/sync-customers.ts';
import { createOperations } from '../src/operations/index.ts';
import { createMemoryCrm } from './memory-receivers.ts';
import {
  deliveries,
  LIST,
  ORDER,
  openSynced,
  order,
  RECORD,
  RENAME,
  REPLAY,
  record,
  settled,
  soon,
} from './sync-requests.ts';
import { newCustomer, openWorld, SUPPORT } from './world.ts';

describe('what happens to a customer', () => {
  it('is told to a CRM in the order in which it happened, with the order history', async () => {
    await using shop = await openSynced();
    const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada' });
    await ada.ask(RENAME, { name: 'Ada Lovelace' });
    await record(shop.world, order(ada.id));
    await record(shop.world, order(ada.id, { status: 'DELIVERED', statusAt: '2026-02-03T12:00:00Z' }));
    await settled(shop.world);
    expect(shop.crm.customers.get(ada.id)).toMatchObject({
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      history: { count: 1, spent: [{ minor: 3998, currency: 'EUR' }], last: { number: '1001', status: 'DELIVERED' } },
    });
    expect(shop.crm.orders.get(ORDER)?.lines).toEqual([
      { sku: 'TEA', title: 'Tea', quantity: 2, unitPrice: { minor: 1999, currency: 'EUR' } },
    ]);
    const last = shop.crm.log.at(-1);
    expect(last).toBe('order 1001 DELIVERED');
    expect((await deliveries(shop.world, { receiver: 'memory' })).map(({ event }) => event).reverse()).toEqual([
      'CUSTOMER_CHANGED',
      'CUSTOMER_CHANGED',
      'ORDER_PLACED',
      'ORDER_CHANGED',
    ]);
  });

  it('is forgotten with the transaction that fails', async () => {
    await using shop = await openSynced();
    const ada = await newCustomer(shop.world, 'ada@example.com');
    await settled(shop.world);
    const before = (await deliveries(shop.world)).length;
    const client = await shop.world.db.pool.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE customers SET name = 'Eve' WHERE id = $1`, [ada.id]);
    expect((await client.query(`SELECT FROM sync_deliveries WHERE status = 'PENDING'`)).rowCount).toBe(2);
    await client.query('ROLLBACK');
    client.release();
    expect(await deliveries(shop.world)).toHaveLength(before);
  });

  it('waits behind what failed before it, while other customers go on', async () => {
    await using shop = await openSynced();
    const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada' });
    const bob = await newCustomer(shop.world, 'bob@example.com', { name: 'Bob' });
    await settled(shop.world);
    shop.crm.trouble.add({ for: ada.id });
    shop.crm.log.length = 0;
    await ada.ask(RENAME, { name: 'Ada 2' });
    await soon(async () => {
      const [failed] = await deliveries(shop.world, { status: 'PENDING', receiver: 'memory' });
      expect(failed?.lastError).toMatch(/gave no answer/);
    });
    await record(shop.world, order(ada.id));
    await bob.ask(RENAME, { name: 'Bob 2' });
    await soon(() => expect(shop.crm.log).toEqual(['customer Bob 2']));
    expect(
      (await deliveries(shop.world, { status: 'PENDING', receiver: 'memory' })).map(({ attempts }) => attempts),
    ).toEqual([0, 1]);
    shop.world.pass(6);
    await settled(shop.world);
    expect(shop.crm.log).toEqual(['customer Bob 2', 'customer Ada 2', 'order 1001 CONFIRMED']);
  });

  it('is told again when the answer was lost, and after a process was killed in the middle', async () => {
    await using shop = await openSynced();
    shop.crm.trouble.add({ at: 'after' });
    const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada' });
    await soon(async () =>
      expect((await deliveries(shop.world, { receiver: 'memory' }))[0]?.lastError).toMatch(/no answer/),
    );
    shop.world.pass(6);
    await settled(shop.world);
    expect(shop.crm.log).toEqual(['customer Ada', 'customer Ada']);
    // As one leaves it that is killed after it has begun an attempt.
    await shop.world.db.pool.query(
      `UPDATE sync_deliveries SET status = 'PENDING', ended_at = NULL, attempts = attempts + 1, due_at = $1
       WHERE receiver = 'memory'`,
      [new Date(shop.world.ports.clock().getTime() + 60_000)],
    );
    shop.world.pass(59);
    const places = new Map([['memory', 5]]);
    expect(await shop.world.ports.syncQueue.claim(places, shop.world.ports.clock())).toEqual([]);
    shop.world.pass(2);
    await settled(shop.world);
    expect(shop.crm.log).toHaveLength(3);
    expect(shop.crm.customers.size).toBe(1);
    expect(ada.id).toBeTruthy();
  });

  it('is told once by two processes that work at once', async () => {
    await using shop = await openSynced();
    const second = createSyncJob(
      createOperations({ ...shop.world.ports, wake: () => {} }),
      createLogger('second', 'silent'),
    );
    second.start();
    const names = Array.from({ length: 12 }, (_, i) => `c${i}`);
    await Promise.all(names.map((name) => newCustomer(shop.world, `${name}@example.com`, { name })));
    await settled(shop.world);
    await second.stop();
    expect([...shop.crm.log].sort()).toEqual(names.map((name) => `customer ${name}`).sort());
  });

  it('is passed over while another process takes it, and begun once', async () => {
    await using world = await openWorld();
    // Of a receiver that this world does not have, so that its own job leaves them alone.
    await world.db.pool.query(
      `WITH event AS (
         INSERT INTO sync_events (customer_id, type, data)
         SELECT 'Customer:' || n, 'CUSTOMER_CHANGED', '{}' FROM generate_series(1, 6) n RETURNING position, customer_id)
       INSERT INTO sync_deliveries (id, event_position, receiver, customer_id, due_at)
       SELECT 'SyncDelivery:' || position, position, 'other', customer_id, now() - interval '1 minute' FROM event`,
    );
    const claim = async () => {
      const claimed = await world.ports.syncQueue.claim(new Map([['other', 10]]), new Date());
      return claimed.map(({ id }) => id);
    };
    const other = await world.db.pool.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM sync_deliveries ORDER BY id LIMIT 4 FOR UPDATE');
    const first = await claim();
    await other.query('ROLLBACK');
    other.release();
    const second = await claim();
    expect([first.length, second.length]).toEqual([2, 4]);
    expect(new Set([...first, ...second]).size).toBe(6);
    expect(await claim()).toEqual([]);
  });

  it('counts only for the attempt that began last: one that comes back late changes nothing', async () => {
    await using shop = await openSynced();
    shop.crm.trouble.add({ times: 1 });
    await newCustomer(shop.world, 'ada@example.com');
    await soon(async () => expect((await deliveries(shop.world, { receiver: 'memory' }))[0]?.attempts).toBe(1));
    const [row] = await deliveries(shop.world, { receiver: 'memory' });
    const late = { id: row?.id, attempts: 0 } as never;
    await shop.world.ports.syncQueue.end(late, 'DELIVERED', new Date());
    await shop.world.ports.syncQueue.fail(late, 'late', null, new Date());
    expect((await deliveries(shop.world, { receiver: 'memory' }))[0]?.status).toBe('PENDING');
  });
});

describe('a dead letter', () => {
  it('is what a receiver refuses; it holds back nothing, staff see it and have it told again', async () => {
    await using shop = await openSynced();
    const ada = await newCustomer(shop.world, 'ada@example.com', { name: 'Ada' });
    await settled(shop.world);
    shop.crm.trouble.add({ error: refusedData('the name is refused') });
    await ada.ask(RENAME, { name: 'Bad' });
    const [dead] = await soon(async () => {
      const found = await deliveries(shop.world, { status: 'DEAD' });
      expect(found).toMatchObject([{ event: 'CUSTOMER_CHANGED', attempts: 1, lastError: 'the name is refused' }]);
      return found;
    });
    await ada.ask(RENAME, { name: 'Good' });
    await settled(shop.world);
    expect(shop.crm.customers.get(ada.id)?.name).toBe('Good');

    const { data } = await shop.world.as(SUPPORT)(REPLAY, { id: dead?.id });
    expect(data.replaySyncDelivery.__typename).toBe('ReplaySyncDeliverySuccess');
    await settled(shop.world);
    expect(await deliveries(shop.world, { status: 'DEAD' })).toEqual([]);
    // What is told is how things stand now: an old letter overwrites nothing.
    expect(shop.crm.customers.get(ada.id)?.name).toBe('Good');
    const missing = await shop.world.as(SUPPORT)(REPLAY, { id: 'SyncDelivery:01JDEM0RD00000000000000000' });
    expect(missing.data.replaySyncDelivery.__typename).toBe('NotFound');
    expect((await ada.ask(REPLAY, { id: dead?.id })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await ada.ask(LIST)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is what nobody answered for a day, with a pause as long as the receiver asks for', async () => {
    await using shop = await openSynced();
    shop.crm.trouble.add({ times: 11 });
    const limited = new Unavailable('memory', {
      cause: Object.assign(new Error('HTTP 429'), { retryAfterMs: 9_000_000 }),
    });
    shop.crm.trouble.add({ error: limited });
    await newCustomer(shop.world, 'ada@example.com');
    const tried = (times: number) =>
      soon(async () => {
        const [row] = (
          await shop.world.db.pool.query(
            `SELECT attempts, last_error, status, due_at FROM sync_deliveries WHERE receiver = 'memory'`,
          )
        ).rows;
        expect(row).toMatchObject({ attempts: times, last_error: expect.any(String) });
        return row as { status: string; due_at: Date };
      });
    const began = shop.world.ports.clock().getTime();
    for (let times = 1; times < 12; times += 1) {
      const { due_at } = await tried(times);
      shop.world.pass((due_at.getTime() - shop.world.ports.clock().getTime()) / 1000 + 1);
      // What was seen is cleared, so that the next failure is seen as such.
      await shop.world.db.pool.query('UPDATE sync_deliveries SET last_error = NULL');
      // Of nobody: it only wakes the job.
      await record(shop.world, order('Customer:01JDEM0N0B0DY0000000000000'));
    }
    const hours = (shop.world.ports.clock().getTime() - began) / 3_600_000;
    expect(hours).toBeGreaterThan(20);
    expect(hours).toBeLessThan(27);
    await soon(async () => expect(await deliveries(shop.world, { status: 'DEAD' })).toHaveLength(1));
  });
});

describe('a new receiver', () => {
  it('hears of the customers and orders that were there before it', async () => {
    const crm = createMemoryCrm();
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com', { name: 'Ada' });
    await record(world, order(ada.id));
    expect((await world.db.pool.query('SELECT FROM sync_events')).rowCount).toBe(0);
    const ports = { ...world.ports, receivers: { crms: [crm.crm], marketing: [] }, wake: () => {} };
    const job = createSyncJob(createOperations(ports), createLogger('later', 'silent'));
    job.start();
    await soon(() => expect(crm.orders.size).toBe(1));
    expect(crm.log).toEqual(['customer Ada', 'order 1001 CONFIRMED']);
    await job.stop();
    // Who is no longer on hears of nothing.
    await world.ports.syncQueue.open([]);
    await ada.ask(RENAME, { name: 'Ada 2' });
    expect((await world.db.pool.query('SELECT FROM sync_events')).rowCount).toBe(2);
  });
});

describe('an order as orders tells it', () => {
  it('is known once, and what is older never overwrites what is newer', async () => {
    await using world = await openWorld();
    const ada = await newCustomer(world, 'ada@example.com');
    const newer = order(ada.id, { status: 'DELIVERED', statusAt: '2026-02-03T12:00:00Z' });
    await record(world, newer);
    await record(world, newer);
    await record(world, order(ada.id));
    const { rows } = await world.db.pool.query('SELECT status FROM customer_orders');
    expect(rows).toEqual([{ status: 'DELIVERED' }]);
    const { errors } = await ada.ask(RECORD, { input: order(ada.id) });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const bad = await record(world, order(ada.id, { total: 'much' }));
    expect(bad.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
