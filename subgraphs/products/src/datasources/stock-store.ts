import { toPage } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import { anyOf } from '@cartograph/runtime/database/keys';
import type pg from 'pg';
import type { AdjustAnswer, CommandAnswer, StockLevel, StockMovement, VariantInventory } from '../domain/stock.ts';
import type { StockStore } from '../ports.ts';
import { commandDigest } from './command-digest.ts';
import { callFunction, columnsOf } from './stock-holds.ts';

/** The most levels that one variant answers with; no list of the graph is longer. */
const MAX_LEVELS = 100;

// One row per variant, however many warehouses: product lists ask for a hundred variants at once.
const INVENTORY = `
  SELECT v.id AS "variantId", v.backorder,
    least(coalesce(sum(l.on_hand), 0), 2147483647)::int AS "onHand",
    least(coalesce(sum(l.held), 0), 2147483647)::int AS held,
    least(coalesce(sum(greatest(l.on_hand - l.held, 0)) FILTER (WHERE w.active), 0), 2147483647)::int AS available
  FROM variant v
  LEFT JOIN stock_level l ON l.variant_id = v.id
  LEFT JOIN warehouse w ON w.id = l.warehouse_id
  WHERE v.id = ${anyOf(1)}
  GROUP BY v.id`;

const LEVELS = `
  SELECT l.*
  FROM unnest($1::text[]) AS k (variant_id)
  CROSS JOIN LATERAL (
    SELECT s.variant_id AS "variantId", s.warehouse_id AS "warehouseId", s.on_hand AS "onHand", s.held,
      CASE WHEN w.active THEN greatest(s.on_hand - s.held, 0) ELSE 0 END AS available
    FROM stock_level s JOIN warehouse w ON w.id = s.warehouse_id
    WHERE s.variant_id = k.variant_id AND ($2::text IS NULL OR s.warehouse_id = $2)
    ORDER BY w.priority, w.id LIMIT ${MAX_LEVELS}
  ) l`;

const MOVEMENTS = `
  SELECT position, kind, variant_id AS "variantId", warehouse_id AS "warehouseId", on_hand_delta AS "onHandDelta",
    held_delta AS "heldDelta", order_id AS "orderId", reference, reason, actor, created_at AS "createdAt"
  FROM stock_movement
  WHERE variant_id = $1 AND ($2::bigint IS NULL OR position < $2)
  ORDER BY position DESC LIMIT $3`;

/** Levels and their ledger. Changes go through functions of the database, which alone write levels. */
export const createStockStore = (pool: pg.Pool): StockStore => ({
  async inventoryOf(variantIds) {
    return (await pool.query<VariantInventory>(INVENTORY, [variantIds])).rows;
  },
  async levelsOf(viewer, variantIds, warehouseId) {
    if (!seesEverything(viewer)) return [];
    return (await pool.query<StockLevel>(LEVELS, [variantIds, warehouseId ?? null])).rows;
  },
  async movementsOf(viewer, variantId, { limit, after }) {
    if (!seesEverything(viewer)) return toPage<StockMovement>([], limit);
    const { rows } = await pool.query<StockMovement>(MOVEMENTS, [variantId, after?.[0] ?? null, limit + 1]);
    return toPage(rows, limit);
  },
  adjust({ actor, key }, adjustment) {
    const { variantId, warehouseId, delta, setTo, ifOnHand, reason } = adjustment;
    const what = [variantId, warehouseId, delta, setTo, ifOnHand, reason];
    return callFunction<AdjustAnswer>(pool, 'SELECT adjust_stock($1, $2, $3, $4, $5, $6, $7, $8, $9) AS answer', [
      actor,
      key,
      commandDigest('adjust', adjustment),
      ...what,
    ]);
  },
  receive({ actor, key }, delivery) {
    const { warehouseId, lines, reference } = delivery;
    const what = [warehouseId, ...columnsOf(lines), reference];
    return callFunction<CommandAnswer>(pool, 'SELECT receive_stock($1, $2, $3, $4, $5, $6, $7) AS answer', [
      actor,
      key,
      commandDigest('receive', delivery),
      ...what,
    ]);
  },
  async setCounts(warehouseId, counts, { reason, actor }) {
    const { rows } = await pool.query<{ variantId: string; onHand: number; held: number }>(
      'SELECT variant_id AS "variantId", on_hand AS "onHand", held FROM set_stock($1, $2, $3, $4, $5)',
      [warehouseId, counts.map((one) => one.variantId), counts.map((one) => one.onHand), reason, actor],
    );
    return rows;
  },
});
