import { groupBy } from '@cartograph/kernel/key-order';
import DataLoader from 'dataloader';
import type { Area } from '../domain/method.ts';
import type { ZoneStore } from '../ports.ts';

/** What a zone covers. */
export const createAreasByZoneId = (zones: ZoneStore) =>
  new DataLoader<string, readonly Area[]>(
    async (ids) => groupBy(ids, await zones.areasOf(ids), ({ zoneId }) => zoneId),
    { name: 'areasByZoneId', maxBatchSize: 100 },
  );
