import { matchBy } from '@cartograph/kernel/key-order';
import DataLoader from 'dataloader';

// A page of 100 products with 100 variants each is the most that one request can ask for at a time: one read.
const maxBatchSize = 10_000;

/** For reads that answer one value per key, in the order of the keys. */
export const inOrder = <K extends string, V>(name: string, load: (keys: readonly K[]) => Promise<readonly V[]>) =>
  new DataLoader<K, V>(load, { name, maxBatchSize });

/** For reads that answer what they find, in any order; what is missing is null. */
export const found = <V>(
  name: string,
  load: (keys: readonly string[]) => Promise<readonly V[]>,
  keyOf: (value: V) => string,
) => new DataLoader<string, V | null>(async (keys) => matchBy(keys, await load(keys), keyOf), { name, maxBatchSize });
