import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from '@cartograph/runtime/logger';

/** Editors write a file in several steps; the last one counts. */
const SETTLE_MS = 50;

/**
 * Gives the composed supergraph of a file to `take`, now and whenever it changes. One that `take` throws at stops the start;
 * later it is logged and left aside, and the running one stays. The function it gives stops following.
 */
export async function followSupergraphFile(
  path: string,
  logger: Logger,
  take: (sdl: string) => void,
): Promise<() => void> {
  let current = await readSupergraph(path);
  take(current);

  async function reload() {
    try {
      const next = await readSupergraph(path);
      if (next === current) return;
      take(next);
      current = next;
      logger.info('supergraph reloaded');
    } catch (error) {
      logger.error({ err: error }, 'the changed supergraph was not taken; the running one stays');
    }
  }
  let timer: NodeJS.Timeout | undefined;
  // The folder is watched, not the file: a file replaced by rename is a new inode.
  const watcher: FSWatcher = watch(dirname(path), (_event, file) => {
    if (file !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(reload, SETTLE_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

async function readSupergraph(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`The supergraph ${path} cannot be read. Run "npm run compose", or set SUPERGRAPH to its path.`, {
      cause,
    });
  }
}
