import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Saga, SagaOutcome, SagaRunner, SagaStart } from '@cartograph/kernel/saga';
import type { Pool } from 'pg';
import type { Logger } from './logger.ts';
import { Abandoned, type SagaPoint, startDrive } from './saga-drive.ts';
import { createSagaRows, type SagaRow } from './saga-rows.ts';

export interface SagaRunnerOptions {
  readonly pool: Pool;
  readonly logger: Logger;
  /** How long a saga stays with a process that no longer says that it lives. */
  readonly leaseMs?: number;
  /** How often a step that can be undone is asked before it is given up. */
  readonly maxAttempts?: number;
  /** The first pause between two attempts; it doubles up to three seconds. */
  readonly retryMs?: number;
  /** Called at every point where a process can end. What throws here ends the drive as a crash would: tests use it. */
  readonly probe?: (point: SagaPoint) => void;
}

interface Drive {
  readonly startedAt: number;
  /** Resolves at the first answer, which may be that a step has to be repeated. */
  readonly answered: Promise<SagaOutcome<unknown, unknown>>;
  /** Resolves at the end of the drive; null when somebody else goes on with the saga. */
  readonly ended: Promise<SagaOutcome<unknown, unknown> | null>;
}

/** A saga runner on one PostgreSQL table; its DDL is in `saga-rows.ts`. */
export function createSagaRunner(options: SagaRunnerOptions): SagaRunner {
  const { pool, logger, leaseMs = 10_000 } = options;
  const owner = randomUUID();
  const rows = createSagaRows(pool, owner, leaseMs / 1000);
  const drives = new Map<string, Drive>();
  const stop = new AbortController();

  // Only a saga that takes longer than usual costs this statement.
  const heartbeat = setInterval(() => {
    const old = Date.now() - leaseMs / 3;
    const ids = [...drives].filter(([, drive]) => drive.startedAt < old).map(([id]) => id);
    // A missed beat is made good by the next; a lost lease is noticed by the next write.
    if (ids.length > 0) rows.renew(ids).catch((err) => logger.warn({ err }, 'could not renew saga leases'));
  }, leaseMs / 3).unref();

  function drive<State, R>(saga: Saga<State, R>, row: SagaRow): Drive {
    let answer: (outcome: SagaOutcome<unknown, unknown>) => void = () => {};
    const answered = new Promise<SagaOutcome<unknown, unknown>>((resolve) => {
      answer = resolve;
    });
    const retrying = (state: unknown) => answer({ kind: 'retrying', state });
    const ended = startDrive(saga, row, { ...options, rows, retrying, signal: stop.signal })
      .catch((error: unknown) => {
        if (!(error instanceof Abandoned))
          logger.error({ err: error, saga: saga.name, id: row.id }, 'saga left for recovery');
        return null;
      })
      .then((outcome) => {
        if (drives.get(row.id) === entry) drives.delete(row.id);
        answer(outcome ?? { kind: 'retrying', state: row.state });
        return outcome;
      });
    const entry: Drive = { startedAt: Date.now(), answered, ended };
    drives.set(row.id, entry);
    return entry;
  }

  return {
    async begin(saga, id, state, insert, withinMs) {
      const step = firstStep(saga);
      const start: SagaStart = { id, name: saga.name, step, state, owner, leaseSeconds: leaseMs / 1000 };
      if (!(await insert(start))) return null;
      const row: SagaRow = { ...start, status: 'RUNNING', refusal: null, version: 0, attempts: 0 };
      return answerWithin(drive(saga, row), state, withinMs) as never;
    },
    async resume(saga, id, change, withinMs) {
      const paused = await rows.find(id);
      if (!paused) return null;
      if (paused.status !== 'PAUSED') return toOutcome(paused) as never;
      const row = await rows.wake(id, paused.version, change(paused.state as never));
      // Somebody else has just woken it.
      if (!row) return { kind: 'retrying', state: paused.state as never };
      return answerWithin(drive(saga, row), row.state, withinMs) as never;
    },
    async settled(_saga, id, withinMs) {
      const deadline = Date.now() + withinMs;
      const here = drives.get(id);
      if (here) {
        const outcome = await within(here.ended, withinMs);
        if (outcome) return outcome as never;
      }
      for (let pause = 25; ; pause = Math.min(pause * 2, 400)) {
        const row = await rows.find(id);
        if (!row) return null;
        const outcome = toOutcome(row);
        if (outcome.kind !== 'retrying' || Date.now() + pause > deadline) return outcome as never;
        await sleep(pause);
      }
    },
    async recover(sagas) {
      const taken = await rows.takeOver([...drives.keys()]);
      for (const row of taken) {
        const saga = sagas.find(({ name }) => name === row.name);
        if (saga) drive(saga, row);
        else logger.error({ saga: row.name, id: row.id }, 'no saga of that name: an older version of this program?');
      }
      return taken.length;
    },
    async close() {
      clearInterval(heartbeat);
      stop.abort();
      const open = [...drives];
      await Promise.all(open.map(([, { ended }]) => ended));
      if (open.length > 0) await rows.letGo(open.map(([id]) => id));
    },
  };
}

const firstStep = <State, R>(saga: Saga<State, R>): string => {
  const [step] = saga.steps;
  if (!step) throw new Error(`saga ${saga.name} has no steps`);
  return step.name;
};

function toOutcome({ status, state, refusal }: SagaRow): SagaOutcome<unknown, unknown> {
  if (status === 'DONE') return { kind: 'done', state };
  if (status === 'REFUSED') return { kind: 'refused', state, refusal };
  return { kind: status === 'PAUSED' ? 'paused' : 'retrying', state };
}

const answerWithin = async ({ answered }: Drive, state: unknown, ms: number): Promise<SagaOutcome<unknown, unknown>> =>
  (await within(answered, ms)) ?? { kind: 'retrying', state };

async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  const timer = new AbortController();
  const late = sleep(ms, null, { signal: timer.signal }).catch(() => null);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
