import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@cartograph/runtime/logger';
import { ROOT } from '@cartograph/runtime/sdl';
import { followFile } from '../followed-file.ts';
import type { OperationsSettings } from '../settings/operations.ts';
import { createAutomaticOperations, type SharedDocuments } from './automatic.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { createPersistedOperations, type PersistedOperations } from './persisted.ts';

export interface OpenPersistedOptions {
  readonly logger: Logger;
  /** Where several routers share what clients registered. */
  readonly shared?: SharedDocuments;
  /** Called whenever another manifest counts: what was resolved by the one before is void. */
  readonly onChange?: () => void;
}

export interface OpenedPersisted {
  readonly operations: PersistedOperations;
  /** Stops following the manifest, and telling other routers of documents. */
  close(): void;
}

const NOTHING = readManifest('{"format":"apollo-persisted-query-manifest","version":1,"operations":[]}');

/** Persisted operations by the settings. Rejects where a manifest is asked for and is none. */
export async function openPersistedOperations(
  { safelist, manifest: path, automatic }: OperationsSettings,
  { logger, shared, onChange }: OpenPersistedOptions,
): Promise<OpenedPersisted> {
  let manifest: Manifest = NOTHING;
  let unfollow = () => {};
  if (safelist !== 'off')
    unfollow = await followFile(
      {
        path: isAbsolute(path) ? path : fileURLToPath(new URL(path, ROOT)),
        what: 'manifest of operations',
        advice: 'Run "npm run operations", or name another file in operations.manifest.',
        take(text) {
          manifest = readManifest(text);
          logger.info({ operations: manifest.size }, 'manifest of operations taken');
          onChange?.();
        },
      },
      logger,
    );
  // A list that is all there is takes no additions from outside.
  const open = automatic.enabled && safelist !== 'only';
  const registered = open
    ? createAutomaticOperations({
        maxEntries: automatic.entries,
        maxBytes: automatic.memory,
        lifetime: automatic.lifetime,
        logger,
        ...(shared && { shared }),
      })
    : undefined;
  const operations = createPersistedOperations({
    safelist,
    manifest: () => manifest,
    logger,
    ...(registered && { automatic: registered }),
  });
  return {
    operations,
    close() {
      unfollow();
      registered?.close();
    },
  };
}
