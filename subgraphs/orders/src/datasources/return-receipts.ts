import { money } from '@cartograph/kernel/money';
import type { SagaStart } from '@cartograph/kernel/saga';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import { newId } from '@cartograph/runtime/ids';
import type { Pool, PoolClient } from 'pg';
import type { NewOrderEvent } from '../domain/order-event.ts';
import type { Receipt, ReceiptFacts } from '../domain/return-receipt.ts';
import type { ReturnStatus } from '../domain/return-status.ts';
import type { Key, OutboxEvent } from '../ports.ts';
import { eventsJson, tell } from './order-timeline.ts';
import { send } from './outbox-events.ts';

interface FactsRow {
  readonly status: ReturnStatus;
  readonly currency: string;
  readonly total: number;
  readonly goods: number;
  readonly refunded: number;
  readonly shippingRefunded: boolean;
  readonly lines: readonly {
    readonly id: string;
    readonly quantity: number;
    readonly bought: number;
    readonly total: number;
    readonly returned: number;
    readonly paid: number;
  }[];
}

const FACTS = `
  SELECT r.status, o.currency, o.total_minor AS total,
    (SELECT sum(total_minor)::bigint FROM order_line WHERE order_id = o.id) AS goods,
    (SELECT coalesce(sum(refund_minor), 0)::bigint FROM order_return WHERE order_id = o.id) AS refunded,
    EXISTS (SELECT FROM order_return WHERE order_id = o.id AND shipping_refund_minor > 0) AS "shippingRefunded",
    (SELECT jsonb_agg(jsonb_build_object('id', l.id, 'quantity', l.quantity, 'bought', b.quantity,
        'total', b.total_minor, 'returned', e.returned, 'paid', e.paid))
     FROM order_return_line l JOIN order_line b ON b.id = l.order_line_id CROSS JOIN LATERAL (
       SELECT coalesce(sum(s.resaleable_quantity + s.damaged_quantity), 0) AS returned, coalesce(sum(s.paid_minor), 0) AS paid
       FROM order_return_line s JOIN order_return t ON t.id = s.return_id
       WHERE s.order_line_id = b.id AND t.id <> r.id AND t.kind = 'RETURN') e
     WHERE l.return_id = r.id) AS lines
  FROM order_return r JOIN orders o ON o.id = r.order_id WHERE r.id = $1`;

const RECEIVE = `
  WITH counted AS (
    UPDATE order_return_line l SET resaleable_quantity = c.resaleable, damaged_quantity = c.damaged, paid_minor = c.paid
    FROM jsonb_to_recordset($4::jsonb) AS c(id TEXT, resaleable INT, damaged INT, paid BIGINT)
    WHERE l.return_id = $1 AND l.id = c.id),
  instead AS (
    UPDATE orders SET credit_minor = least(total_minor, $2::bigint), pay_by = $13 FROM order_return r
    WHERE r.id = $1 AND orders.id = r.follow_up_id AND orders.status IN ('PENDING', 'AWAITING_PAYMENT')
    RETURNING orders.credit_minor),
  owed AS (
    SELECT $2::bigint - coalesce((SELECT credit_minor FROM instead), 0) AS minor,
      greatest(0, o.total_minor - o.credit_minor
        - (SELECT coalesce(sum(own_refund_minor), 0)::bigint FROM order_return WHERE order_id = o.id)) AS own
    FROM order_return r JOIN orders o ON o.id = r.order_id WHERE r.id = $1),
  received AS (
    UPDATE order_return SET status = 'RECEIVED', receipt_id = $5, refund_minor = $2::bigint, shipping_refund_minor = $3,
      credit_minor = coalesce((SELECT credit_minor FROM instead), 0),
      own_refund_minor = least(owed.minor, owed.own), parent_refund_minor = greatest(0, owed.minor - owed.own)
    FROM owed WHERE id = $1 RETURNING order_id, number),
  told AS (
    INSERT INTO order_event (id, order_id, type, message, actor, staff_id, subject_id)
    SELECT $6, order_id, 'RETURN_RECEIVED', 'The goods of return ' || number || ' have arrived.', 'STAFF', $12, $1
    FROM received)
  INSERT INTO saga (id, name, step, state, lease_owner, lease_until)
  SELECT $5, $7, $8, $9::jsonb, $10, now() + make_interval(secs => $11) FROM received`;

/** In a transaction, since what a receipt comes to depends on every other return of the order, which must stand still. */
export const receiveReturn = <R extends { readonly kind: string }>(
  pool: Pool,
  returnId: string,
  { buyerId, operation, key, fingerprint }: Key,
  saga: SagaStart,
  payBy: Date,
  decide: (facts: ReceiptFacts) => Receipt | R,
): Promise<'received' | 'key-taken' | R> =>
  inTransaction(pool, async (client) => {
    await client.query(
      'SELECT FROM orders WHERE id = (SELECT order_id FROM order_return WHERE id = $1) FOR NO KEY UPDATE',
      [returnId],
    );
    await client.query('SELECT FROM order_return WHERE id = $1 FOR NO KEY UPDATE', [returnId]);
    const known = await client.query('SELECT FROM idempotency_key WHERE (buyer_id, operation, key) = ($1, $2, $3)', [
      buyerId,
      operation,
      key,
    ]);
    if ((known.rowCount ?? 0) > 0) return 'key-taken';
    const receipt = decide(await readFacts(client, returnId));
    if ('kind' in receipt) return receipt;
    const { rowCount } = await client.query(
      `INSERT INTO idempotency_key (buyer_id, operation, key, fingerprint, saga_id, return_id)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [buyerId, operation, key, fingerprint, saga.id, returnId],
    );
    // With the same key, but for another return.
    if (rowCount === 0) return 'key-taken';
    const lines = receipt.lines.map((line) => ({ ...line, paid: line.paid.minor }));
    await client.query(RECEIVE, [
      ...[returnId, receipt.refund.minor, receipt.shippingRefund.minor, JSON.stringify(lines), saga.id],
      ...[newId('OrderEvent'), saga.name, saga.step, JSON.stringify(saga.state), saga.owner, saga.leaseSeconds],
      buyerId,
      payBy,
    ]);
    return 'received';
  });

async function readFacts(client: PoolClient, returnId: string): Promise<ReceiptFacts> {
  const { rows } = await client.query<FactsRow>(FACTS, [returnId]);
  const [row] = rows;
  if (!row) throw new Error(`return ${returnId} is gone`);
  const amount = (minor: number) => money(minor, row.currency);
  return {
    status: row.status,
    orderTotal: amount(row.total),
    shippingPaid: amount(row.total - row.goods),
    refunded: amount(row.refunded),
    shippingRefunded: row.shippingRefunded,
    lines: row.lines.map(({ id, quantity, bought, total, returned, paid }) => ({
      ...{ id, quantity, bought, total: amount(total) },
      returned: { quantity: returned, paid: amount(paid) },
    })),
  };
}

const TAKE_BACK = `
  WITH back AS (
    UPDATE order_return SET status = 'APPROVED', receipt_id = NULL, refund_minor = NULL, shipping_refund_minor = 0,
      credit_minor = 0, own_refund_minor = 0, parent_refund_minor = 0,
      follow_up_id = (SELECT id FROM orders WHERE id = follow_up_id AND status NOT IN ('REFUSED', 'CANCELLED'))
    WHERE id = $1 AND receipt_id = $2 AND status = 'RECEIVED' RETURNING id, order_id, number, follow_up_id),
  instead AS (
    UPDATE orders SET credit_minor = 0 FROM back
    WHERE orders.id = back.follow_up_id AND orders.status IN ('PENDING', 'AWAITING_PAYMENT')),
  counted AS (
    UPDATE order_return_line l SET resaleable_quantity = NULL, damaged_quantity = NULL, paid_minor = NULL
    FROM back WHERE l.return_id = back.id)
  INSERT INTO order_event (id, order_id, type, message, actor, subject_id)
  SELECT $3, order_id, 'RETURN_REFUND_REFUSED', 'Return ' || number || ' was not refunded: ' || $4, 'SYSTEM', $1 FROM back`;

export async function takeBackReturn(pool: Pool, returnId: string, receiptId: string, reason: string): Promise<void> {
  await pool.query(TAKE_BACK, [returnId, receiptId, newId('OrderEvent'), reason]);
}

const CLOSE = `
  WITH closed AS (
    UPDATE order_return SET status = 'CLOSED' WHERE id = $1 AND status = 'RECEIVED' RETURNING id),
  told AS (${tell('$3', 'closed')})
  ${send('$2', 'closed')}`;

export async function closeReturn(
  pool: Pool,
  returnId: string,
  events: readonly OutboxEvent[],
  told: readonly NewOrderEvent[],
): Promise<void> {
  await pool.query(CLOSE, [returnId, JSON.stringify(events), eventsJson(told)]);
}
