import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, DatabaseError } from './errors.ts';

const PATIENCE = 60_000;

/** Lets one process at a time start or stop the server of a folder. A holder that was killed does not block. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  while (!tryLock(file)) {
    if (Date.now() > deadline)
      throw new DatabaseError(
        `Another process has been starting or stopping the database for a minute. If none is, delete ${file}.`,
      );
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  clearStale(file);
  return false;
}

function clearStale(file: string): void {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder === 0 || isAlive(holder)) return; // 0: created, not yet written.
    // Renamed before it is removed: of two processes that found it stale, one only succeeds.
    const aside = `${file}.${process.pid}`;
    renameSync(file, aside);
    rmSync(aside);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // It lives, under another user.
  }
}
