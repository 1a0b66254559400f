import DataLoader from 'dataloader';

/** One row per key; null for a key without one. */
export const loadOne = <T>(
  name: string,
  read: (keys: readonly string[]) => Promise<readonly T[]>,
  keyOf: (row: T) => string,
) =>
  new DataLoader<string, T | null>(
    async (keys) => {
      const byKey = new Map((await read(keys)).map((row) => [keyOf(row), row]));
      return keys.map((key) => byKey.get(key) ?? null);
    },
    { name, maxBatchSize: 500 },
  );

/** Any number of rows per key, in the order in which the store gives them. */
export const loadMany = <T>(
  name: string,
  read: (keys: readonly string[]) => Promise<readonly T[]>,
  keyOf: (row: T) => string,
) =>
  new DataLoader<string, readonly T[]>(
    async (keys) => {
      const byKey = new Map<string, T[]>();
      for (const row of await read(keys)) {
        const key = keyOf(row);
        const rows = byKey.get(key);
        if (rows) rows.push(row);
        else byKey.set(key, [row]);
      }
      return keys.map((key) => byKey.get(key) ?? []);
    },
    { name, maxBatchSize: 500 },
  );
