import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type { PoolClient } from 'pg';
import type { CartStatus } from '../domain/cart.ts';
import type { MergeRequest } from '../domain/cart-change.ts';
import type { CartStore } from '../ports/carts.ts';

interface Row {
  readonly id: string;
  readonly buyerId: string;
  readonly status: CartStatus;
  readonly mergedInto: string | null;
}

type Merged = Awaited<ReturnType<CartStore['merge']>>;

const merged = (cartId: string): Merged => ({ kind: 'merged', cartId });

/** A guest's cart becomes the customer's own, or goes into the one they have. Both rows are locked, in order of id. */
export const createCartMerge =
  ({ pool }: Pick<Database, 'pool'>): CartStore['merge'] =>
  async (request) => {
    try {
      return await inTransaction(pool, (client) => merge(client, request));
    } catch (error) {
      if ((error as { readonly constraint?: string }).constraint === 'cart_line_count')
        return { kind: 'too-many-lines' };
      throw error;
    }
  };

async function merge(client: PoolClient, request: MergeRequest): Promise<Merged> {
  const { guestId, customerId, fromCartId, intoCartId, now } = request;
  const fromId = fromCartId ?? (guestId ? await lastChanged(client, guestId) : null);
  const intoId = intoCartId ?? (await lastChanged(client, customerId));
  const { rows } = await client.query<Row>(
    `SELECT id, buyer_id AS "buyerId", status, merged_into AS "mergedInto" FROM cart
     WHERE id = ANY ($1) AND buyer_id = ANY ($2) ORDER BY id FOR UPDATE`,
    [
      [fromId, intoId],
      [customerId, guestId],
    ],
  );
  const from = rows.find(({ id }) => id === fromId);
  const into = rows.find(({ id, buyerId, status }) => id === intoId && buyerId === customerId && isOpen(status));
  if (intoCartId && !into) return { kind: 'absent' };
  if (!from || from.id === into?.id) return into && !(fromCartId && !from) ? merged(into.id) : { kind: 'absent' };
  // Somebody merged it while we waited for the lock, or long ago.
  if (from.mergedInto) return merged(from.mergedInto);
  if (!isOpen(from.status)) return { kind: 'absent' };
  if (from.buyerId === customerId && !intoCartId) return merged(from.id);
  if (!into) {
    await client.query(
      `UPDATE cart SET buyer_id = $2, version = version + 1, updated_at = $3, status = 'ACTIVE' WHERE id = $1`,
      [from.id, customerId, now],
    );
    return merged(from.id);
  }
  // What is just being bought is not put into another cart, to be bought once more.
  if (await isBeingBought(client, from.id)) return merged(into.id);
  await pour(client, from.id, into.id, now);
  return merged(into.id);
}

const isOpen = (status: CartStatus): boolean => status === 'ACTIVE' || status === 'ABANDONED';

async function isBeingBought(client: PoolClient, cartId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM orders WHERE cart_id = $1 AND status NOT IN ('REFUSED', 'CANCELLED')`,
    [cartId],
  );
  return rowCount === 1;
}

async function lastChanged(client: PoolClient, buyerId: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM cart WHERE buyer_id = $1 AND status IN ('ACTIVE', 'ABANDONED')
     ORDER BY updated_at DESC, id DESC LIMIT 1`,
    [buyerId],
  );
  return rows[0]?.id ?? null;
}

/** What the customer has set in their own cart stays; what is missing there comes from the guest's. */
async function pour(client: PoolClient, from: string, into: string, now: Date): Promise<void> {
  await client.query(
    `WITH taken AS (DELETE FROM cart_line WHERE cart_id = $1 RETURNING *)
     INSERT INTO cart_line (id, cart_id, variant_id, quantity, added_at)
     SELECT id, $2, variant_id, quantity, added_at FROM taken
     ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = least(9999, cart_line.quantity + excluded.quantity)`,
    [from, into],
  );
  await client.query(
    `UPDATE cart SET version = cart.version + 1, updated_at = $3, status = 'ACTIVE',
       codes = ARRAY(SELECT code FROM unnest(cart.codes || g.codes) WITH ORDINALITY u(code, place)
                     GROUP BY code ORDER BY min(place) LIMIT 10),
       country_code = coalesce(cart.country_code, g.country_code),
       postal_code = CASE WHEN cart.country_code IS NULL THEN g.postal_code ELSE cart.postal_code END,
       region = CASE WHEN cart.country_code IS NULL THEN g.region ELSE cart.region END,
       shipping_address = CASE WHEN cart.country_code IS NULL THEN g.shipping_address ELSE cart.shipping_address END,
       shipping_method_id = coalesce(cart.shipping_method_id, g.shipping_method_id),
       email = coalesce(cart.email, g.email), note = coalesce(cart.note, g.note)
     FROM cart g WHERE cart.id = $2 AND g.id = $1`,
    [from, into, now],
  );
  await client.query(
    `UPDATE cart SET status = 'MERGED', merged_into = $2, version = version + 1, updated_at = $3 WHERE id = $1`,
    [from, into, now],
  );
}
