import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from '@cartograph/runtime/logger';

/** Editors write a file in several steps; the last one counts. */
const SETTLE_MS = 50;

export interface FollowedFile {
  readonly path: string;
  /** What it is, for the log, such as "supergraph". */
  readonly what: string;
  /** What to do where it cannot be read. */
  readonly advice: string;
  /** Takes the text, or throws. */
  take(text: string): void;
}

/**
 * Gives the text of a file to `take`, now and whenever it changes. What `take` throws at stops the start; later it is logged
 * and left aside, and what was taken before stays. The function it gives stops following.
 */
export async function followFile(file: FollowedFile, logger: Logger): Promise<() => void> {
  const { path, what, take } = file;
  let current = await read(file);
  take(current);

  async function reload() {
    try {
      const next = await read(file);
      if (next === current) return;
      take(next);
      current = next;
      logger.info(`${what} reloaded`);
    } catch (error) {
      logger.error({ err: error }, `the changed ${what} was not taken; the running one stays`);
    }
  }
  let timer: NodeJS.Timeout | undefined;
  // The folder is watched, not the file: a file replaced by rename is a new inode.
  const watcher: FSWatcher = watch(dirname(path), (_event, name) => {
    if (name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(reload, SETTLE_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

async function read({ path, what, advice }: FollowedFile): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`The ${what} ${path} cannot be read. ${advice}`, { cause });
  }
}
