import { createLogger } from '@cartograph/runtime/logger';
import { createPresence } from '@cartograph/runtime/presence';
import { createSagaRows, insertSaga, type SagaRow, type SagaRows } from '@cartograph/runtime/saga-rows';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMemorySagas } from './memory-sagas.ts';

const LEASE_MS = 600_000;

/** What both stores can be asked; `owner` names one of two processes, of which the second is seen no more at some time. */
type Ask = (store: Store) => Promise<unknown>;
interface Store {
  readonly rows: readonly [SagaRows, SagaRows];
  insert(id: string, owner: 0 | 1): Promise<boolean>;
  take(id: string, version: number, owner: 0 | 1): Promise<boolean>;
  expire(): Promise<void>;
}

// Mostly one saga, one process and the first versions, or few lists would have two writes of which none is fenced.
const id = fc.constantFrom('saga-1', 'saga-1', 'saga-1', 'saga-2');
const owner = fc.constantFrom<(0 | 1)[]>(0, 0, 0, 1);
const version = fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4);
const step = fc.constantFrom('one', 'two');
const change = fc.oneof(
  fc.record({
    status: fc.constantFrom<SagaRow['status'][]>('RUNNING', 'DONE', 'PAUSED'),
    step,
    refusal: fc.constant(null),
  }),
  fc.record({ status: fc.constantFrom<SagaRow['status'][]>('UNDOING', 'REFUSED'), step, refusal: fc.constant('no') }),
);
const asks: fc.Arbitrary<{ readonly text: string; readonly ask: Ask }>[] = [
  fc.tuple(id, owner).map(([i, o]) => ({ text: `insert ${i} ${o}`, ask: (s: Store) => s.insert(i, o) })),
  fc.tuple(id, owner, version, step, change).map(([i, o, v, at, to]) => ({
    text: `write ${i} ${o} v${v} ${at} ${JSON.stringify(to)}`,
    ask: (s: Store) => s.rows[o].write({ id: i, version: v, step: at }, { ...to, state: { at } }),
  })),
  fc.tuple(id, owner, version).map(([i, o, v]) => ({
    text: `note ${i} ${o} v${v}`,
    ask: (s: Store) => s.rows[o].note({ id: i, version: v, step: 'one' }, 2, 'why', 10),
  })),
  fc
    .tuple(id, owner, version)
    .map(([i, o, v]) => ({ text: `holds ${i} ${o} v${v}`, ask: (s: Store) => s.rows[o].holds(i, v) })),
  fc.tuple(id, owner, version).map(([i, o, v]) => ({
    text: `wake ${i} ${o} v${v}`,
    ask: (s: Store) => s.rows[o].wake(i, v, { woken: true }),
  })),
  fc
    .tuple(id, owner, version)
    .map(([i, o, v]) => ({ text: `take ${i} ${o} v${v}`, ask: (s: Store) => s.take(i, v, o) })),
  fc.tuple(owner, fc.subarray(['saga-1'])).map(([o, except]) => ({
    text: `take over ${o} but ${except}`,
    ask: async (s: Store) =>
      (await s.rows[o].takeOver(except, ['travel'])).toSorted((a, b) => a.id.localeCompare(b.id)),
  })),
  fc.tuple(id, owner).map(([i, o]) => ({ text: `renew ${i} ${o}`, ask: (s: Store) => s.rows[o].renew([i]) })),
  fc.tuple(id, owner).map(([i, o]) => ({ text: `let go ${i} ${o}`, ask: (s: Store) => s.rows[o].letGo([i]) })),
  fc.constant({ text: 'expire', ask: (s: Store) => s.expire() }),
];

it('the table in memory answers as the one in the database does', async () => {
  await using db = await testDatabase('orders');
  const logger = createLogger('test', 'silent');
  const [first, second] = [createPresence(db.pool, logger), createPresence(db.pool, logger)];
  await Promise.all([first.seen, second.seen]);
  const owners = [first.owner, second.owner] as const;
  let isGone = false;
  const take = { step: 'one', status: 'UNDOING', state: {}, refusal: 'no', leaseSeconds: LEASE_MS / 1000 } as const;
  const start = { name: 'travel', step: 'one', state: {}, leaseSeconds: LEASE_MS / 1000 };

  const check = (maxLength: number) =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(...asks), { minLength: 5, maxLength, size: 'max' }), async (list) => {
        await db.pool.query('TRUNCATE saga');
        let now = 0;
        const memory = createMemorySagas(
          () => now,
          (seen) => seen === first.owner || !isGone,
        );
        const stores: readonly Store[] = [
          {
            rows: [memory.rowsOf(owners[0], LEASE_MS), memory.rowsOf(owners[1], LEASE_MS)],
            insert: async (i, o) => memory.insert({ ...start, id: i, owner: owners[o] }),
            take: async (i, v, o) => memory.take({ ...take, id: i, version: v, owner: owners[o] }),
            expire: async () => {
              now += 2 * LEASE_MS;
            },
          },
          {
            rows: [
              createSagaRows(db.pool, owners[0], LEASE_MS / 1000),
              createSagaRows(db.pool, owners[1], LEASE_MS / 1000),
            ],
            insert: (i, o) => insertSaga(db.pool, { ...start, id: i, owner: owners[o] }),
            take: async (i, v, o) => {
              const sql = `UPDATE saga SET status = 'UNDOING', refusal = '"no"', state = '{}', lease_owner = $3, version = version + 1,
                  attempts = 0, failing_step = NULL, lease_until = now() + make_interval(secs => ${LEASE_MS / 1000})
                WHERE id = $1 AND version = $2 AND step = 'one' AND attempts > 0 AND status IN ('RUNNING', 'UNDOING')`;
              return (await db.pool.query(sql, [i, v, owners[o]])).rowCount === 1;
            },
            expire: async () => void (await db.pool.query(`UPDATE saga SET lease_until = now() - interval '1 second'`)),
          },
        ];
        for (const { text, ask } of list) {
          const [inMemory, stored] = await Promise.all(stores.map(ask));
          expect(inMemory, text).toEqual(stored);
          const both = await Promise.all(stores.map(({ rows }) => rows[0].find('saga-1')));
          expect(both[0], `after ${text}`).toEqual(both[1]);
        }
      }),
      { numRuns: 200 },
    );
  await check(30);
  isGone = true;
  await second.close();
  await check(30);
  await first.close();
}, 120_000);
