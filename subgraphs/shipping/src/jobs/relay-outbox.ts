import type { Job } from '@cartograph/runtime/job';
import type { Logger } from '@cartograph/runtime/logger';
import { createRelay, type Deliver } from '@cartograph/runtime/outbox';
import type { Pool } from 'pg';
import type { ShipmentStatus } from '../domain/shipment-status.ts';
import type { Operations } from '../operations/index.ts';

type Used = Pick<Operations, 'buyLabels' | 'settleLabels' | 'voidLabel' | 'tellOrders'>;

/** Does what a change left to do: tells orders, buys labels, gives labels back. */
export const createOutboxRelay = (pool: Pool, operations: Used, everyMs: number, logger: Logger): Job =>
  createRelay({ name: 'relay-outbox', everyMs, pool, handlers: handlers(operations), logger });

const handlers = ({ buyLabels, settleLabels, voidLabel, tellOrders }: Used): Readonly<Record<string, Deliver>> => ({
  'orders.shipmentChanged': ({ id, payload }) =>
    tellOrders({
      eventId: id,
      orderId: String(payload.orderId),
      shipmentId: String(payload.shipmentId),
      status: payload.status as ShipmentStatus,
    }),
  // A refusal is an answer too: it is kept with the shipment, and staff correct the address.
  'carrier.buyLabel': async ({ payload }) => void (await buyLabels(String(payload.shipmentId))),
  'carrier.settleLabels': ({ payload }) => settleLabels(String(payload.shipmentId)),
  'carrier.voidLabel': ({ payload }) => voidLabel(String(payload.labelId)),
});
