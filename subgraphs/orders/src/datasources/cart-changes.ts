import { ownersOf, type Viewer } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { isUniqueViolation } from '@cartograph/runtime/database/transaction';
import type { CartChange, CartPatch, ChangeOptions } from '../domain/cart-change.ts';
import type { CartStore } from '../ports/carts.ts';

type Changes = Pick<
  CartStore,
  'findChange' | 'create' | 'addLines' | 'setQuantities' | 'removeLines' | 'addCode' | 'removeCode' | 'update'
>;

// By hand, because each change must be one statement: it locks the cart's row first, so that changes of one cart queue
// up, and quantities are added in SQL, so that two at once both count. $1 cart, $2 owners, $3 now, $4 expected version.
const touching = (sets = ''): string => `
  touched AS (
    UPDATE cart SET version = version + 1, updated_at = $3, status = 'ACTIVE'${sets}
    WHERE id = $1 AND buyer_id = ANY ($2) AND status IN ('ACTIVE', 'ABANDONED') AND ($4::int IS NULL OR version = $4)
    RETURNING id)`;

const CREATE = `
  WITH made AS (
    INSERT INTO cart (id, buyer_id, currency, country_code, postal_code, region, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id),
  keyed AS (
    INSERT INTO cart_change (buyer_id, key, digest, cart_id, created_at)
    SELECT k.buyer_id, k.key, k.digest, made.id, $7 FROM made, jsonb_to_record($9) AS k(buyer_id TEXT, key TEXT, digest TEXT)
    WHERE k.key IS NOT NULL),
  added AS (
    INSERT INTO cart_line (id, cart_id, variant_id, quantity, added_at)
    SELECT l.id, made.id, l.variant_id, l.quantity, $7
    FROM made, jsonb_to_recordset($8) AS l(id TEXT, variant_id TEXT, quantity INT))
  SELECT id FROM made`;

const ADD_LINES = `
  WITH ${touching()},
  keyed AS (
    INSERT INTO cart_change (buyer_id, key, digest, cart_id, created_at)
    SELECT k.buyer_id, k.key, k.digest, touched.id, $3
    FROM touched, jsonb_to_record($6) AS k(buyer_id TEXT, key TEXT, digest TEXT) WHERE k.key IS NOT NULL),
  added AS (
    INSERT INTO cart_line (id, cart_id, variant_id, quantity, added_at)
    SELECT l.id, touched.id, l.variant_id, l.quantity, $3
    FROM touched, jsonb_to_recordset($5) AS l(id TEXT, variant_id TEXT, quantity INT)
    ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = cart_line.quantity + excluded.quantity)
  SELECT id FROM touched`;

const SET_QUANTITIES = `
  WITH ${touching()},
  changed AS (
    UPDATE cart_line SET quantity = q.quantity
    FROM touched, jsonb_to_recordset($5) AS q(line_id TEXT, quantity INT)
    WHERE cart_line.cart_id = touched.id AND cart_line.id = q.line_id)
  SELECT id FROM touched`;

const REMOVE_LINES = `
  WITH ${touching()},
  removed AS (
    DELETE FROM cart_line USING touched WHERE cart_line.cart_id = touched.id AND cart_line.id = ANY ($5))
  SELECT id FROM touched`;

const ADD_CODE = `WITH ${touching(', codes = array_remove(codes, $5::text) || $5::text')} SELECT id FROM touched`;
const REMOVE_CODE = `WITH ${touching(', codes = array_remove(codes, $5::text)')} SELECT id FROM touched`;

export function createCartChanges({ pool }: Pick<Database, 'pool'>): Changes {
  async function change(text: string, values: unknown[]): Promise<CartChange> {
    try {
      const { rowCount } = await pool.query(text, values);
      return rowCount ? 'changed' : 'absent';
    } catch (error) {
      const known = explain(error);
      if (known) return known;
      throw error;
    }
  }
  const on = (viewer: Viewer, cartId: string, { now, expectedVersion }: ChangeOptions): unknown[] => [
    cartId,
    ownersOf(viewer),
    now,
    expectedVersion ?? null,
  ];
  return {
    async findChange(buyerId, key) {
      const { rows } = await pool.query<{ cartId: string; digest: string }>(
        'SELECT cart_id AS "cartId", digest FROM cart_change WHERE buyer_id = $1 AND key = $2',
        [buyerId, key],
      );
      return rows[0] ?? null;
    },
    create: ({ id, buyerId, currency, destination, lines }, { now, keyed }) =>
      change(CREATE, [id, buyerId, currency, ...placeOf(destination), now, toRows(lines), toKeyRow(keyed)]),
    addLines: (viewer, cartId, lines, options) =>
      change(ADD_LINES, [...on(viewer, cartId, options), toRows(lines), toKeyRow(options.keyed)]),
    setQuantities: (viewer, cartId, quantities, options) =>
      change(SET_QUANTITIES, [
        ...on(viewer, cartId, options),
        JSON.stringify(quantities.map(({ lineId, quantity }) => ({ line_id: lineId, quantity }))),
      ]),
    removeLines: (viewer, cartId, lineIds, options) => change(REMOVE_LINES, [...on(viewer, cartId, options), lineIds]),
    addCode: (viewer, cartId, code, options) => change(ADD_CODE, [...on(viewer, cartId, options), code]),
    removeCode: (viewer, cartId, code, options) => change(REMOVE_CODE, [...on(viewer, cartId, options), code]),
    update: (viewer, cartId, patch, options) => {
      const { sets, values } = toSets(patch, 5);
      return change(`WITH ${touching(sets)} SELECT id FROM touched`, [...on(viewer, cartId, options), ...values]);
    },
  };
}

const CHECKS: Readonly<Record<string, CartChange>> = {
  cart_line_count: 'too-many-lines',
  cart_line_quantity: 'quantity-too-high',
  cart_code_count: 'too-many-codes',
};

function explain(error: unknown): CartChange | undefined {
  if (isUniqueViolation(error, 'cart_change_pkey')) return 'repeated';
  return CHECKS[(error as { readonly constraint?: string }).constraint ?? ''];
}

const placeOf = (destination: CartPatch['destination'] | null) => [
  destination?.countryCode ?? null,
  destination?.postalCode ?? null,
  destination?.region ?? null,
];

const toRows = (lines: Parameters<CartStore['addLines']>[2]): string =>
  JSON.stringify(lines.map(({ id, variantId, quantity }) => ({ id, variant_id: variantId, quantity })));

const toKeyRow = (keyed: ChangeOptions['keyed']): string =>
  JSON.stringify(keyed ? { buyer_id: keyed.buyerId, key: keyed.key, digest: keyed.digest } : {});

/** The columns of a patch, from `$first` on. Names come from here alone, never from a caller. */
function toSets(patch: CartPatch, first: number): { readonly sets: string; readonly values: readonly unknown[] } {
  const columns: [string, unknown][] = [];
  if (patch.destination) {
    const [country, postalCode, region] = placeOf(patch.destination);
    columns.push(['country_code', country], ['postal_code', postalCode], ['region', region]);
  }
  if (patch.shippingAddress !== undefined)
    columns.push(['shipping_address', patch.shippingAddress && JSON.stringify(patch.shippingAddress)]);
  if (patch.shippingMethodId !== undefined) columns.push(['shipping_method_id', patch.shippingMethodId]);
  if (patch.email !== undefined) columns.push(['email', patch.email]);
  if (patch.note !== undefined) columns.push(['note', patch.note]);
  return {
    sets: columns.map(([name], i) => `, ${name} = $${first + i}`).join(''),
    values: columns.map(([, value]) => value),
  };
}
