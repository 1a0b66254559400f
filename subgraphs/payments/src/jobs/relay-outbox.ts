import { createJob } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import { relayOutbox } from '@cartograph/runtime/outbox';
import type { OrdersNeighbour } from '../ports.ts';

/** Short, because an order waits for what this tells; usually `kick` comes first. */
const EVERY_MS = 2_000;

/** Tells orders what changed, at least once and in order per order. */
export const createRelayJob = (pool: Parameters<typeof relayOutbox>[0], orders: OrdersNeighbour, logger: Logger) =>
  createJob(
    'relay outbox',
    EVERY_MS,
    () =>
      relayOutbox(
        pool,
        {
          paymentChanged: async ({ id, payload }) => {
            const { orderId, paymentId, status } = payload as { orderId: string; paymentId: string; status: string };
            await orders.paymentChanged({ orderId, paymentId, status, eventId: id });
          },
        },
        logger,
      ),
    logger,
  );
