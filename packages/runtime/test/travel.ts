import type { LeavesOut, Paused, Refused, Saga, SagaRunner } from '@cartograph/kernel/saga';
import type { Pool } from 'pg';
import { createLogger } from '../src/logger.ts';
import { insertSaga } from '../src/saga-rows.ts';
import { createSagaRunner, type SagaRunnerOptions } from '../src/saga-runner.ts';

export interface State extends LeavesOut {
  readonly done: readonly string[];
}
type Run = (state: State) => Promise<State | Refused<string> | Paused<State>>;

export const runner = (pool: Pool, options: Partial<SagaRunnerOptions> = {}) => {
  const made = createSagaRunner({ pool, logger: createLogger('test', 'silent'), retryMs: 5, ...options });
  return Object.assign(made, { [Symbol.asyncDispose]: () => made.close() });
};

interface Changes extends Partial<Record<'flight' | 'hotel' | 'ticket', Run>> {
  readonly flightUndo?: (state: State) => Promise<void>;
}

/** Three steps that write down what happens; the third has no way back. */
export function createTravel(changes: Changes = {}) {
  const log: string[] = [];
  const step = (name: 'flight' | 'hotel' | 'ticket') => ({
    name,
    run: async (state: State) => {
      log.push(name);
      return changes[name]?.(state) ?? { done: [...state.done, name] };
    },
  });
  const undoable = (name: 'flight' | 'hotel') => ({
    ...step(name),
    undo: async (state: State) => {
      log.push(`-${name}`);
      if (name === 'flight') await changes.flightUndo?.(state);
    },
  });
  const saga: Saga<State, string> = {
    name: 'travel',
    steps: [undoable('flight'), undoable('hotel'), step('ticket')],
    undoBegin: async () => {
      log.push('-begin');
    },
    gaveUp: (name) => `gave up ${name}`,
  };
  return { saga, log };
}

export const begin = (sagas: SagaRunner, pool: Pool, saga: Saga<State, string>) =>
  sagas.begin(saga, 'travel-1', { done: [] }, (start) => insertSaga(pool, start), 5_000);
