import { CarrierEvent, carrierEvents, replayCarrierEvent } from './carrier-event.ts';
import { DateScalar } from './date.ts';
import * as method from './method.ts';
import { typeOf } from './outcome.ts';
import * as pickup from './pickup-location.ts';
import * as quote from './quote.ts';
import * as shipment from './shipment.ts';

export const resolvers = {
  Date: DateScalar,
  Query: {
    carrierEvents,
    pickupLocations: pickup.pickupLocations,
    shipment: shipment.shipment,
    shipmentByTracking: shipment.shipmentByTracking,
    shipments: shipment.shipments,
    shippingMethods: method.shippingMethods,
    shippingQuotes: quote.shippingQuotes,
    shippingRate: quote.shippingRate,
    shippingZones: method.shippingZones,
  },
  Mutation: {
    buyShipmentLabel: shipment.buyShipmentLabel,
    cancelShipment: shipment.cancelShipment,
    cancelShipments: shipment.cancelShipments,
    correctShipmentAddress: shipment.correctShipmentAddress,
    createShippingMethod: method.createShippingMethod,
    markHandedOver: shipment.markHandedOver,
    planShipment: shipment.planShipment,
    replanShipment: shipment.replanShipment,
    replayCarrierEvent,
    savePickupLocation: pickup.savePickupLocation,
    saveShippingZone: method.saveShippingZone,
    takeOutOfShipments: shipment.takeOutOfShipments,
    updateShippingMethod: method.updateShippingMethod,
    updateShippingRates: method.updateShippingRates,
  },
  CarrierEvent,
  Cart: quote.Cart,
  Order: shipment.Order,
  Parcel: shipment.Parcel,
  Product: quote.Product,
  Shipment: shipment.Shipment,
  ShipmentLine: shipment.ShipmentLine,
  ShippingLabel: shipment.ShippingLabel,
  ShippingMethod: method.ShippingMethod,
  ShippingQuote: quote.ShippingQuote,
  ShippingRate: quote.ShippingRate,
  ShippingRateTable: method.ShippingRateTable,
  ShippingRateTier: method.ShippingRateTier,
  ShippingZone: method.ShippingZone,
  BuyShipmentLabelResult: typeOf,
  CancelShipmentResult: typeOf,
  CorrectShipmentAddressResult: typeOf,
  CreateShippingMethodResult: typeOf,
  MarkHandedOverResult: typeOf,
  ReplanShipmentResult: typeOf,
  ReplayCarrierEventResult: typeOf,
  SavePickupLocationResult: typeOf,
  SaveShippingZoneResult: typeOf,
  UpdateShippingMethodResult: typeOf,
  UpdateShippingRatesResult: typeOf,
  UserError: typeOf,
};
