import { setMaxListeners } from 'node:events';
import type {
  Intervention,
  InterventionOutcome,
  LeavesOut,
  Saga,
  SagaOutcome,
  SagaRunner,
  SagaStart,
  SagaTakeover,
  StuckAt,
} from '@cartograph/kernel/saga';
import type { Pool } from 'pg';
import type { Logger } from './logger.ts';
import { createPresence, type Presence } from './presence.ts';
import { Abandoned, type SagaPoint, startDrive } from './saga-drive.ts';
import { createSagaRows, type SagaRow, type SagaRows, TAKEN_AT_ONCE } from './saga-rows.ts';
import { type SagaTime, SYSTEM_TIME } from './saga-time.ts';

export interface SagaSettings {
  readonly logger: Logger;
  /** How long a saga stays with a process that stands still or is cut off. One that ended loses it at once. */
  readonly leaseMs?: number;
  /** How often a step that can be undone is asked before it is given up. */
  readonly maxAttempts?: number;
  /** The first pause between two attempts; it doubles up to three seconds. */
  readonly retryMs?: number;
  /** Called at every point where a process can end. What throws here ends the drive as a crash would: tests use it. */
  readonly probe?: (point: SagaPoint) => void;
  readonly time?: SagaTime;
}

export interface SagaRunnerOptions extends SagaSettings {
  readonly pool: Pool;
  /** This process as the others see it; one of the runner's own unless given. Its giver closes it. */
  readonly presence?: Presence;
}

interface Drive {
  readonly startedAt: number;
  /** Resolves at the first answer, which may be that a step has to be repeated. */
  readonly answered: Promise<SagaOutcome<unknown, unknown>>;
  /** Resolves at the end of the drive; null when somebody else goes on with the saga. */
  readonly ended: Promise<SagaOutcome<unknown, unknown> | null>;
}

/** How long a saga that begins waits for this process to be seen, without which the others would take it at once. */
const SEEN_WITHIN_MS = 1_000;

/** A saga runner on one PostgreSQL table; its DDL is in `saga-rows.ts`. */
export function createSagaRunner({ pool, presence, ...settings }: SagaRunnerOptions): SagaRunner {
  const seenAs = presence ?? createPresence(pool, settings.logger);
  const rows = createSagaRows(pool, seenAs.owner, (settings.leaseMs ?? DEFAULT_LEASE_MS) / 1000);
  return createSagaRunnerOn(rows, presence ? { ...presence, close: async () => {} } : seenAs, settings);
}

const DEFAULT_LEASE_MS = 10_000;

export const createSagaRunnerOn = (rows: SagaRows, presence: Presence, settings: SagaSettings): SagaRunner =>
  new Runner(rows, presence, settings);

class Runner implements SagaRunner {
  readonly #rows: SagaRows;
  readonly #presence: Presence;
  readonly #settings: SagaSettings;
  readonly #time: SagaTime;
  readonly #leaseMs: number;
  readonly #drives = new Map<string, Drive>();
  /** Written as this process's, and about to be driven. */
  readonly #starting = new Set<string>();
  #recovery: Promise<unknown> = Promise.resolve();
  readonly #stop = new AbortController();
  readonly #beating: Promise<void>;

  constructor(rows: SagaRows, presence: Presence, settings: SagaSettings) {
    this.#rows = rows;
    this.#presence = presence;
    this.#settings = settings;
    this.#time = settings.time ?? SYSTEM_TIME;
    this.#leaseMs = settings.leaseMs ?? DEFAULT_LEASE_MS;
    // Every saga that waits for its next attempt listens for the end.
    setMaxListeners(0, this.#stop.signal);
    this.#beating = this.#beat();
  }

  async begin<State, R>(
    saga: Saga<State, R>,
    id: string,
    state: State,
    insert: (start: SagaStart) => Promise<boolean>,
    withinMs: number,
  ): Promise<SagaOutcome<State, R> | null> {
    await this.#within(this.#presence.seen, SEEN_WITHIN_MS);
    const { owner } = this.#presence;
    const step = firstStep(saga);
    const start: SagaStart = { id, name: saga.name, step, state, owner, leaseSeconds: this.#leaseMs / 1000 };
    if (!(await this.#start(id, () => insert(start)))) return null;
    const row: SagaRow = { ...start, status: 'RUNNING', refusal: null, version: 0, attempts: 0, failingStep: null };
    return this.#answerWithin(this.#drive(saga, row), state, withinMs) as never;
  }

  async resume<State, R>(
    saga: Saga<State, R>,
    id: string,
    change: (state: State) => State,
    withinMs: number,
  ): Promise<(SagaOutcome<State, R> & { readonly woke: boolean }) | null> {
    const paused = await this.#rows.find(id);
    if (!paused) return null;
    if (paused.status !== 'PAUSED') return { ...(toOutcome(paused) as SagaOutcome<State, R>), woke: false };
    const row = await this.#start(id, () => this.#rows.wake(id, paused.version, change(paused.state as State)));
    // Somebody else has just woken it.
    if (!row) return { kind: 'retrying', state: paused.state as State, woke: false };
    const outcome = await this.#answerWithin(this.#drive(saga, row), row.state, withinMs);
    return { ...(outcome as SagaOutcome<State, R>), woke: true };
  }

  async settled<State, R>(_saga: Saga<State, R>, id: string, withinMs: number): Promise<SagaOutcome<State, R> | null> {
    const deadline = this.#time.now() + withinMs;
    const here = this.#drives.get(id);
    if (here) {
      const outcome = await this.#within(here.ended, withinMs);
      if (outcome) return outcome as never;
    }
    for (let pause = 25; ; pause = Math.min(pause * 2, 400)) {
      const row = await this.#rows.find(id);
      if (!row) return null;
      const outcome = toOutcome(row);
      if (outcome.kind !== 'retrying' || this.#time.now() + pause > deadline) return outcome as never;
      await this.#time.sleep(pause, NEVER);
    }
  }

  async intervene(
    sagas: readonly Saga<unknown, unknown>[],
    id: string,
    at: StuckAt,
    how: Intervention,
    take: (takeover: SagaTakeover) => Promise<boolean>,
  ): Promise<InterventionOutcome> {
    const row = await this.#rows.find(id);
    const saga = sagas.find(({ name }) => name === row?.name);
    if (!row || !saga || row.attempts === 0 || row.failingStep !== at.step) return 'not-stuck';
    if (row.status !== (at.undoing ? 'UNDOING' : 'RUNNING')) return 'not-stuck';
    const { step, version, status } = row;
    const change = how === 'give-up' ? givenUp(saga, row) : { status, state: row.state, refusal: row.refusal };
    if (!change) return 'no-way-back';
    const { owner } = this.#presence;
    const takeover = { id, version, step, owner, leaseSeconds: this.#leaseMs / 1000, ...change };
    if (!(await this.#start(id, () => take(takeover)))) return 'not-stuck';
    this.#drive(saga, { ...row, ...change, version: version + 1, attempts: 0, failingStep: null });
    return 'taken';
  }

  recover(sagas: readonly Saga<unknown, unknown>[]): Promise<number> {
    // One after the other: what one has taken and does not drive yet would look left behind to the next.
    const recovery = this.#recovery.then(() => this.#recover(sagas));
    this.#recovery = recovery.catch(() => {});
    return recovery;
  }

  async #recover(sagas: readonly Saga<unknown, unknown>[]): Promise<number> {
    let count = 0;
    for (let more = true; more; ) {
      const taken = await this.#rows.takeOver(
        [...this.#drives.keys(), ...this.#starting],
        sagas.map(({ name }) => name),
      );
      more = taken.length === TAKEN_AT_ONCE;
      count += taken.length;
      for (const row of taken) {
        const saga = sagas.find(({ name }) => name === row.name);
        if (saga) this.#drive(saga, row);
      }
    }
    return count;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const open = [...this.#drives];
    await Promise.all(open.map(([, { ended }]) => ended));
    await this.#beating;
    if (open.length > 0) await this.#rows.letGo(open.map(([id]) => id));
    await this.#presence.close();
  }

  /** Makes a saga this process's; whoever asked drives it in the same turn that this resolves in. */
  async #start<T>(id: string, write: () => Promise<T>): Promise<T> {
    this.#starting.add(id);
    try {
      return await write();
    } finally {
      // Not before it is driven.
      setImmediate(() => this.#starting.delete(id));
    }
  }

  /** Only a saga that takes longer than usual costs this statement. */
  async #beat(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      await this.#time.sleep(this.#leaseMs / 3, signal);
      if (signal.aborted) return;
      const old = this.#time.now() - this.#leaseMs / 3;
      const ids = [...this.#drives].filter(([, drive]) => drive.startedAt < old).map(([id]) => id);
      // A missed beat is made good by the next; a lost lease is noticed by the next write.
      if (ids.length > 0)
        await this.#rows.renew(ids).catch((err) => this.#settings.logger.warn({ err }, 'could not renew saga leases'));
    }
  }

  #drive<State, R>(saga: Saga<State, R>, row: SagaRow): Drive {
    let answer: (outcome: SagaOutcome<unknown, unknown>) => void = () => {};
    const answered = new Promise<SagaOutcome<unknown, unknown>>((resolve) => {
      answer = resolve;
    });
    const retrying = (state: unknown) => answer({ kind: 'retrying', state });
    const ended = startDrive(saga, row, {
      ...this.#settings,
      rows: this.#rows,
      retrying,
      signal: this.#stop.signal,
    })
      .catch((error: unknown) => {
        if (!(error instanceof Abandoned))
          this.#settings.logger.error({ err: error, saga: saga.name, id: row.id }, 'saga left for recovery');
        return null;
      })
      .then((outcome) => {
        if (this.#drives.get(row.id) === entry) this.#drives.delete(row.id);
        answer(outcome ?? { kind: 'retrying', state: row.state });
        return outcome;
      });
    const entry: Drive = { startedAt: this.#time.now(), answered, ended };
    this.#drives.set(row.id, entry);
    return entry;
  }

  async #answerWithin({ answered }: Drive, state: unknown, ms: number): Promise<SagaOutcome<unknown, unknown>> {
    return (await this.#within(answered, ms)) ?? { kind: 'retrying', state };
  }

  async #within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
    const timer = new AbortController();
    try {
      return await Promise.race([promise, this.#time.sleep(ms, timer.signal).then(() => null)]);
    } finally {
      timer.abort();
    }
  }
}

type Open = Extract<SagaRow['status'], SagaTakeover['status']>;

/** Null where it can only be asked again. */
function givenUp(
  saga: Saga<unknown, unknown>,
  row: SagaRow,
): Pick<SagaTakeover, 'status' | 'state' | 'refusal'> | null {
  const { state, refusal, failingStep } = row;
  // What comes after its last undoable step may have happened already, without a trace in the row.
  const failing = saga.steps.find(({ name }) => name === failingStep);
  if (row.status === 'RUNNING' && failing?.undo) return { status: 'UNDOING', state, refusal: saga.gaveUp(row.step) };
  if (failingStep === null || !saga.dispensable?.includes(failingStep)) return null;
  const { leftOut = [] } = state as LeavesOut;
  return { status: row.status as Open, state: { ...(state as object), leftOut: [...leftOut, failingStep] }, refusal };
}

const NEVER = new AbortController().signal;
// All that wait for an outcome listen to it.
setMaxListeners(0, NEVER);

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
