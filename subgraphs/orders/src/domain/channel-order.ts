import type { Money } from '@cartograph/kernel/money';
import type { PostalAddressInput } from './postal-address.ts';

/** Where an order of ours was placed, if not with us. */
export interface OrderChannel {
  /** As settings name it: `amazon`. */
  readonly name: string;
  /** The order's id there. */
  readonly externalId: string;
  /** The channel's own lines, as they were placed. */
  readonly lines: readonly PlacedLine[];
}

export interface PlacedLine {
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
}

/**
 * How far an order is at its channel. PENDING: the channel has yet to collect the money, and may not tell the address.
 * READY: the goods are to be sent. SHIPPED: some or all have left.
 */
export type ChannelOrderState = 'PENDING' | 'READY' | 'SHIPPED' | 'CANCELLED';

export interface ChannelLine extends PlacedLine {
  /** For all pieces, before `discount`; null while the channel does not tell it. */
  readonly subtotal: Money | null;
  readonly discount: Money | null;
  readonly tax: Money | null;
}

/** An order as its channel shows it; plain JSON but for the moment. */
export interface ChannelOrder {
  readonly externalId: string;
  readonly state: ChannelOrderState;
  /** By the channel's clock. */
  readonly changedAt: Date;
  readonly lines: readonly ChannelLine[];
  /** What its buyer pays; null while the channel does not tell it. */
  readonly amounts: {
    readonly total: Money;
    /** Shipping, and whatever else is charged besides the goods. */
    readonly shipping: Money;
    readonly tax: Money;
  } | null;
  /** Null until it is to be sent. */
  readonly address: PostalAddressInput | null;
  /** How it is to be sent, in the channel's words. */
  readonly service: string | null;
}

export const CHANNEL_ORDER_STATUSES = [
  'RECEIVED',
  'WAITING',
  'STUCK',
  'PLACED',
  'REFUSED',
  'CANCELLED',
  'LEFT_ALONE',
] as const;

/**
 * What has become of it here. WAITING: the channel has yet to collect the money, and goods are held for it. STUCK: it
 * cannot be taken in as it is, and is tried again. LEFT_ALONE: it was sent without us.
 */
export type ChannelOrderStatus = (typeof CHANNEL_ORDER_STATUSES)[number];

export type ChannelProblem =
  | 'UNKNOWN_SKU'
  | 'BAD_LINES'
  | 'BAD_ADDRESS'
  | 'BAD_AMOUNTS'
  | 'OUT_OF_STOCK'
  | 'NO_ANSWER'
  | 'CHANGED_AT_CHANNEL'
  | 'CANCELLED_AFTER_SHIPMENT'
  | 'SENT_ELSEWHERE';

/** Why it is not, or not only, what its status says; `message` is for staff. */
export interface ChannelTrouble {
  readonly problem: ChannelProblem;
  readonly message: string;
}

export const trouble = (problem: ChannelProblem, message: string): ChannelTrouble => ({ problem, message });

export interface ChannelOrderRecord {
  readonly position: number;
  readonly channel: string;
  readonly externalId: string;
  /** The id that our order has, or will have: goods are held in its name. */
  readonly orderId: string;
  readonly status: ChannelOrderStatus;
  readonly problem: ChannelProblem | null;
  readonly message: string | null;
  readonly receivedAt: Date;
  readonly changedAt: Date;
  /** When it is tried again; null when only news of it does. */
  readonly nextAttemptAt: Date | null;
}
