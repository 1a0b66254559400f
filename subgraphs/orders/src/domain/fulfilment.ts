import { fraction, type Money, money } from '@cartograph/kernel/money';
import { type OrderStatus, shipmentRank } from './order-status.ts';
import type { ShipmentState } from './shipment.ts';

const LEFT = 2;
const ARRIVED = 5;

/** One line of an order, as far as its shipments matter. */
export interface LineToShip {
  readonly id: string;
  readonly quantity: number;
  readonly total: Money;
  readonly requiresShipping: boolean;
  /** Before edits took something out. */
  readonly bought: { readonly quantity: number; readonly total: Money };
}

export type FulfilmentStatus = Extract<OrderStatus, 'CONFIRMED' | 'PARTIALLY_FULFILLED' | 'FULFILLED' | 'DELIVERED'>;

const isPast = ({ status }: ShipmentState, rank: number): boolean =>
  status !== 'CANCELLED' && (shipmentRank(status) ?? 0) >= rank;

/** How many of each order line are in shipments that are so far; never more than were bought. */
function piecesPast(
  lines: readonly Pick<LineToShip, 'id' | 'quantity'>[],
  shipments: readonly ShipmentState[],
  rank: number,
): ReadonlyMap<string, number> {
  const past = shipments.filter((shipment) => isPast(shipment, rank)).flatMap((shipment) => shipment.lines);
  return new Map(
    lines.map(({ id, quantity }) => {
      const sent = past.reduce((all, line) => all + (line.orderLineId === id ? line.quantity : 0), 0);
      return [id, Math.min(sent, quantity)];
    }),
  );
}

/** How many of each line were handed over to a carrier. */
export const shippedPieces = (
  lines: readonly Pick<LineToShip, 'id' | 'quantity'>[],
  shipments: readonly ShipmentState[],
): ReadonlyMap<string, number> => piecesPast(lines, shipments, LEFT);

/** Planned, and neither handed over nor called off. */
export const isToBeSent = (shipment: ShipmentState): boolean =>
  shipment.status !== 'CANCELLED' && shipmentRank(shipment.status) !== null && !isPast(shipment, LEFT);

/** What was handed over to a carrier, arrived or not. */
export const gone = (shipments: readonly ShipmentState[]): readonly ShipmentState[] =>
  shipments.filter((shipment) => isPast(shipment, LEFT));

/** What has left and has not arrived: whose buyer can be told to expect it. */
export const onTheWay = (shipments: readonly ShipmentState[]): readonly ShipmentState[] =>
  shipments.filter((shipment) => isPast(shipment, LEFT) && !isPast(shipment, ARRIVED));

const sumOf = (pieces: ReadonlyMap<string, number>): number => [...pieces.values()].reduce((all, n) => all + n, 0);

/**
 * How far an order is, by the pieces of it that have left; CONFIRMED while none has. Pieces whose shipment was called
 * off are still to be sent.
 */
export function fulfilmentStatus(
  lines: readonly Pick<LineToShip, 'id' | 'quantity' | 'requiresShipping'>[],
  shipments: readonly ShipmentState[],
): FulfilmentStatus {
  const toShip = lines.filter(({ requiresShipping }) => requiresShipping);
  const all = toShip.reduce((sum, { quantity }) => sum + quantity, 0);
  const left = sumOf(shippedPieces(toShip, shipments));
  // All that had to be sent was taken out.
  if (all === 0 && toShip.length > 0) return 'FULFILLED';
  if (left === 0) return 'CONFIRMED';
  if (left < all) return 'PARTIALLY_FULFILLED';
  return sumOf(piecesPast(toShip, shipments, ARRIVED)) === all ? 'DELIVERED' : 'FULFILLED';
}

export interface ShipmentCapture {
  readonly shipmentId: string;
  readonly amount: Money;
}

interface CaptureFacts {
  readonly total: Money;
  readonly lines: readonly LineToShip[];
  readonly shipments: readonly ShipmentState[];
  /** What each shipment has taken already, in minor units. */
  readonly captured: ReadonlyMap<string, number>;
}

/**
 * What is to be taken for the shipments that have left and have taken nothing yet: the share of what they hold. It is
 * counted up from the first piece and less what was taken before, so that all shipments together take exactly the
 * order's total, in whatever parts they leave. Shipping and what needs none are taken with the first.
 */
export function capturesOf({ total, lines, shipments, captured }: CaptureFacts): readonly ShipmentCapture[] {
  const left = gone(shipments);
  const before = left.filter(({ id }) => captured.has(id));
  let taken = [...captured.values()].reduce((sum, minor) => sum + minor, 0);
  return left
    .filter(({ id }) => !captured.has(id))
    .map((shipment) => {
      before.push(shipment);
      const amount = Math.max(0, worthOf(total, lines, before) - taken);
      taken += amount;
      return { shipmentId: shipment.id, amount: money(amount, total.currency) };
    });
}

/**
 * What no shipment takes, once nothing is to be sent any more because an edit took out the last of it. Null before that,
 * and while a shipment that has left is yet to take its part: with the last of them all is taken.
 */
export function restOf({ total, lines, shipments, captured }: CaptureFacts): Money | null {
  if (!isSent(fulfilmentStatus(lines, shipments))) return null;
  if (gone(shipments).some(({ id }) => !captured.has(id))) return null;
  const taken = [...captured.values()].reduce((sum, minor) => sum + minor, 0);
  return money(Math.max(0, total.minor - taken), total.currency);
}

/** Nothing of it is to be sent any more. */
export const isSent = (status: FulfilmentStatus): boolean => status === 'FULFILLED' || status === 'DELIVERED';

function worthOf(total: Money, lines: readonly LineToShip[], gone: readonly ShipmentState[]): number {
  const sent = shippedPieces(lines, gone);
  return lines.reduce((worth, { id, requiresShipping, ...line }) => {
    const pieces = sent.get(id) ?? 0;
    if (!requiresShipping || pieces === line.quantity) return worth;
    // Of the line as it was bought, so that it is the same whether an edit takes out the rest before or after.
    const share = fraction(line.bought.total, pieces, line.bought.quantity).minor;
    return worth - Math.max(0, line.total.minor - share);
  }, total.minor);
}
