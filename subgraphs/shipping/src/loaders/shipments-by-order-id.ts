import { groupBy } from '@cartograph/kernel/key-order';
import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { ShippingMethod } from '../domain/method.ts';
import type { Shipment, ShipmentLine } from '../domain/shipment.ts';
import type { ShipmentStore } from '../ports.ts';

interface Beside {
  readonly methodById: DataLoader<string, ShippingMethod | null>;
  readonly linesByShipmentId: DataLoader<string, readonly ShipmentLine[]>;
}

/** What the viewer may see of each order. Their methods and lines come with them, and need not be read anew. */
export const createShipmentsByOrderId = (
  shipments: ShipmentStore,
  viewer: Viewer,
  { methodById, linesByShipmentId }: Beside,
) =>
  new DataLoader<string, readonly Shipment[]>(
    async (ids) => {
      const found = await shipments.findByOrderIds(viewer, ids);
      for (const { shipment, method, lines } of found) {
        methodById.prime(method.id, method);
        linesByShipmentId.prime(shipment.id, lines);
      }
      return groupBy(
        ids,
        found.map(({ shipment }) => shipment),
        ({ orderId }) => orderId,
      );
    },
    { name: 'shipmentsByOrderId', maxBatchSize: 500 },
  );
