import type { Saga } from '@cartograph/kernel/saga';
import type { Pool } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../src/logger.ts';
import { insertSaga } from '../src/saga-rows.ts';
import { createSagaRunner } from '../src/saga-runner.ts';
import { testDatabase } from '../src/testing/test-database.ts';
import { begin, createTravel, runner, type State } from './travel.ts';

const expire = (pool: Pool) => pool.query(`UPDATE saga SET lease_until = now() - interval '1 second'`);

describe('a saga', () => {
  it('runs its steps in order, once, however often it is begun', async () => {
    await using db = await testDatabase('orders');
    await using sagas = runner(db.pool);
    const { saga, log } = createTravel();

    const answers = await Promise.all([1, 2, 3].map(() => begin(sagas, db.pool, saga)));

    expect(answers.filter((answer) => answer !== null)).toEqual([
      { kind: 'done', state: { done: ['flight', 'hotel', 'ticket'] } },
    ]);
    expect(log).toEqual(['flight', 'hotel', 'ticket']);
  });

  it('undoes what came before a refusal, in reverse, and remembers it', async () => {
    await using db = await testDatabase('orders');
    await using sagas = runner(db.pool);
    const { saga, log } = createTravel({ ticket: async () => ({ refused: 'sold out' }) });

    expect(await begin(sagas, db.pool, saga)).toMatchObject({ kind: 'refused', refusal: 'sold out' });
    expect(log).toEqual(['flight', 'hotel', 'ticket', '-hotel', '-flight', '-begin']);
    expect(await sagas.settled(saga, 'travel-1', 0)).toMatchObject({ kind: 'refused', refusal: 'sold out' });
  });

  it('asks again while there is no answer, and undoes the step too when it gives up', async () => {
    await using db = await testDatabase('orders');
    await using sagas = runner(db.pool, { maxAttempts: 3 });
    const { saga, log } = createTravel({
      hotel: async () => {
        throw new Error('timeout');
      },
    });

    expect(await begin(sagas, db.pool, saga)).toMatchObject({ kind: 'retrying' });
    expect(await sagas.settled(saga, 'travel-1', 5_000)).toMatchObject({ kind: 'refused', refusal: 'gave up hotel' });
    expect(log).toEqual(['flight', 'hotel', 'hotel', 'hotel', '-hotel', '-flight', '-begin']);
  });

  it('repeats a step without a way back until it answers', async () => {
    await using db = await testDatabase('orders');
    await using sagas = runner(db.pool, { maxAttempts: 2 });
    let left = 6;
    const { saga } = createTravel({
      ticket: async (state) => {
        left -= 1;
        if (left > 0) throw new Error('timeout');
        return state;
      },
    });

    await begin(sagas, db.pool, saga);
    expect(await sagas.settled(saga, 'travel-1', 5_000)).toMatchObject({ kind: 'done' });
  });

  it('calls for people at the seventh attempt without an answer and not before, and says whether it is undone', async () => {
    await using db = await testDatabase('orders');
    await using sagas = runner(db.pool);
    const failing = (times: number) => async () => {
      times -= 1;
      if (times >= 0) throw new Error('timeout');
    };
    const [hotel, flight] = [failing(6), failing(7)];
    const { saga } = createTravel({
      hotel: async (state) => {
        await hotel();
        return state;
      },
      ticket: async () => ({ refused: 'sold out' }),
      flightUndo: flight,
    });
    const called: unknown[] = [];
    await begin(sagas, db.pool, { ...saga, stuck: async (_state, at) => void called.push(at) });
    expect(await sagas.settled(saga, 'travel-1', 5_000)).toMatchObject({ kind: 'refused' });
    expect(called).toEqual([{ step: 'flight', undoing: true }]);
  });

  it('pauses, and goes on with the same step once it is resumed; a second resume does nothing', async () => {
    await using db = await testDatabase('orders');
    await using sagas = runner(db.pool);
    const { saga, log } = createTravel({
      hotel: async (state) =>
        state.done.includes('confirmed') ? { done: [...state.done, 'hotel'] } : { paused: state },
    });

    expect(await begin(sagas, db.pool, saga)).toMatchObject({ kind: 'paused' });
    const confirm = (state: State) => ({ done: [...state.done, 'confirmed'] });
    const answers = await Promise.all([1, 2].map(() => sagas.resume(saga, 'travel-1', confirm, 5_000)));

    expect(answers.map((answer) => answer?.kind)).toContain('done');
    expect(answers.filter((answer) => answer?.woke)).toMatchObject([{ kind: 'done' }]);
    expect(log).toEqual(['flight', 'hotel', 'hotel', 'ticket']);
    expect(await sagas.resume(saga, 'travel-1', confirm, 5_000)).toMatchObject({ kind: 'done', woke: false });
  });

  it('is taken over from a process that ended, by one of those that are left', async () => {
    await using db = await testDatabase('orders');
    await using dead = runner(db.pool, {
      probe: ({ step, at }) => {
        if (step === 'hotel' && at === 'after run') throw new Error('killed');
      },
    });
    const { saga, log } = createTravel();
    await begin(dead, db.pool, saga);
    await using one = runner(db.pool);
    await using other = runner(db.pool);

    expect(await one.recover([saga])).toBe(0); // Its lease is not over yet.
    await expire(db.pool);
    const taken = await Promise.all([one.recover([saga]), other.recover([saga])]);

    expect(taken.toSorted()).toEqual([0, 1]);
    expect(await other.settled(saga, 'travel-1', 5_000)).toMatchObject({
      kind: 'done',
      state: { done: ['flight', 'hotel', 'ticket'] },
    });
    expect(log).toEqual(['flight', 'hotel', 'hotel', 'ticket']);
  });

  it('is taken up at once by its own process, which could not write it on while the database was away', async () => {
    await using db = await testDatabase('orders');
    let away = true;
    const pool = Object.assign(Object.create(db.pool), {
      query: (...given: Parameters<Pool['query']>) =>
        away && String(given[0]).startsWith('UPDATE saga SET status')
          ? Promise.reject(new Error('the database is away'))
          : db.pool.query(...given),
    });
    await using sagas = runner(pool);
    const { saga } = createTravel();
    expect(await begin(sagas, db.pool, saga)).toMatchObject({ kind: 'retrying' });
    away = false;

    // It may be at its first write still.
    await vi.waitFor(async () => expect(await sagas.recover([saga as Saga<unknown, unknown>])).toBe(1), 15_000);
    expect(await sagas.settled(saga, 'travel-1', 5_000)).toMatchObject({ kind: 'done' });
  });

  it('stays where it is while only programs are left that do not know it', async () => {
    await using db = await testDatabase('orders');
    await using older = runner(db.pool);
    await using newer = runner(db.pool);
    const { saga } = createTravel();
    const start = { id: 'travel-1', name: 'travel', step: 'flight', state: { done: [] }, owner: '0', leaseSeconds: 0 };
    await insertSaga(db.pool, start);

    expect(await older.recover([{ ...saga, name: 'voyage' } as Saga<unknown, unknown>])).toBe(0);
    expect(await newer.recover([saga as Saga<unknown, unknown>])).toBe(1);
    expect(await newer.settled(saga, 'travel-1', 5_000)).toMatchObject({ kind: 'done' });
  });

  it('is no longer that of a process that slept: what it still does leaves no trace in the saga', async () => {
    await using db = await testDatabase('orders');
    await using sleeper = runner(db.pool);
    await using other = runner(db.pool);
    let wake: () => void = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const slept = createTravel({
      flight: async () => {
        await asleep;
        return { refused: 'too late' };
      },
    });
    const { saga } = createTravel();
    const beginning = begin(sleeper, db.pool, slept.saga);
    while ((await db.pool.query('SELECT FROM saga')).rowCount === 0) await new Promise((later) => setTimeout(later, 5));
    await expire(db.pool);
    await other.recover([saga]);
    await other.settled(saga, 'travel-1', 5_000);

    wake();

    expect(await beginning).toMatchObject({ kind: 'retrying' });
    expect(slept.log).toEqual(['flight']);
    expect(await sleeper.settled(saga, 'travel-1', 0)).toMatchObject({ kind: 'done' });
  });

  it('keeps its lease while a step takes long', async () => {
    await using db = await testDatabase('orders');
    await using slow = runner(db.pool, { leaseMs: 300 });
    await using other = runner(db.pool);
    let finish: () => void = () => {};
    const long = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { saga } = createTravel({
      flight: async (state) => {
        await long;
        return state;
      },
    });
    const beginning = begin(slow, db.pool, saga);
    await new Promise((later) => setTimeout(later, 900));

    expect(await other.recover([saga])).toBe(0);
    finish();
    expect(await beginning).toMatchObject({ kind: 'done' });
  });

  it('is let go at once by a process that closes in the middle', async () => {
    await using db = await testDatabase('orders');
    const closing = createSagaRunner({ pool: db.pool, logger: createLogger('test', 'silent'), retryMs: 60_000 });
    let down = true;
    const { saga } = createTravel({
      ticket: async (state) => {
        if (down) throw new Error('down');
        return state;
      },
    });
    expect(await begin(closing, db.pool, saga)).toMatchObject({ kind: 'retrying' });
    await closing.close();
    down = false;
    await using other = runner(db.pool);

    expect(await other.recover([saga])).toBe(1);
    expect(await other.settled(saga, 'travel-1', 5_000)).toMatchObject({ kind: 'done' });
  });
});
