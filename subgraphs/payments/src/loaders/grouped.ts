import { groupBy, matchBy } from '@cartograph/kernel/key-order';
import DataLoader from 'dataloader';

/** One row per key; null for a key without one. */
export const loadOne = <T>(
  name: string,
  read: (keys: readonly string[]) => Promise<readonly T[]>,
  keyOf: (row: T) => string,
) =>
  new DataLoader<string, T | null>(async (keys) => matchBy(keys, await read(keys), keyOf), {
    name,
    maxBatchSize: 500,
  });

/** Any number of rows per key, in the order in which the store gives them. */
export const loadMany = <T>(
  name: string,
  read: (keys: readonly string[]) => Promise<readonly T[]>,
  keyOf: (row: T) => string,
) =>
  new DataLoader<string, readonly T[]>(async (keys) => groupBy(keys, await read(keys), keyOf), {
    name,
    maxBatchSize: 500,
  });
