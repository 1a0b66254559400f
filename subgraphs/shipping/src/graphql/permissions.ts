import {
  allow,
  isKnown,
  isNeighbour,
  isStaffOrNeighbour,
  isStaffWith,
  type Permissions,
} from '@cartograph/runtime/permissions';

const fulfilment = isStaffWith('FULFILMENT');
const fulfilmentOrSupport = isStaffWith('FULFILMENT', 'SUPPORT');

/** Who may ask for what. The doorman, not the wall: the stores read as the viewer. */
export const permissions: Permissions = {
  Query: {
    shippingQuotes: allow,
    shippingMethods: allow,
    pickupLocations: allow,
    shipment: isKnown,
    shipmentByTracking: isKnown,
    shipments: fulfilmentOrSupport,
    shippingZones: fulfilmentOrSupport,
    shippingRate: isNeighbour,
    carrierEvents: fulfilment,
  },
  Mutation: {
    buyShipmentLabel: fulfilment,
    cancelShipment: fulfilment,
    markHandedOver: fulfilment,
    correctShipmentAddress: fulfilmentOrSupport,
    replanShipment: fulfilment,
    createShippingMethod: fulfilment,
    updateShippingMethod: fulfilment,
    updateShippingRates: fulfilment,
    saveShippingZone: fulfilment,
    savePickupLocation: fulfilment,
    replayCarrierEvent: fulfilment,
    planShipment: isNeighbour,
    cancelShipments: isNeighbour,
    takeOutOfShipments: isNeighbour,
  },
  Parcel: { label: fulfilmentOrSupport },
  Shipment: { problem: isStaffOrNeighbour('FULFILMENT', 'SUPPORT') },
};
