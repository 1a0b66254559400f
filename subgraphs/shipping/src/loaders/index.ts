import type { Viewer } from '@cartograph/kernel/viewer';
import type { Ports } from '../ports.ts';
import { createAreasByZoneId } from './areas-by-zone-id.ts';
import { createEventsByAsk } from './events-by-ask.ts';
import { createLabelByParcelId } from './label-by-parcel-id.ts';
import { createLinesByShipmentId } from './lines-by-shipment-id.ts';
import { createMethodById } from './method-by-id.ts';
import { createOffersByAsk } from './offers-by-ask.ts';
import { createParcelsByShipmentId } from './parcels-by-shipment-id.ts';
import { createPickupById } from './pickup-by-id.ts';
import { createShipmentById } from './shipment-by-id.ts';
import { createShipmentsByOrderId } from './shipments-by-order-id.ts';
import { createTablesByMethodId } from './tables-by-method-id.ts';
import { createZoneById } from './zone-by-id.ts';

/** Batching per request. */
export const createLoaders = (ports: Ports, viewer: Viewer) => {
  const methodById = createMethodById(ports.methods);
  const linesByShipmentId = createLinesByShipmentId(ports.shipments);
  return {
    areasByZoneId: createAreasByZoneId(ports.zones),
    eventsByAsk: createEventsByAsk(ports.shipments),
    labelByParcelId: createLabelByParcelId(ports.labels, viewer),
    linesByShipmentId,
    methodById,
    offersByAsk: createOffersByAsk(ports.rates),
    parcelsByShipmentId: createParcelsByShipmentId(ports.shipments),
    pickupById: createPickupById(ports.pickups),
    shipmentById: createShipmentById(ports.shipments, viewer),
    shipmentsByOrderId: createShipmentsByOrderId(ports.shipments, viewer, { methodById, linesByShipmentId }),
    tablesByMethodId: createTablesByMethodId(ports.methods),
    zoneById: createZoneById(ports.zones),
  };
};

export type Loaders = ReturnType<typeof createLoaders>;
