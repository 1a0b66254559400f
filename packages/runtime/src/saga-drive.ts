import { codeOf, reasonOf } from '@cartograph/kernel/errors';
import type { Paused, Refused, Saga, SagaOutcome } from '@cartograph/kernel/saga';
import type { Logger } from './logger.ts';
import type { SagaRow, SagaRows } from './saga-rows.ts';
import { type SagaTime, SYSTEM_TIME } from './saga-time.ts';

/** A point where a process can end. */
export interface SagaPoint {
  readonly id: string;
  readonly saga: string;
  readonly step: string;
  readonly at: 'before run' | 'after run' | 'before undo' | 'after undo' | 'before end' | 'after end';
}

/** Another process has the saga now, or this one ends: whatever this drive still knows is out of date. */
export class Abandoned extends Error {}

const LONGEST_PAUSE_MS = 3_000;
/** After so many attempts without an answer, some five seconds, people are told: what settles by itself is no news. */
const STUCK_AFTER = 7;

export interface DriveOptions {
  readonly rows: SagaRows;
  readonly logger: Logger;
  readonly time?: SagaTime;
  readonly maxAttempts?: number;
  readonly retryMs?: number;
  readonly probe?: (point: SagaPoint) => void;
  /** Called before each repetition. */
  readonly retrying: (state: unknown) => void;
  readonly signal: AbortSignal;
}

/** One process's work on one saga, from where its row stands to its end. Throws `Abandoned` when it must let go. */
export const startDrive = async <State, R>(
  saga: Saga<State, R>,
  row: SagaRow,
  options: DriveOptions,
): Promise<SagaOutcome<State, R>> => new Drive(saga, row, options).start();

class Drive<State, R> {
  readonly #saga: Saga<State, R>;
  readonly #row: SagaRow;
  readonly #options: DriveOptions;
  #state: State;
  #version: number;
  #attempts: number;
  #isUndoing = false;
  /** The step that the row names as far as this drive knows. */
  #recorded: string;

  constructor(saga: Saga<State, R>, row: SagaRow, options: DriveOptions) {
    this.#saga = saga;
    this.#row = row;
    this.#options = options;
    this.#state = row.state as State;
    this.#version = row.version;
    this.#attempts = row.attempts;
    this.#recorded = row.step;
  }

  start(): Promise<SagaOutcome<State, R>> {
    const from = this.#indexOf(this.#row.step);
    return this.#row.status === 'UNDOING' ? this.#undo(from, this.#row.refusal as R) : this.#forward(from);
  }

  async #forward(from: number): Promise<SagaOutcome<State, R>> {
    const { steps } = this.#saga;
    for (const [index, step] of steps.entries()) {
      if (index < from) continue;
      // Written ahead of what may have to be undone. A step without undo is simply repeated after a crash.
      if (index > from && step.undo) await this.#write('RUNNING', step.name);
      this.#point(step.name, 'before run');
      const limit = step.undo ? (this.#options.maxAttempts ?? 60) : Number.POSITIVE_INFINITY;
      const answer = await this.#insist(step.name, () => step.run(this.#state), limit);
      this.#point(step.name, 'after run');
      if (answer === null) return this.#refuse(index, this.#saga.gaveUp(step.name));
      if (isRefused(answer)) return this.#refuse(step.undoesRefusal ? index : index - 1, answer.refused);
      if (isPaused(answer)) {
        this.#state = answer.paused;
        await this.#end(step.name, 'PAUSED');
        return { kind: 'paused', state: this.#state };
      }
      this.#state = answer as State;
    }
    await this.#end(steps.at(-1)?.name ?? this.#recorded, 'DONE');
    return { kind: 'done', state: this.#state };
  }

  async #refuse(last: number, refusal: R): Promise<SagaOutcome<State, R>> {
    const step = this.#saga.steps[Math.max(last, 0)];
    await this.#write('UNDOING', step?.name ?? this.#recorded, refusal);
    return this.#undo(last, refusal);
  }

  async #undo(from: number, refusal: R): Promise<SagaOutcome<State, R>> {
    this.#isUndoing = true;
    const undone = this.#saga.steps.slice(0, from + 1).reverse();
    for (const step of undone) if (step.undo) await this.#undoOne(step.name, () => step.undo?.(this.#state, refusal));
    if (this.#saga.undoBegin) await this.#undoOne('begin', () => this.#saga.undoBegin?.(this.#state, refusal));
    await this.#end(this.#recorded, 'REFUSED', refusal);
    return { kind: 'refused', state: this.#state, refusal };
  }

  async #undoOne(step: string, work: () => Promise<void> | undefined): Promise<void> {
    this.#point(step, 'before undo');
    // Never given up: whatever was done must not stay half done.
    await this.#insist(step, async () => work(), Number.POSITIVE_INFINITY);
    this.#point(step, 'after undo');
  }

  async #end(step: string, status: 'DONE' | 'REFUSED' | 'PAUSED', refusal?: R): Promise<void> {
    this.#point(step, 'before end');
    await this.#write(status, step, refusal);
    this.#point(step, 'after end');
  }

  async #write(status: SagaRow['status'], step: string, refusal: R | null = null): Promise<void> {
    const fence = { id: this.#row.id, version: this.#version, step: this.#recorded };
    const kept = await this.#options.rows.write(fence, { status, step, state: this.#state, refusal });
    if (!kept) throw new Abandoned();
    this.#version += 1;
    this.#attempts = 0;
    this.#recorded = step;
  }

  /** Asks until there is an answer; null when it was asked `limit` times. */
  async #insist<T>(step: string, work: () => Promise<T>, limit: number): Promise<T | null> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Abandoned) throw error;
        this.#attempts += 1;
        if (!(await this.#pause(step, error, this.#attempts < limit))) return null;
      }
    }
  }

  /** Notes that there was no answer, and waits; false when it is not to be asked again. */
  async #pause(step: string, error: unknown, again: boolean): Promise<boolean> {
    const { rows, logger, retrying, retryMs = 100, signal, time = SYSTEM_TIME } = this.#options;
    const { id, name: saga } = this.#row;
    const attempts = this.#attempts;
    const reason = reasonOf(error);
    // A neighbour that is down explains itself; only a defect needs its stack.
    const why = codeOf(error) ? { reason } : { err: error };
    logger.warn({ ...why, saga, id, step, attempts }, 'saga step gave no answer');
    retrying(this.#state);
    if (attempts === STUCK_AFTER) await this.#saga.stuck?.(this.#state, { step, undoing: this.#isUndoing });
    // Jitter: sagas that one outage has stopped do not all come back at once.
    const pause = Math.min(retryMs * 2 ** (attempts - 1), LONGEST_PAUSE_MS) * (0.5 + time.random() / 2);
    if (!(await rows.note({ id, version: this.#version, step }, attempts, reason, pause))) throw new Abandoned();
    if (!again) return false;
    await time.sleep(pause, signal);
    // Meanwhile an operator may have taken it in hand, or this process may have stood still for longer than its lease.
    if (signal.aborted || !(await rows.holds(id, this.#version))) throw new Abandoned();
    return true;
  }

  #point(step: string, at: SagaPoint['at']): void {
    if (this.#options.signal.aborted) throw new Abandoned();
    try {
      this.#options.probe?.({ id: this.#row.id, saga: this.#saga.name, step, at });
    } catch (cause) {
      throw new Abandoned('ended by the probe', { cause });
    }
  }

  #indexOf(name: string): number {
    const index = this.#saga.steps.findIndex((step) => step.name === name);
    if (index < 0) throw new Error(`saga ${this.#saga.name} has no step ${name}`);
    return index;
  }
}

type Answer<State, R> = State | Refused<R> | Paused<State>;

const isRefused = <State, R>(answer: Answer<State, R>): answer is Refused<R> =>
  typeof answer === 'object' && answer !== null && 'refused' in answer;
const isPaused = <State, R>(answer: Answer<State, R>): answer is Paused<State> =>
  typeof answer === 'object' && answer !== null && 'paused' in answer;
