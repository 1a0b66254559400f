import { readableOwners } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { anyOf } from '@cartograph/runtime/database/keys';
import { sweeping } from '@cartograph/runtime/database/sweep';
import type { Cart } from '../domain/cart.ts';
import type { CartStore } from '../ports/carts.ts';
import { createCartChanges } from './cart-changes.ts';
import { createCartMerge } from './cart-merge.ts';
import { createCartReminders } from './cart-reminders.ts';

type CartRow = Omit<Cart, 'destination'> & {
  readonly countryCode: string | null;
  readonly postalCode: string | null;
  readonly region: string | null;
};

// By hand: a cart and its lines in one statement, because placeOrder and every look at a cart need them.
const COLUMNS = `
  c.id, c.buyer_id AS "buyerId", c.status, c.currency, c.version, c.codes, c.country_code AS "countryCode",
  c.postal_code AS "postalCode", c.region, c.shipping_address AS "shippingAddress",
  c.shipping_method_id AS "shippingMethodId", c.email, c.note, c.merged_into AS "mergedInto", c.order_id AS "orderId",
  c.created_at AS "createdAt", c.updated_at AS "updatedAt", coalesce(l.list, '[]') AS lines`;
const LINES = `
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('id', id, 'variantId', variant_id, 'quantity', quantity) ORDER BY added_at, id)
      AS list
    FROM cart_line WHERE cart_id = c.id
  ) l ON true`;
const BY_IDS = `
  SELECT ${COLUMNS} FROM cart c ${LINES}
  WHERE c.id = ${anyOf(1)} AND ($2::text[] IS NULL OR c.buyer_id = ANY ($2))`;
const ACTIVE = `
  SELECT ${COLUMNS}
  FROM unnest($1::text[]) AS b(id)
  JOIN LATERAL (
    SELECT * FROM cart WHERE buyer_id = b.id AND status IN ('ACTIVE', 'ABANDONED')
    ORDER BY updated_at DESC, id DESC LIMIT 1
  ) c ON true ${LINES}
  WHERE $2::text[] IS NULL OR c.buyer_id = ANY ($2)`;

/** Carts as one viewer may see them. */
export function createCartStore(db: Pick<Database, 'pool'>, outboxWritten: () => void): CartStore {
  const read = async (name: string, text: string, values: unknown[]): Promise<readonly Cart[]> =>
    (await db.pool.query<CartRow>({ name, text, values })).rows.map(toCart);
  return {
    findByIds: (viewer, ids) => read('carts-by-ids', BY_IDS, [ids, readableOwners(viewer)]),
    findActive: (viewer, buyerIds) => read('active-carts', ACTIVE, [buyerIds, readableOwners(viewer)]),
    ...createCartChanges(db),
    merge: createCartMerge(db),
    sweep: createCartSweep(db),
    ...createCartReminders(db, outboxWritten),
  };
}

const toCart = ({ countryCode, postalCode, region, ...row }: CartRow): Cart => ({
  ...row,
  destination: countryCode === null ? null : { countryCode, postalCode, region },
});

const SWEEP_BATCH = 500;

const createCartSweep =
  ({ pool }: Pick<Database, 'pool'>): CartStore['sweep'] =>
  async ({ abandonBefore, deleteBefore, forgetKeysBefore }) => {
    // Locked carts are being changed, so they are not abandoned; other processes sweep others at the same time.
    const abandoned = await pool.query(
      `UPDATE cart SET status = 'ABANDONED' WHERE id IN (
         SELECT id FROM cart WHERE status = 'ACTIVE' AND updated_at < $1
         ORDER BY updated_at LIMIT ${SWEEP_BATCH} FOR UPDATE SKIP LOCKED)`,
      [abandonBefore],
    );
    const deleted = await pool.query(
      `DELETE FROM cart WHERE id IN (
         SELECT id FROM cart WHERE status IN ('ABANDONED', 'MERGED', 'ORDERED') AND updated_at < $1
         ORDER BY updated_at LIMIT ${SWEEP_BATCH} FOR UPDATE SKIP LOCKED)`,
      [deleteBefore],
    );
    await pool.query(sweeping('cart_change', 'created_at < $1'), [forgetKeysBefore]);
    return { abandoned: abandoned.rowCount ?? 0, deleted: deleted.rowCount ?? 0 };
  };
