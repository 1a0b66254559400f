import { matchBy } from '@cartograph/kernel/key-order';
import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { Shipment } from '../domain/shipment.ts';
import type { ShipmentStore } from '../ports.ts';

/** One per request, so the cache never outlives the viewer it was filled for. */
export const createShipmentById = (shipments: ShipmentStore, viewer: Viewer) =>
  new DataLoader<string, Shipment | null>(
    async (ids) => matchBy(ids, await shipments.findByIds(viewer, ids), ({ id }) => id),
    { name: 'shipmentById', maxBatchSize: 500 },
  );
