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

interface ChangedPayment {
  readonly orderId: string;
  readonly paymentId: string;
  readonly status: string;
  /** What staff adopted, in minor units. Not in what changed otherwise. */
  readonly adopted?: {
    readonly staffId: string;
    readonly currency: string;
    readonly captured: number;
    readonly refunded: number;
    readonly released: number;
  };
}

function toAdopted({ adopted }: ChangedPayment) {
  if (!adopted) return null;
  const { staffId, currency, captured, refunded, released } = adopted;
  const moved = (minor: number) => (minor > 0 ? { minor, currency } : null);
  return { staffId, captured: moved(captured), refunded: moved(refunded), released: moved(released) };
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
        const change = payload as unknown as ChangedPayment;
        const { orderId, paymentId, status } = change;
        await orders.paymentChanged({ orderId, paymentId, status, eventId: id, adopted: toAdopted(change) });
      },
      refundIssued: async ({ payload }) => {
        const { minor, currency, staffId = null, ...refund } = payload as unknown as IssuedRefund;
        await orders.refundIssued({ ...refund, amount: { minor, currency }, staffId });
      },
    },
  });
