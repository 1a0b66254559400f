import { money } from '@cartograph/kernel/money';
import type { Database } from '@cartograph/runtime/database/connect';
import { sweeping } from '@cartograph/runtime/database/sweep';
import { newId } from '@cartograph/runtime/ids';
import type { Pool, PoolClient } from 'pg';
import type { CapturePolicy } from '../domain/order.ts';
import { type OrderStatus, shipmentRank } from '../domain/order-status.ts';
import type { ShipmentState } from '../domain/shipment.ts';
import { refundedByStaffEvent } from '../domain/timeline-events.ts';
import type { OrderNews, ShipmentDecision, ShipmentFacts, ShipmentNews } from '../ports/order-news.ts';
import { eventsJson, tell } from './order-timeline.ts';

const PAYMENT_CHANGED = `
  WITH news AS (INSERT INTO inbox_event (id) SELECT $1 FROM orders WHERE orders.id = $2 ON CONFLICT DO NOTHING RETURNING id),
  told AS (${tell('$5', 'news')})
  INSERT INTO order_event (id, order_id, type, message, actor)
  SELECT $3, $2, 'PAYMENT_CHANGED', $4, 'SYSTEM' FROM news`;

const REFUND_ISSUED = `
  WITH news AS (INSERT INTO inbox_event (id) SELECT $1 FROM orders WHERE orders.id = $2 ON CONFLICT DO NOTHING RETURNING id),
  told AS (${tell('$4', 'news')})
  INSERT INTO outbox (id, topic, key, payload)
  SELECT id, 'refund-mail', $2 || ':mail', $3::jsonb FROM news ON CONFLICT (id) DO NOTHING`;

/** What neighbours tell about orders. Each event counts once. */
export const createOrderNewsStore = ({ pool }: Pick<Database, 'pool'>, outboxWritten: () => void): OrderNews => ({
  async paymentChanged(eventId, orderId, message, causes) {
    const values = [eventId, orderId, newId('OrderEvent'), message, eventsJson(causes)];
    const { rowCount } = await pool.query(PAYMENT_CHANGED, values);
    return rowCount === 1;
  },
  async refundIssued(refund) {
    const { refundId, orderId, staffId } = refund;
    const told = staffId === null ? [] : [refundedByStaffEvent({ ...refund, staffId })];
    const values = [`${refundId}:issued-mail`, orderId, JSON.stringify(refund), eventsJson(told)];
    const { rowCount } = await pool.query(REFUND_ISSUED, values);
    if (rowCount === 1) outboxWritten();
    return rowCount === 1;
  },
  async shipmentChanged(news, decide) {
    const written = await shipmentChanged(pool, news, decide);
    if (written > 0) outboxWritten();
    return written >= 0;
  },
  async forget(before) {
    await pool.query(sweeping('inbox_event', 'received_at < $1'), [before]);
  },
});

type Answer = { readonly kind: 'known' | 'written' } | { readonly kind: 'changed'; readonly stands: OrderRow };

/** Each time, somebody else has written meanwhile. */
const MAX_ASKED = 100;

/**
 * Asks until the order stands as it did when it was decided what follows: what is taken for a shipment depends on what others
 * have taken. Gives how many events were written to the outbox; -1 when this one was known.
 */
async function shipmentChanged(
  pool: Pool,
  { eventId, orderId, shipmentId, shipments, message, ...news }: ShipmentNews,
  decide: (facts: ShipmentFacts) => ShipmentDecision,
): Promise<number> {
  const told = { id: newId('OrderEvent'), message, shipmentId };
  for (let seen: OrderRow | null = null, asked = 0; asked < MAX_ASKED; asked += 1) {
    const decision: ShipmentDecision | null = seen ? decide(factsOf(seen)) : news.decision;
    const captures = decision?.captures.map((one) => ({ id: one.shipmentId, amount: one.amount.minor }));
    const answer = await receive(pool, [
      ...[eventId, orderId, rankedJson(shipments)],
      ...[seen && JSON.stringify(seen), decision && JSON.stringify({ ...decision, captures, told })],
    ]);
    if (answer?.kind === 'written') return decision?.events.length ?? 0;
    if (answer?.kind !== 'changed') return -1;
    seen = answer.stands;
  }
  throw new Error(`order ${orderId} does not stand still`);
}

/** Those whose status was known when this was written. */
const rankedJson = (shipments: readonly ShipmentState[]): string =>
  JSON.stringify(
    shipments.flatMap((shipment) => {
      const rank = shipmentRank(shipment.status);
      return rank === null ? [] : [{ ...shipment, rank }];
    }),
  );

/**
 * How an order stands, with what shipping says of its shipments and with what was heard of them. Nobody else changes the order
 * until the transaction ends, so that no news comes in between; what is not heard yet moves the order on afterwards.
 */
export async function lockedFacts(
  client: PoolClient,
  orderId: string,
  shipments: readonly ShipmentState[],
): Promise<ShipmentFacts> {
  // Asked without having seen how it stands, it writes no more than the shipments.
  const answer = await receive(client, ['nobody tells this', orderId, rankedJson(shipments), null, null]);
  if (answer?.kind !== 'changed') throw new Error(`order ${orderId} is gone`);
  return factsOf(answer.stands);
}

async function receive(pool: Pool | PoolClient, values: readonly unknown[]): Promise<Answer | undefined> {
  const { rows } = await pool.query<{ answer: Answer }>('SELECT receive_shipments($1, $2, $3, $4, $5) AS answer', [
    ...values,
  ]);
  return rows[0]?.answer;
}

interface OrderRow {
  readonly status: OrderStatus;
  readonly currency: string;
  readonly channel: string | null;
  readonly capture: CapturePolicy | null;
  readonly total: number;
  readonly lines: readonly {
    readonly id: string;
    readonly quantity: number;
    readonly total: number;
    readonly requiresShipping: boolean;
    readonly bought: { readonly quantity: number; readonly total: number };
  }[];
  readonly shipments: readonly (ShipmentState & { readonly captured: number | null })[];
}

const factsOf = ({ status, currency, channel, capture, total, lines, shipments }: OrderRow): ShipmentFacts => ({
  isFromChannel: channel !== null,
  capture,
  isAlive: status !== 'CANCELLED' && status !== 'REFUSED',
  total: money(total, currency),
  lines: lines.map(({ bought, ...line }) => ({
    ...{ ...line, total: money(line.total, currency) },
    bought: { ...bought, total: money(bought.total, currency) },
  })),
  shipments,
  captured: new Map(shipments.flatMap(({ id, captured }) => (captured === null ? [] : [[id, captured] as const]))),
});
