import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@cartograph/runtime/logger';

/** One line of the log: how often a client sent an operation since the line before it. */
export interface Use {
  /** See `operationSignature`. */
  readonly signature: string;
  readonly name: string | null;
  readonly client: { readonly name: string; readonly version: string | null };
  readonly count: number;
  /** ISO 8601, UTC. */
  readonly lastSeen: string;
}

export interface UsageLog {
  record(use: Pick<Use, 'signature' | 'name' | 'client'>): void;
  /** Writes what was counted, and rotates. Called on a schedule and at the end. */
  flush(): void;
  close(): void;
}

export interface UsageLogOptions {
  readonly folder: string;
  readonly logger: Logger;
  readonly flushMs?: number;
  /** A file larger than this is set aside as `usage.jsonl.1`, and so on. */
  readonly maxBytes?: number;
  readonly keepFiles?: number;
  /** Different operations and clients counted between two flushes; more are not counted, and the log says so. */
  readonly maxEntries?: number;
  readonly clock?: () => Date;
}

type Counted = { -readonly [Key in keyof Use]: Use[Key] };

/** Counts in memory and writes one line per operation and client each minute: cheap, and without anybody's data. */
export function createUsageLog(options: UsageLogOptions): UsageLog {
  const { folder, logger, maxEntries = 10_000, clock = () => new Date() } = options;
  const file = join(folder, 'usage.jsonl');
  const counted = new Map<string, Counted>();
  let dropped = 0;
  mkdirSync(folder, { recursive: true });

  function flush() {
    if (dropped > 0) logger.warn({ dropped }, 'more kinds of operations than the usage log counts');
    dropped = 0;
    if (counted.size === 0) return;
    const lines = [...counted.values()].map((use) => `${JSON.stringify(use)}\n`).join('');
    counted.clear();
    try {
      rotate(file, options);
      appendFileSync(file, lines);
    } catch (err) {
      // The shop goes on without its statistics.
      logger.error({ err }, 'the usage log could not be written');
    }
  }
  const timer = setInterval(flush, options.flushMs ?? 60_000).unref();

  return {
    record({ signature, name, client }) {
      const key = `${client.name}\n${client.version}\n${signature}`;
      const lastSeen = clock().toISOString();
      const known = counted.get(key);
      if (known) {
        known.count += 1;
        known.lastSeen = lastSeen;
      } else if (counted.size < maxEntries) counted.set(key, { signature, name, client, count: 1, lastSeen });
      else dropped += 1;
    },
    flush,
    close() {
      clearInterval(timer);
      flush();
    },
  };
}

function rotate(file: string, { maxBytes = 10 * 1024 * 1024, keepFiles = 5 }: UsageLogOptions): void {
  if (!existsSync(file) || statSync(file).size < maxBytes) return;
  rmSync(`${file}.${keepFiles}`, { force: true });
  for (let index = keepFiles - 1; index >= 1; index -= 1)
    if (existsSync(`${file}.${index}`)) renameSync(`${file}.${index}`, `${file}.${index + 1}`);
  renameSync(file, `${file}.1`);
}
