import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { SupergraphManager } from '@apollo/gateway';
import type { Logger } from '@cartograph/runtime/logger';

/** Editors write a file in several steps; the last one counts. */
const SETTLE_MS = 50;

/**
 * Feeds the gateway from a file and follows it. A supergraph that does not build is logged and left aside:
 * the running one stays.
 */
export const createSupergraphFile = (path: string, logger: Logger): SupergraphManager => ({
  async initialize({ update }) {
    let current = await readSupergraph(path);
    let timer: NodeJS.Timeout | undefined;

    async function reload() {
      try {
        const next = await readSupergraph(path);
        if (next === current) return;
        update(next);
        current = next;
        logger.info('supergraph reloaded');
      } catch (error) {
        logger.error({ err: error }, 'the changed supergraph was not taken; the running one stays');
      }
    }
    // The folder is watched, not the file: a file replaced by rename is a new inode.
    const watcher: FSWatcher = watch(dirname(path), (_event, file) => {
      if (file !== basename(path)) return;
      clearTimeout(timer);
      timer = setTimeout(reload, SETTLE_MS);
    });
    return {
      supergraphSdl: current,
      cleanup: async () => {
        clearTimeout(timer);
        watcher.close();
      },
    };
  },
});

async function readSupergraph(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`The supergraph ${path} cannot be read. Run "npm run compose", or set SUPERGRAPH to its path.`, {
      cause,
    });
  }
}
