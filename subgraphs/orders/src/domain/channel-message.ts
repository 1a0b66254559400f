import type { Money } from '@cartograph/kernel/money';

export const CHANNEL_MESSAGE_KINDS = ['ACKNOWLEDGED', 'SHIPPED', 'CANCELLED', 'REFUNDED'] as const;
export type ChannelMessageKind = (typeof CHANNEL_MESSAGE_KINDS)[number];

export type ChannelCancelReason = 'OUT_OF_STOCK' | 'NOT_DELIVERABLE' | 'OTHER';

/** Pieces of a line, by the channel's id of it. */
export interface ChannelPieces {
  readonly lineId: string;
  readonly quantity: number;
}

/** What a channel is told about one of its orders. */
export type ChannelNews =
  | { readonly kind: 'ACKNOWLEDGED'; readonly orderNumber: string }
  | {
      readonly kind: 'SHIPPED';
      readonly shipmentId: string;
      readonly shippedAt: string;
      /** Null: it goes without one. */
      readonly carrier: string | null;
      readonly trackingNumber: string | null;
      readonly lines: readonly ChannelPieces[];
    }
  | { readonly kind: 'CANCELLED'; readonly reason: ChannelCancelReason; readonly lines: readonly ChannelPieces[] }
  | {
      readonly kind: 'REFUNDED';
      readonly returnId: string;
      readonly lines: readonly (ChannelPieces & { readonly amount: Money })[];
    };

/** One delivery: its id makes it happen once. */
export interface ChannelMessage {
  readonly id: string;
  readonly channel: string;
  readonly orderId: string;
  readonly externalId: string;
  readonly news: ChannelNews;
}

/** What the channel made of one message; `problem` is its reason for not taking it. */
export interface ChannelResult {
  readonly id: string;
  readonly problem: string | null;
}

const RETRY_MS = [60_000, 600_000, 3_600_000];

/** When a message that the channel refused is sent again; null when it is a dead letter. */
export const retryAfter = (refusals: number): number | null => RETRY_MS[refusals - 1] ?? null;
