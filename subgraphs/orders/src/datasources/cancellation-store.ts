import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import { newId } from '@cartograph/runtime/ids';
import { fulfilmentStatus } from '../domain/fulfilment.ts';
import type { Cancellations } from '../ports.ts';
import { lockedFacts } from './order-news-store.ts';
import { eventsJson, tell } from './order-timeline.ts';
import { send } from './outbox-events.ts';

// A cancellation must not meet a checkout that still runs, nor an edit: CONFIRMED alone does not say that all is done.
const BEGIN = `
  WITH free AS (
    SELECT o.id FROM orders o WHERE o.id = $1 AND o.status = 'CONFIRMED'
      AND NOT EXISTS (SELECT FROM saga s WHERE s.id = o.id AND s.status <> 'DONE')
      AND NOT EXISTS (SELECT FROM order_return r WHERE r.order_id = o.id AND r.kind = 'EDIT' AND r.status = 'RECEIVED')
      AND $13 = (SELECT count(*) FROM order_return r WHERE r.order_id = o.id AND r.kind = 'EDIT' AND r.status = 'CLOSED')
    FOR UPDATE OF o),
  -- A key that was claimed while the order waited for its payment has no saga yet, and may take this one.
  keyed AS (
    INSERT INTO idempotency_key AS k (buyer_id, operation, key, fingerprint, order_id, saga_id)
    SELECT $2, $3, $4, $5, id, $6 FROM free
    ON CONFLICT (buyer_id, operation, key) DO UPDATE SET saga_id = excluded.saga_id
      WHERE k.saga_id IS NULL AND k.fingerprint = excluded.fingerprint
    RETURNING k.order_id),
  claimed AS (
    UPDATE orders SET status = 'CANCELLING' FROM keyed WHERE orders.id = keyed.order_id RETURNING orders.id),
  told AS (${tell('$7', 'claimed')}),
  begun AS (
    INSERT INTO saga (id, name, step, state, lease_owner, lease_until)
    SELECT $6, $8, $9, $10::jsonb, $11, now() + make_interval(secs => $12) FROM claimed)
  SELECT id FROM claimed`;

const FINISH = `
  WITH ended AS (
    UPDATE orders SET status = 'CANCELLED', cancelled_at = now(), cancelled_by = $2::order_actor, cancel_reason = $3
    WHERE id = $1 AND status = 'CANCELLING' RETURNING id),
  returned AS (DELETE FROM discount_redemption r USING ended WHERE r.order_id = ended.id),
  told AS (${tell('$4', 'ended')})
  ${send('$5', 'ended')}`;

/** The writes of a cancellation. */
export const createCancellationStore = (
  { pool }: Pick<Database, 'pool'>,
  outboxWritten: () => void,
): Cancellations => ({
  async begin({ orderId, by, reason, staffId = null }, { buyerId, operation, key, fingerprint }, saga, appliedEdits) {
    const values = [
      orderId,
      buyerId,
      operation,
      key,
      fingerprint,
      saga.id,
      eventsJson([{ orderId, type: 'CANCELLATION_STARTED', message: `Asked to cancel: ${reason}`, by, staffId }]),
      saga.name,
      saga.step,
      JSON.stringify(saga.state),
      saga.owner,
      saga.leaseSeconds,
      appliedEdits,
    ];
    return inTransaction(pool, async (client) => {
      // Locked first: what the statement looks at is then as it is when nobody else changes the order.
      await client.query('SELECT FROM orders WHERE id = $1 FOR UPDATE', [orderId]);
      return (await client.query(BEGIN, values)).rowCount === 1;
    });
  },
  async finish({ orderId, by, reason, staffId = null }, events, told) {
    const cancelled = { orderId, type: 'CANCELLED', message: reason, by, staffId } as const;
    await pool.query(FINISH, [orderId, by, reason, eventsJson([...told, cancelled]), JSON.stringify(events)]);
    outboxWritten();
  },
  giveUp: (orderId, shipments) =>
    inTransaction(pool, async (client) => {
      const facts = await lockedFacts(client, orderId, shipments);
      await client.query(
        `WITH kept AS (
           UPDATE orders SET status = $2::order_status WHERE id = $1 AND status = 'CANCELLING' RETURNING id)
         INSERT INTO order_event (id, order_id, type, message, actor)
         SELECT $3, id, 'CANCELLATION_REFUSED', 'The order has left already and cannot be cancelled.', 'SYSTEM' FROM kept`,
        [orderId, fulfilmentStatus(facts.lines, facts.shipments), newId('OrderEvent')],
      );
    }),
});
