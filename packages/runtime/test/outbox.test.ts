import { expect, it, vi } from 'vitest';
import { createLogger } from '../src/logger.ts';
import { createRelay, REVIVED_KEY, writeOutbox } from '../src/outbox.ts';
import { createPresence } from '../src/presence.ts';
import { testDatabase } from '../src/testing/test-database.ts';

const logger = createLogger('test', 'silent');

it('what a process had taken is delivered at once by another when it is seen no more, and not before', async () => {
  await using db = await testDatabase('orders');
  const other = createPresence(db.pool, logger);
  await other.seen;
  await writeOutbox(db.pool, [{ id: 'event-1', topic: 'mail', key: 'order-1', payload: {} }]);
  await db.pool.query(`UPDATE outbox SET taken_by = $1, attempts = 1, due_at = now() + interval '30 seconds'`, [
    other.owner,
  ]);
  const delivered: string[] = [];
  const deliver = async ({ id }: { readonly id: string }) => void delivered.push(id);
  let looks = 0;
  const pool = Object.assign(Object.create(db.pool), {
    query: (...args: Parameters<typeof db.pool.query>) => {
      looks += 1;
      return db.pool.query(...args);
    },
  });
  const relay = createRelay({ name: 'relay', everyMs: 20, pool, handlers: { mail: deliver }, logger });
  relay.start();
  await vi.waitFor(() => expect(looks).toBeGreaterThan(3), 15_000);
  expect(delivered).toEqual([]);

  await other.close();
  await vi.waitFor(() => expect(delivered).toEqual(['event-1']), 15_000);
  await vi.waitFor(async () => expect((await db.pool.query('SELECT FROM outbox')).rowCount).toBe(0), 15_000);
  await relay.stop();
});

it('what is delivered costs one statement for each batch and one more, and comes in order', async () => {
  await using db = await testDatabase('orders');
  const event = (n: number, key: string) => ({ id: `event-${n}`, topic: 'mail', key, payload: {} });
  await writeOutbox(db.pool, [event(1, 'a'), event(2, 'a'), event(3, 'b'), event(4, 'a')]);
  const presence = createPresence(db.pool, logger);
  await presence.seen;
  const delivered: string[] = [];
  const handlers = { mail: async ({ id }: { readonly id: string }) => void delivered.push(id) };
  const relay = createRelay({ name: 'relay', everyMs: 60_000, pool: db.pool, handlers, logger, presence });
  const before = db.statements.count;
  relay.start();
  await vi.waitFor(() => expect(delivered).toHaveLength(4), 15_000);
  await relay.stop();
  expect(db.statements.count - before).toBe(4);
  expect(delivered).toEqual(['event-1', 'event-3', 'event-2', 'event-4']);
  expect((await db.pool.query('SELECT FROM outbox')).rowCount).toBe(0);
  await presence.close();
});

it('notes what deliveries give in the statement that ends them', async () => {
  await using db = await testDatabase('orders');
  const event = (n: number) => ({ id: `event-${n}`, topic: 'mail', key: `key-${n}`, payload: {} });
  await writeOutbox(db.pool, [event(1), event(2), event(3)]);
  const presence = createPresence(db.pool, logger);
  await presence.seen;
  const handlers = {
    mail: async ({ id }: { readonly id: string }) => (id === 'event-3' ? [] : [`${id}-a`, `${id}-b`]),
  };
  const notes = {
    write: (parameter: string) => `INSERT INTO inbox_event (id) SELECT jsonb_array_elements_text(${parameter}::jsonb)`,
    toJson: (ids: readonly string[]) => JSON.stringify(ids),
  };
  const relay = createRelay({ name: 'relay', everyMs: 60_000, pool: db.pool, handlers, notes, logger, presence });
  const before = db.statements.count;
  relay.start();
  await vi.waitFor(() => expect(db.statements.count - before).toBe(2), 15_000);
  await relay.stop();
  expect(db.statements.count - before).toBe(2);
  const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM inbox_event ORDER BY id');
  expect(rows.map(({ id }) => id)).toEqual(['event-1-a', 'event-1-b', 'event-2-a', 'event-2-b']);
  expect((await db.pool.query('SELECT FROM outbox')).rowCount).toBe(0);
  await presence.close();
});

it('one that fails holds back its key alone, and is delivered later', async () => {
  await using db = await testDatabase('orders');
  const event = (n: number, key: string) => ({ id: `event-${n}`, topic: 'mail', key, payload: {} });
  await writeOutbox(db.pool, [event(1, 'a'), event(2, 'b'), event(3, 'a')]);
  const delivered: string[] = [];
  let isDown = true;
  const handlers = {
    mail: async ({ id }: { readonly id: string }) => {
      if (id === 'event-1' && isDown) throw new Error('down');
      delivered.push(id);
    },
  };
  const relay = createRelay({ name: 'relay', everyMs: 20, pool: db.pool, handlers, logger });
  relay.start();
  await vi.waitFor(async () => {
    const { rows } = await db.pool.query(`SELECT id, attempts, last_error AS error FROM outbox WHERE last_error <> ''`);
    expect(rows).toEqual([{ id: 'event-1', attempts: 1, error: expect.stringContaining('down') }]);
  }, 15_000);
  expect(delivered).toEqual(['event-2']);
  isDown = false;
  await vi.waitFor(() => expect(delivered).toEqual(['event-2', 'event-1', 'event-3']), 15_000);
  await relay.stop();
  expect((await db.pool.query('SELECT FROM outbox')).rowCount).toBe(0);
});

it('does not wait for what another has taken meanwhile', async () => {
  await using db = await testDatabase('orders');
  const other = await db.pool.connect();
  const delivered: string[] = [];
  const deliver = async ({ id }: { readonly id: string }) => {
    delivered.push(id);
    if (id !== 'event-1') return;
    await writeOutbox(db.pool, [{ id: 'event-2', topic: 'mail', key: 'b', payload: {} }]);
    await other.query('BEGIN');
    await other.query('SELECT FROM outbox WHERE id = $1 FOR UPDATE', [id]);
  };
  await writeOutbox(db.pool, [{ id: 'event-1', topic: 'mail', key: 'a', payload: {} }]);
  const relay = createRelay({ name: 'relay', everyMs: 20, pool: db.pool, handlers: { mail: deliver }, logger });
  relay.start();
  await vi.waitFor(() => expect(delivered).toEqual(['event-1', 'event-2']), 5_000).finally(() => other.release(true));
  await relay.stop();
});

it('one that failed for good holds back nothing, and has its key again once it is to be delivered after all', async () => {
  await using db = await testDatabase('orders');
  const event = (n: number) => ({ id: `event-${n}`, topic: 'mail', key: 'a:b', payload: {} });
  await writeOutbox(db.pool, [event(1), event(2)]);
  await db.pool.query(`UPDATE outbox SET attempts = 11 WHERE id = 'event-1'`);
  const delivered: string[] = [];
  const isDown = true;
  const handlers = {
    mail: async ({ id }: { readonly id: string }) => {
      if (id === 'event-1' && isDown) throw new Error('down');
      delivered.push(id);
    },
  };
  const relay = createRelay({ name: 'relay', everyMs: 20, pool: db.pool, handlers, logger });
  const keys = async () => (await db.pool.query<{ key: string }>('SELECT key FROM outbox')).rows.map(({ key }) => key);
  relay.start();
  await vi.waitFor(() => expect(delivered).toEqual(['event-2']), 15_000);
  await vi.waitFor(async () => expect(await keys()).toEqual(['dead:event-1:a:b']), 15_000);
  await relay.stop();

  const revive = () => db.pool.query(`UPDATE outbox SET key = ${REVIVED_KEY}, attempts = 0, due_at = now()`);
  await revive();
  expect(await keys()).toEqual(['a:b']);
  // As a process before wrote it.
  await db.pool.query(`UPDATE outbox SET key = 'dead:' || id`);
  await revive();
  expect(await keys()).toEqual(['event-1']);
});
