import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * An append-only ledger in one file of JSON lines: what a provider has acknowledged is in the file, also after
 * `kill -9`. Without a path it lives in memory.
 */
export interface Journal<Entry> extends Disposable {
  readonly entries: readonly Entry[];
  append(entry: Entry): void;
}

export function openJournal<Entry>(path?: string): Journal<Entry> {
  if (!path) {
    const entries: Entry[] = [];
    return { entries, append: (entry) => void entries.push(entry), [Symbol.dispose]() {} };
  }
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a+');
  const text = readFileSync(path, 'utf8');
  // A line without its end was being written when the process died: it was never acknowledged.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length && fstatSync(file).size > 0) ftruncateSync(file, Buffer.byteLength(whole));
  const entries = whole
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry);
  return {
    entries,
    append(entry) {
      writeSync(file, `${JSON.stringify(entry)}\n`);
      entries.push(entry);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}
