import { groupBy } from '@cartograph/kernel/key-order';
import DataLoader from 'dataloader';
import type { RateTable } from '../domain/method.ts';
import type { MethodStore } from '../ports.ts';

/** All price tables of a method. */
export const createTablesByMethodId = (methods: MethodStore) =>
  new DataLoader<string, readonly RateTable[]>(
    async (ids) => groupBy(ids, await methods.tablesOf(ids), ({ methodId }) => methodId),
    { name: 'tablesByMethodId', maxBatchSize: 100 },
  );
