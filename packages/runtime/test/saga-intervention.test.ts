import type { Saga, SagaTakeover } from '@cartograph/kernel/saga';
import type { Pool } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { testDatabase } from '../src/testing/test-database.ts';
import { begin, createTravel, runner } from './travel.ts';

/** What an operator's intervention writes. */
const takingOf =
  (pool: Pool) =>
  async ({ id, version, status, state, refusal, owner }: SagaTakeover): Promise<boolean> => {
    const sql = `UPDATE saga SET version = version + 1, status = $3, state = $4, refusal = $5, lease_owner = $6, attempts = 0,
      lease_until = now() + interval '10 seconds' WHERE id = $1 AND version = $2 AND attempts > 0`;
    const values = [id, version, status, state, refusal === null ? null : JSON.stringify(refusal), owner];
    return (await pool.query(sql, values)).rowCount === 1;
  };

describe('a saga that is stuck', () => {
  it('is taken in hand by an operator: asked again at once, or undone; whoever drove it lets go', async () => {
    await using db = await testDatabase('orders');
    await using driver = runner(db.pool, { retryMs: 60_000 });
    await using other = runner(db.pool, { retryMs: 60_000 });
    let down = true;
    const { saga, log } = createTravel({
      hotel: async (state) => {
        if (down) throw new Error('down');
        return { done: [...state.done, 'hotel'] };
      },
    });
    const sagas = [saga as Saga<unknown, unknown>];
    const take = takingOf(db.pool);
    const at = { step: 'hotel', undoing: false };
    expect(await begin(driver, db.pool, saga)).toMatchObject({ kind: 'retrying' });

    await vi.waitFor(
      async () => expect(await other.intervene(sagas, 'travel-1', at, 'retry', take)).toBe('taken'),
      15_000,
    );
    await vi.waitFor(
      async () => expect(await other.intervene(sagas, 'travel-1', at, 'give-up', take)).toBe('taken'),
      15_000,
    );
    expect(await other.settled(saga, 'travel-1', 5_000)).toMatchObject({ kind: 'refused', refusal: 'gave up hotel' });
    expect(await other.intervene(sagas, 'travel-1', at, 'give-up', take)).toBe('not-stuck');
    down = false;
    await driver.close();
    expect(log.slice(-3)).toEqual(['-hotel', '-flight', '-begin']);
  });

  it('is not given up at a step without a way back, though the row still names the one before it', async () => {
    await using db = await testDatabase('orders');
    await using sagas = runner(db.pool, { retryMs: 60_000 });
    const { saga } = createTravel({
      ticket: async () => {
        throw new Error('down');
      },
    });
    expect(await begin(sagas, db.pool, saga)).toMatchObject({ kind: 'retrying' });
    await vi.waitFor(async () => {
      const { rows } = await db.pool.query('SELECT step, failing_step FROM saga');
      expect(rows).toEqual([{ step: 'hotel', failing_step: 'ticket' }]);
    }, 15_000);

    const give = () =>
      sagas.intervene(
        [saga as Saga<unknown, unknown>],
        'travel-1',
        { step: 'ticket', undoing: false },
        'give-up',
        async () => true,
      );
    expect(await give()).toBe('no-way-back');
  });

  it('goes on without a step, or its undo, that staff leave out, also after another process has taken it over', async () => {
    await using db = await testDatabase('orders');
    await using driver = runner(db.pool, { retryMs: 60_000 });
    const { saga, log } = createTravel({
      hotel: async () => ({ refused: 'full' }),
      flightUndo: async ({ leftOut }) => {
        if (!leftOut?.includes('flight')) throw new Error('down');
      },
    });
    const sagas = [{ ...saga, dispensable: ['flight'] } as Saga<unknown, unknown>];
    expect(await begin(driver, db.pool, saga)).toMatchObject({ kind: 'retrying' });
    const leave = (undoing = true) =>
      driver.intervene(sagas, 'travel-1', { step: 'flight', undoing }, 'give-up', takingOf(db.pool));
    await vi.waitFor(
      async () => expect((await db.pool.query('SELECT FROM saga WHERE attempts > 0')).rowCount).toBe(1),
      15_000,
    );
    // Said of the step itself, a moment before it came to be undone.
    expect(await leave(false)).toBe('not-stuck');
    await vi.waitFor(async () => expect(await leave()).toBe('taken'), 15_000);

    expect(await driver.settled(saga, 'travel-1', 5_000)).toMatchObject({
      ...{ kind: 'refused', refusal: 'full' },
      state: { leftOut: ['flight'] },
    });
    expect(log.at(-1)).toBe('-begin');
  });
});
