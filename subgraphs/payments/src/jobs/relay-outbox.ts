import type { Logger } from '@cartograph/runtime/logger';
import { createRelay, type RelayOptions } from '@cartograph/runtime/outbox';
import type { OrdersNeighbour } from '../ports.ts';

/** Short, because an order waits for what this tells; usually `kick` comes first. */
const EVERY_MS = 1_000;

interface IssuedRefund {
  readonly orderId: string;
  readonly refundId: string;
  readonly minor: number;
  readonly currency: string;
  readonly reason: string | null;
  /** Not in what was written before there was one. */
  readonly staffId?: string | null;
}

/** Tells orders what changed, at least once and in order per order. */
export const createRelayJob = (pool: RelayOptions['pool'], orders: OrdersNeighbour, logger: Logger) =>
  createRelay({
    name: 'relay outbox',
    everyMs: EVERY_MS,
    pool,
    logger,
    handlers: {
      paymentChanged: async ({ id, payload }) => {
        const { orderId, paymentId, status } = payload as { orderId: string; paymentId: string; status: string };
        await orders.paymentChanged({ orderId, paymentId, status, eventId: id });
      },
      refundIssued: async ({ payload }) => {
        const { minor, currency, staffId = null, ...refund } = payload as unknown as IssuedRefund;
        await orders.refundIssued({ ...refund, amount: { minor, currency }, staffId });
      },
    },
  });
