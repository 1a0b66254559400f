import type { SagaStart } from '@cartograph/kernel/saga';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type { Pool } from 'pg';
import type { NewOrder } from '../domain/order.ts';
import type { By } from '../domain/order-event.ts';
import { inWords, refundRefusedEvent } from '../domain/timeline-events.ts';
import type { ExchangeBegun, Returns } from '../ports/returns.ts';
import type { Key } from '../ports.ts';
import { insertOrder } from './checkout-store.ts';
import { tellOrders } from './order-timeline.ts';

/** Rolls the transaction back; never leaves this file. */
class KeyTaken extends Error {}

/** The return is approved, and what comes in its place is an order, at once. */
export const beginExchange = (
  pool: Pool,
  returnId: string,
  followUp: NewOrder,
  key: Key,
  saga: SagaStart,
  by: By,
): Promise<ExchangeBegun> =>
  inTransaction(pool, async (client): Promise<ExchangeBegun> => {
    const { rows } = await client.query<{ orderId: string; number: string }>(
      `UPDATE order_return SET status = 'APPROVED', follow_up_id = $2
       WHERE id = $1 AND kind = 'RETURN' AND status IN ('REQUESTED', 'APPROVED') AND follow_up_id IS NULL
       RETURNING order_id AS "orderId", number`,
      [returnId, followUp.id],
    );
    const [exchanged] = rows;
    if (!exchanged) return 'status';
    if ((await insertOrder(client, followUp, key, saga, by)) !== 'inserted') throw new KeyTaken();
    await client.query('UPDATE idempotency_key SET return_id = $4 WHERE (buyer_id, operation, key) = ($1, $2, $3)', [
      ...[key.buyerId, key.operation, key.key, returnId],
    ]);
    const { orderId, number } = exchanged;
    const message = `Return ${number} is exchanged: order ${followUp.number} comes in its place.`;
    await tellOrders(client, [{ orderId, type: 'EXCHANGE_STARTED', message, ...by, subjectId: returnId }]);
    return 'begun';
  }).catch((error: unknown) => {
    if (error instanceof KeyTaken) return 'key-taken';
    throw error;
  });

/**
 * The return is a return again, without anything in its place. Not while the goods are being received and a credit stands
 * that nobody has given back: whoever receives them did not refund it, and does so when nothing is left to pay with it.
 */
export const giveUpExchange = (
  pool: Pool,
  returnId: string,
  settled: Parameters<Returns['giveUpExchange']>[1],
): Promise<void> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ orderId: string; number: string }>(
      `UPDATE order_return SET follow_up_id = NULL, credit_minor = 0
       WHERE id = $1 AND follow_up_id IS NOT NULL AND ($2 OR status <> 'RECEIVED' OR credit_minor = 0)
       RETURNING order_id AS "orderId", number`,
      [returnId, settled !== null],
    );
    const [back] = rows;
    if (!back) return;
    const { orderId } = back;
    const given = settled && settled.refusal === null ? ` ${inWords(settled.credit)} was given back.` : '';
    const message = `The exchange of return ${back.number} was given up.${given}`;
    const refused = settled?.refusal
      ? [refundRefusedEvent(orderId, `${returnId}:credit`, settled.credit, settled.refusal, returnId)]
      : [];
    await tellOrders(client, [
      { orderId, type: 'EXCHANGE_GIVEN_UP', message, by: 'SYSTEM', subjectId: returnId },
      ...refused,
    ]);
  });
