import { groupBy } from '@cartograph/kernel/key-order';
import DataLoader from 'dataloader';
import type { Parcel } from '../domain/shipment.ts';
import type { ShipmentStore } from '../ports.ts';

/** Of shipments that the viewer could read. */
export const createParcelsByShipmentId = (shipments: ShipmentStore) =>
  new DataLoader<string, readonly Parcel[]>(
    async (ids) => groupBy(ids, await shipments.parcelsOf(ids), ({ shipmentId }) => shipmentId),
    { name: 'parcelsByShipmentId', maxBatchSize: 100 },
  );
