import type { Database } from '@cartograph/runtime/database/connect';
import type { CartStore } from '../ports/carts.ts';

const BATCH = 100;

// One statement: the cart is marked together with the event of its mail, or not at all. Locked carts are being changed, or
// another process has them. Of a buyer's carts only the one that they would come back to counts.
const REMIND = `
  WITH abandoned AS (
    SELECT c.id FROM cart c
    WHERE c.status IN ('ACTIVE', 'ABANDONED') AND c.reminded_at IS NULL AND c.buyer_id LIKE 'Customer:%'
      AND c.line_count > 0 AND c.updated_at >= $1 AND c.updated_at < $2
      AND NOT EXISTS (SELECT FROM cart newer WHERE newer.buyer_id = c.buyer_id
        AND newer.status IN ('ACTIVE', 'ABANDONED') AND (newer.updated_at, newer.id) > (c.updated_at, c.id))
      AND NOT EXISTS (SELECT FROM orders o WHERE o.cart_id = c.id AND o.status NOT IN ('REFUSED', 'CANCELLED'))
    ORDER BY c.updated_at LIMIT ${BATCH} FOR UPDATE OF c SKIP LOCKED),
  marked AS (
    UPDATE cart SET reminded_at = $3 FROM abandoned WHERE cart.id = abandoned.id RETURNING cart.id, cart.version)
  INSERT INTO outbox (id, topic, key, payload)
  SELECT id || ':reminder:' || version, 'cart-mail', id || ':mail', jsonb_build_object('cartId', id, 'version', version)
  FROM marked ON CONFLICT (id) DO NOTHING`;

/** Which carts their buyers are reminded of. */
export const createCartReminders = (
  { pool }: Pick<Database, 'pool'>,
  outboxWritten: () => void,
): Pick<CartStore, 'remind' | 'forgetReminder'> => ({
  async remind({ leftAfter, leftBefore, now }) {
    const reminded = (await pool.query(REMIND, [leftAfter, leftBefore, now])).rowCount ?? 0;
    if (reminded > 0) outboxWritten();
    return reminded;
  },
  async forgetReminder(cartId) {
    await pool.query('UPDATE cart SET reminded_at = NULL WHERE id = $1', [cartId]);
  },
});
