import { allocate } from '@cartograph/kernel/money';
import type { ChannelCancelReason, ChannelMessage, ChannelNews } from '../domain/channel-message.ts';
import type { OrderChannel, PlacedLine } from '../domain/channel-order.ts';
import { toChannelPieces } from '../domain/new-channel-order.ts';
import type { Order, OrderLine } from '../domain/order.ts';
import type { Return, ReturnLine } from '../domain/return.ts';
import type { ShipmentState } from '../domain/shipment.ts';

interface Told {
  readonly orderId: string;
  readonly channel: string;
  readonly externalId: string;
}

const toldOf = (order: Order, { name, externalId }: OrderChannel): Told => ({
  ...{ orderId: order.id, channel: name, externalId },
});

/** Named by what it is about, so that each thing is told once. */
const messageOf = ({ orderId, channel, externalId }: Told, about: string, news: ChannelNews): ChannelMessage => ({
  ...{ id: `${orderId}:${about}`, orderId, channel, externalId, news },
});

export function cancelAtChannel(told: Told, lines: readonly PlacedLine[], reason: ChannelCancelReason): ChannelMessage {
  const pieces = lines.map(({ id, quantity }) => ({ lineId: id, quantity }));
  return messageOf(told, 'cancelled', { kind: 'CANCELLED', reason, lines: pieces });
}

/** Our number for its order when it is confirmed; and that it is cancelled, unless the channel said so. */
export function newsOfOrder(order: Order, channel: OrderChannel, template: string): ChannelMessage | null {
  const told = toldOf(order, channel);
  if (template === 'order-confirmed')
    return messageOf(told, 'acknowledged', { kind: 'ACKNOWLEDGED', orderNumber: order.number });
  // Its buyer can cancel it at the channel alone.
  return template === 'order-cancelled' && order.cancellation?.by !== 'BUYER'
    ? cancelAtChannel(told, channel.lines, 'OTHER')
    : null;
}

interface ShippedFrom {
  readonly lines: readonly OrderLine[];
  /** All of the order. */
  readonly shipments: readonly ShipmentState[];
  readonly now: Date;
}

/** A shipment that has left, by the channel's own lines. */
export function newsOfShipment(
  order: Order,
  channel: OrderChannel,
  shipment: ShipmentState,
  { lines, shipments, now }: ShippedFrom,
): ChannelMessage {
  const shipmentId = shipment.id;
  const earlier = shipments.filter(({ id }) => id < shipmentId).flatMap((one) => one.lines);
  const pieces = shipment.lines.flatMap(({ orderLineId, quantity }) => {
    const sku = lines.find(({ id }) => id === orderLineId)?.sku;
    const before = earlier.reduce((all, piece) => all + (piece.orderLineId === orderLineId ? piece.quantity : 0), 0);
    return sku === undefined ? [] : [{ sku, quantity, before }];
  });
  return messageOf(toldOf(order, channel), shipmentId, {
    ...{ kind: 'SHIPPED', shipmentId },
    shippedAt: shipment.shippedAt ?? now.toISOString(),
    carrier: shipment.carrier ?? null,
    trackingNumber: shipment.trackingNumber ?? null,
    lines: toChannelPieces(channel.lines, pieces),
  });
}

const arrivedOf = ({ received }: ReturnLine): number => (received ? received.resaleable + received.damaged : 0);

const placeOf = ({ id, receivedAt }: Return): string => `${receivedAt?.toISOString()} ${id}`;

/** How many of a line had come back before with other returns of the order. */
const backBefore = (returns: readonly Return[], back: Return, orderLineId: string): number =>
  returns
    .filter((other) => other.receivedAt !== null && placeOf(other) < placeOf(back))
    .flatMap((other) => other.lines.filter((line) => line.orderLineId === orderLineId))
    .reduce((all, line) => all + arrivedOf(line), 0);

interface ReturnedFrom {
  readonly lines: readonly OrderLine[];
  /** All of the order. */
  readonly returns: readonly Return[];
}

/** What the channel gives back for goods that have come back, by its own lines: it collected the money. */
export function newsOfReturn(
  order: Order,
  channel: OrderChannel,
  back: Return,
  { lines, returns }: ReturnedFrom,
): ChannelMessage | null {
  const { id, refundAmount } = back;
  const pieces = back.lines.flatMap((returned) => {
    const line = lines.find((one) => one.id === returned.orderLineId);
    const quantity = arrivedOf(returned);
    if (!line || quantity === 0) return [];
    return toChannelPieces(channel.lines, [{ sku: line.sku, quantity, before: backBefore(returns, back, line.id) }]);
  });
  if (!refundAmount || refundAmount.minor === 0 || pieces.length === 0) return null;
  const worth = pieces.map(({ lineId, quantity }) => quantity * priceOf(channel.lines, lineId, lines));
  const amounts = allocate(refundAmount, worth.every((one) => one === 0) ? worth.map(() => 1) : worth);
  return messageOf(toldOf(order, channel), id, {
    ...{ kind: 'REFUNDED', returnId: id },
    lines: pieces.map((piece, index) => ({ ...piece, amount: amounts[index] ?? { ...refundAmount, minor: 0 } })),
  });
}

function priceOf(placed: readonly PlacedLine[], lineId: string, lines: readonly OrderLine[]): number {
  const sku = placed.find(({ id }) => id === lineId)?.sku;
  return lines.find((line) => line.sku === sku)?.unitPrice.minor ?? 0;
}
