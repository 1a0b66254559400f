import { toMoneyOutput } from '@cartograph/kernel/money';
import { readPage, toConnection } from '@cartograph/kernel/page';
import type {
  MutationResolvers,
  OrderResolvers,
  ParcelResolvers,
  QueryResolvers,
  ShipmentLineResolvers,
  ShipmentResolvers,
  ShippingLabelResolvers,
} from '../../generated/graphql.ts';
import { found } from './method.ts';

export const shipment: QueryResolvers['shipment'] = (_root, { id }, { loaders }) => loaders.shipmentById.load(id);

export const shipmentByTracking: QueryResolvers['shipmentByTracking'] = (
  _root,
  { trackingNumber },
  { viewer, operations },
) => operations.trackShipment(viewer, trackingNumber);

export const shipments: QueryResolvers['shipments'] = async (_root, args, { viewer, operations }) => {
  const page = readPage(args);
  return toConnection(await operations.listShipments(viewer, args.status ?? null, page), page.after, ({ id }) => [id]);
};

export const buyShipmentLabel: MutationResolvers['buyShipmentLabel'] = (_root, args, { viewer, operations }) =>
  operations.buyShipmentLabel(viewer, args);

export const cancelShipment: MutationResolvers['cancelShipment'] = (_root, { shipmentId }, { operations }) =>
  operations.cancelShipment(shipmentId);

export const markHandedOver: MutationResolvers['markHandedOver'] = (_root, { shipmentId }, { operations }) =>
  operations.markHandedOver(shipmentId);

export const correctShipmentAddress: MutationResolvers['correctShipmentAddress'] = (_root, { input }, { operations }) =>
  operations.correctShipmentAddress(input);

export const replanShipment: MutationResolvers['replanShipment'] = (_root, { input }, { viewer, operations }) =>
  operations.replanShipment(viewer, input);

export const takeOutOfShipments: MutationResolvers['takeOutOfShipments'] = (_root, args, { operations }) =>
  operations.takeOutOfShipments(args);

export const planShipment: MutationResolvers['planShipment'] = (_root, { input }, { operations }) =>
  operations.planShipment(input);

export const cancelShipments: MutationResolvers['cancelShipments'] = (_root, { orderId }, { operations }) =>
  operations.cancelShipments(orderId);

export const Order: OrderResolvers = {
  shipments: ({ id }, _args, { loaders }) => loaders.shipmentsByOrderId.load(id),
};

export const Shipment: ShipmentResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.shipmentById.load(id),
  order: ({ orderId }) => ({ __typename: 'Order', id: orderId }),
  warehouse: ({ warehouseId }) => ({ __typename: 'Warehouse', id: warehouseId }),
  method: async ({ methodId }, _args, { loaders }) => found(await loaders.methodById.load(methodId), methodId),
  pickupLocation: ({ pickupLocationId }, _args, { loaders }) =>
    pickupLocationId === null ? null : loaders.pickupById.load(pickupLocationId),
  lines: ({ id }, _args, { loaders }) => loaders.linesByShipmentId.load(id),
  parcels: ({ id }, _args, { loaders }) => loaders.parcelsByShipmentId.load(id),
  async trackingEvents({ id }, args, { loaders }) {
    const page = readPage(args, 2);
    const events = await loaders.eventsByAsk.load({ shipmentId: id, page });
    return toConnection(events, page.after, (event) => [event.occurredAt.toISOString(), event.id]);
  },
};

export const ShipmentLine: ShipmentLineResolvers = {
  orderLine: ({ orderLineId }) => ({ __typename: 'OrderLine', id: orderLineId }),
  variant: ({ variantId }) => ({ __typename: 'Variant', id: variantId }),
};

export const Parcel: ParcelResolvers = {
  label: ({ id }, _args, { loaders }) => loaders.labelByParcelId.load(id),
};

export const ShippingLabel: ShippingLabelResolvers = {
  cost: ({ cost }) => cost && toMoneyOutput(cost),
  contentBase64: ({ document }) => Buffer.from(document).toString('base64'),
};
