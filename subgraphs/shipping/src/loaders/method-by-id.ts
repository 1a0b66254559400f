import { matchBy } from '@cartograph/kernel/key-order';
import DataLoader from 'dataloader';
import type { ShippingMethod } from '../domain/method.ts';
import type { MethodStore } from '../ports.ts';

/** Inactive ones too: old orders name them. */
export const createMethodById = (methods: MethodStore) =>
  new DataLoader<string, ShippingMethod | null>(
    async (ids) => matchBy(ids, await methods.findByIds(ids), ({ id }) => id),
    { name: 'methodById', maxBatchSize: 500 },
  );
