import { groupBy } from '@cartograph/kernel/key-order';
import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { Shipment } from '../domain/shipment.ts';
import type { ShipmentStore } from '../ports.ts';

/** What the viewer may see of each order. */
export const createShipmentsByOrderId = (shipments: ShipmentStore, viewer: Viewer) =>
  new DataLoader<string, readonly Shipment[]>(
    async (ids) => groupBy(ids, await shipments.findByOrderIds(viewer, ids), ({ orderId }) => orderId),
    { name: 'shipmentsByOrderId', maxBatchSize: 500 },
  );
