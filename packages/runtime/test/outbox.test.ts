import { expect, it, vi } from 'vitest';
import { createLogger } from '../src/logger.ts';
import { createRelay, writeOutbox } from '../src/outbox.ts';
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
  await vi.waitFor(() => expect(looks).toBeGreaterThan(3), 5_000);
  expect(delivered).toEqual([]);

  await other.close();
  await vi.waitFor(() => expect(delivered).toEqual(['event-1']), 2_000);
  await vi.waitFor(async () => expect((await db.pool.query('SELECT FROM outbox')).rowCount).toBe(0), 2_000);
  await relay.stop();
});
