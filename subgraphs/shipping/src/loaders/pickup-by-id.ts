import { matchBy } from '@cartograph/kernel/key-order';
import DataLoader from 'dataloader';
import type { PickupLocation } from '../domain/method.ts';
import type { PickupStore } from '../ports.ts';

/** Closed ones too: old shipments name them. */
export const createPickupById = (pickups: PickupStore) =>
  new DataLoader<string, PickupLocation | null>(
    async (ids) => matchBy(ids, await pickups.findByIds(ids), ({ id }) => id),
    { name: 'pickupById', maxBatchSize: 500 },
  );
