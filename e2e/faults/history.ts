import { closeSync, openSync, writeSync } from 'node:fs';

export interface HistoryEntry {
  /** Milliseconds since the run began. */
  readonly at: number;
  /** By the clock, for comparing with what the database wrote down. */
  readonly time: string;
  readonly what: string;
  readonly [detail: string]: unknown;
}

/** All that was done to the system and all that it said, in order; in a file as it happens, so that it outlives us. */
export interface History extends Disposable {
  readonly entries: readonly HistoryEntry[];
  note(what: string, details?: object): void;
}

export function openHistory(file: string): History {
  const handle = openSync(file, 'w');
  const entries: HistoryEntry[] = [];
  const began = performance.now();
  return {
    entries,
    note(what, details = {}) {
      const entry = { at: Math.round(performance.now() - began), time: new Date().toISOString(), what, ...details };
      entries.push(entry);
      writeSync(handle, `${JSON.stringify(entry)}\n`);
    },
    [Symbol.dispose]: () => closeSync(handle),
  };
}
