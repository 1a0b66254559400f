import { matchBy } from '@cartograph/kernel/key-order';
import DataLoader from 'dataloader';
import type { Zone } from '../domain/method.ts';
import type { ZoneStore } from '../ports.ts';

/** A zone's name. */
export const createZoneById = (zones: ZoneStore) =>
  new DataLoader<string, Zone | null>(async (ids) => matchBy(ids, await zones.findByIds(ids), ({ id }) => id), {
    name: 'zoneById',
    maxBatchSize: 500,
  });
