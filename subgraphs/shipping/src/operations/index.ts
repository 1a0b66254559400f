import type { Ports } from '../ports.ts';
import { buyLabels, buyShipmentLabel, settleLabels } from './buy-shipment-label.ts';
import { cancelShipment, cancelShipments, correctShipmentAddress, markHandedOver } from './change-shipment.ts';
import { planShipment } from './plan-shipment.ts';
import { estimateDelivery, quoteShipping, rateShipment } from './quote-shipping.ts';
import {
  applyCarrierEvents,
  listCarrierEvents,
  receiveCarrierEvent,
  replayCarrierEvent,
} from './receive-carrier-event.ts';
import { askSilentCarriers, receiveTracking } from './receive-tracking.ts';
import { replanShipment, takeOutOfShipments } from './replan-shipment.ts';
import { createShippingMethod, updateShippingMethod } from './save-method.ts';
import { savePickupLocation } from './save-pickup-location.ts';
import { saveShippingZone } from './save-zone.ts';
import { updateShippingRates } from './update-shipping-rates.ts';
import { voidLabel } from './void-label.ts';

/** Everything that a caller can ask for. Reads by id go from resolver to loader; lists are the stores' own. */
export const createOperations = (ports: Ports) => ({
  applyCarrierEvents: applyCarrierEvents(ports),
  askSilentCarriers: askSilentCarriers(ports),
  buyLabels: buyLabels(ports),
  settleLabels: settleLabels(ports),
  buyShipmentLabel: buyShipmentLabel(ports),
  cancelShipment: cancelShipment(ports),
  cancelShipments: cancelShipments(ports),
  correctShipmentAddress: correctShipmentAddress(ports),
  createShippingMethod: createShippingMethod(ports),
  estimateDelivery: estimateDelivery(ports),
  listCarrierEvents: listCarrierEvents(ports),
  listMethods: ports.methods.list,
  listPickupLocations: ports.pickups.list,
  listShipments: ports.shipments.list,
  listZones: ports.zones.list,
  markHandedOver: markHandedOver(ports),
  planShipment: planShipment(ports),
  quoteShipping: quoteShipping(ports),
  rateShipment: rateShipment(ports),
  receiveCarrierEvent: receiveCarrierEvent(ports),
  receiveTracking: receiveTracking(ports),
  replanShipment: replanShipment(ports),
  replayCarrierEvent: replayCarrierEvent(ports),
  savePickupLocation: savePickupLocation(ports),
  saveShippingZone: saveShippingZone(ports),
  takeOutOfShipments: takeOutOfShipments(ports),
  tellOrders: ports.orders.shipmentChanged,
  trackShipment: ports.shipments.findByTracking,
  updateShippingMethod: updateShippingMethod(ports),
  updateShippingRates: updateShippingRates(ports),
  voidLabel: voidLabel(ports),
});

export type Operations = ReturnType<typeof createOperations>;
