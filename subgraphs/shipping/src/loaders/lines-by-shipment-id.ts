import { groupBy } from '@cartograph/kernel/key-order';
import DataLoader from 'dataloader';
import type { ShipmentLine } from '../domain/shipment.ts';
import type { ShipmentStore } from '../ports.ts';

/** Of shipments that the viewer could read. */
export const createLinesByShipmentId = (shipments: ShipmentStore) =>
  new DataLoader<string, readonly ShipmentLine[]>(
    async (ids) => groupBy(ids, await shipments.linesOf(ids), ({ shipmentId }) => shipmentId),
    { name: 'linesByShipmentId', maxBatchSize: 100 },
  );
