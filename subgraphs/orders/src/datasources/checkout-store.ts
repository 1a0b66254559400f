import type { SagaStart } from '@cartograph/kernel/saga';
import type { Database } from '@cartograph/runtime/database/connect';
import { isUniqueViolation } from '@cartograph/runtime/database/transaction';
import type { Pool, PoolClient } from 'pg';
import type { NewOrder } from '../domain/order.ts';
import type { By } from '../domain/order-event.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { StockLine } from '../domain/stock-line.ts';
import type { Checkouts, InsertOutcome, Key } from '../ports.ts';
import { lineColumns, orderColumns } from './order-rows.ts';
import { eventsJson, tell } from './order-timeline.ts';
import { send } from './outbox-events.ts';

// One statement per step: a checkout waits for each of them. Data-modifying CTEs are one transaction by themselves.
const INSERT = `
  WITH keyed AS (
    INSERT INTO idempotency_key (buyer_id, operation, key, fingerprint, order_id, saga_id)
    VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING RETURNING order_id),
  placed AS (
    INSERT INTO orders SELECT o.* FROM keyed, jsonb_populate_record(NULL::orders, $6::jsonb) o RETURNING id),
  lined AS (
    INSERT INTO order_line SELECT l.* FROM placed, jsonb_populate_recordset(NULL::order_line, $7::jsonb) l),
  redeemed AS (
    INSERT INTO discount_redemption (order_id, discount_id, buyer_id, code, amount_minor, currency)
    SELECT placed.id, d.id, $15, d.code, d.amount, d.currency
    FROM placed, jsonb_to_recordset($8::jsonb) AS d(id TEXT, code TEXT, amount BIGINT, currency TEXT) ORDER BY d.id),
  told AS (${tell('$9', 'placed')}),
  begun AS (
    INSERT INTO saga (id, name, step, state, lease_owner, lease_until)
    SELECT $5, $10, $11, $12::jsonb, $13, now() + make_interval(secs => $14) FROM placed)
  SELECT id FROM placed`;

const CONFIRM = `
  WITH moved AS (
    UPDATE saga SET step = $2, state = $5, updated_at = now() WHERE id = $1 AND status = 'RUNNING' RETURNING id),
  confirmed AS (
    UPDATE orders SET status = 'CONFIRMED', confirmed_at = now(), capture_policy = $6 FROM moved
    WHERE orders.id = moved.id AND orders.status IN ('PENDING', 'AWAITING_PAYMENT')
    RETURNING orders.id, orders.cart_id, orders.placed_at, orders.confirmed_at),
  closed AS (
    UPDATE cart SET status = 'ORDERED', order_id = confirmed.id, version = version + 1, updated_at = now()
    FROM confirmed WHERE cart.id = confirmed.cart_id AND cart.status IN ('ACTIVE', 'ABANDONED')),
  told AS (${tell('$3', 'confirmed')}),
  sent AS (${send('$4', 'confirmed')})
  SELECT EXISTS (SELECT FROM moved) AS moved, confirmed.placed_at AS "placedAt", confirmed.confirmed_at AS "confirmedAt"
  FROM (SELECT) asked LEFT JOIN confirmed ON true`;

const REFUSE = `
  WITH ended AS (
    UPDATE orders SET status = $2::order_status,
      cancelled_at = CASE WHEN $2 = 'CANCELLED' THEN now() END,
      cancelled_by = $3::order_actor, cancel_reason = $4
    WHERE id = $1 AND status IN ('PENDING', 'AWAITING_PAYMENT') RETURNING id),
  returned AS (
    DELETE FROM discount_redemption r USING ended WHERE r.order_id = ended.id),
  told AS (${tell('$5', 'ended')})
  ${send('$6', 'ended')}`;

/** The database gave the last use of a discount to somebody else. */
const isUsedUp = (error: unknown): boolean =>
  String((error as { constraint?: unknown } | null)?.constraint).startsWith('discount_usage_limit');

/** In one statement: also in a transaction that writes what the order belongs to. */
export async function insertOrder(
  client: Pool | PoolClient,
  order: NewOrder,
  { buyerId, operation, key, fingerprint }: Key,
  saga: SagaStart,
  { by, staffId = null }: By,
): Promise<InsertOutcome> {
  const redemptions = order.discounts.map(({ discountId, code, amount }) => ({
    ...{ id: discountId, code, amount: amount.minor, currency: amount.currency },
  }));
  const placed = { orderId: order.id, type: 'PLACED', message: 'The order was placed.', by, staffId } as const;
  const values = [
    ...[buyerId, operation, key, fingerprint, order.id],
    JSON.stringify(orderColumns(order, new Date())),
    JSON.stringify(order.lines.map(lineColumns)),
    JSON.stringify(redemptions),
    eventsJson([placed]),
    ...[saga.name, saga.step, JSON.stringify(saga.state), saga.owner, saga.leaseSeconds, order.buyerId],
  ];
  try {
    const { rowCount } = await client.query({ name: 'insert-order', text: INSERT, values });
    return rowCount === 1 ? 'inserted' : 'key-taken';
  } catch (error) {
    if (isUniqueViolation(error, 'orders_live_cart')) return 'cart-taken';
    if (isUniqueViolation(error, 'orders_number_key')) return 'number-taken';
    if (isUniqueViolation(error, 'orders_channel_once')) return 'channel-taken';
    if (isUsedUp(error)) return 'discount-used-up';
    throw error;
  }
}

/** The writes of the checkout. */
export const createCheckoutStore = ({ pool }: Pick<Database, 'pool'>, outboxWritten: () => void): Checkouts => ({
  insert: (order, key, saga) => insertOrder(pool, order, key, saga, { by: 'BUYER' }),
  async liveOrderOfCart(cartId) {
    const { rows } = await pool.query<{ id: string; status: OrderStatus }>(
      `SELECT id, status FROM orders WHERE cart_id = $1 AND status NOT IN ('REFUSED', 'CANCELLED')`,
      [cartId],
    );
    return rows[0] ?? null;
  },
  async awaitPayment(orderId, events, told) {
    await pool.query(
      `WITH begun AS (
         UPDATE orders SET status = 'AWAITING_PAYMENT' WHERE id = $1 AND status = 'PENDING' RETURNING id),
       -- It may wait for something else now.
       waiting AS (SELECT id FROM begun UNION ALL SELECT id FROM orders WHERE id = $1 AND status = 'AWAITING_PAYMENT'),
       told AS (${tell('$2', 'waiting')})
       ${send('$3')}`,
      [orderId, eventsJson(told), JSON.stringify(events)],
    );
    if (events.length > 0) outboxWritten();
  },
  async confirm(orderId, next, events, told, capture) {
    const message = 'The order was paid and its stock secured.';
    const { rows } = await pool.query<{ moved: boolean; placedAt: Date | null; confirmedAt: Date | null }>({
      name: 'confirm-order',
      text: CONFIRM,
      values: [
        ...[orderId, next.step, eventsJson([...told, { orderId, type: 'CONFIRMED', message, by: 'SYSTEM' }])],
        ...[JSON.stringify(events), JSON.stringify(next.state), capture],
      ],
    });
    const { moved, placedAt = null, confirmedAt = null } = rows[0] ?? {};
    // Whoever undoes the saga has it now: this process was away for longer than its lease.
    if (!moved) throw new Error(`the checkout of ${orderId} is not running any more`);
    outboxWritten();
    return placedAt && confirmedAt
      ? { placedAt: placedAt.toISOString(), confirmedAt: confirmedAt.toISOString(), capture }
      : null;
  },
  async refuse(orderId, refusal, events, told) {
    const abandoned = refusal.kind === 'PaymentDeclined' ? refusal.abandoned : undefined;
    const message = refusal.kind === 'PaymentDeclined' ? refusal.message : REASONS[refusal.kind];
    const type = abandoned ? 'CANCELLED' : 'REFUSED';
    await pool.query(REFUSE, [
      ...[orderId, type, abandoned?.by ?? null, abandoned?.reason ?? null],
      eventsJson([...told, { orderId, type, message: abandoned?.reason ?? message, by: abandoned?.by ?? 'SYSTEM' }]),
      JSON.stringify(abandoned ? events : []),
    ]);
    outboxWritten();
  },
  async awaitingSince(before, now) {
    const { rows } = await pool.query<{ id: string }>(
      `SELECT id FROM orders WHERE status = 'AWAITING_PAYMENT' AND CASE WHEN pay_by IS NULL THEN status_at < $1
         ELSE pay_by < $2 END ORDER BY status_at LIMIT 100`,
      [before, now],
    );
    return rows.map(({ id }) => id);
  },
  awaitingLines: (after) => awaitingLines(pool, after),
});

async function awaitingLines(pool: Database['pool'], after: string) {
  const { rows } = await pool.query<{ orderId: string; lines: readonly StockLine[] }>(
    `SELECT o.id AS "orderId",
       (SELECT jsonb_agg(jsonb_build_object('variantId', l.variant_id, 'quantity', l.quantity))
        FROM order_line l WHERE l.order_id = o.id) AS lines
     FROM orders o WHERE o.status = 'AWAITING_PAYMENT' AND o.id > $1 ORDER BY o.id LIMIT 100`,
    [after],
  );
  return rows;
}

const REASONS = {
  OutOfStock: 'Something was out of stock.',
  CheckoutFailed: 'A part of the shop gave no answer.',
} as const;
