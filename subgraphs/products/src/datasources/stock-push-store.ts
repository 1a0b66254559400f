import { toPage } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type pg from 'pg';
import type { StockConflict } from '../domain/stock-conflict.ts';
import type { StockPush, StockPushes, WarehouseLink } from '../ports/warehouse-system.ts';
import { claimDue } from './push-queue.ts';

const CLAIM = claimDue('stock_push', ['system', 'variant_id', 'warehouse_id']);

const TAKEN = `
  SELECT p.system, p.variant_id AS "variantId", p.warehouse_id AS "warehouseId", l.location, v.sku, p.version, p.hints,
    p.claims, p.failures, p.version = p.pushed_version AS "isCheck", p.item, p.known, p.attempted,
    CASE WHEN w.active THEN greatest(coalesce(s.on_hand - s.held, 0), 0) ELSE 0 END AS wanted
  FROM stock_push p
  JOIN unnest($2::text[], $3::text[]) AS k (variant_id, warehouse_id) USING (variant_id, warehouse_id)
  JOIN warehouse_link l ON l.system = p.system AND l.warehouse_id = p.warehouse_id
  JOIN warehouse w ON w.id = p.warehouse_id
  JOIN variant v ON v.id = p.variant_id
  LEFT JOIN stock_level s ON s.variant_id = p.variant_id AND s.warehouse_id = p.warehouse_id
  WHERE p.system = $1`;

const MINE = 'system = $1 AND variant_id = $2 AND warehouse_id = $3 AND claims = $4';
const mine = ({ system, variantId, warehouseId, claims }: StockPush) => [system, variantId, warehouseId, claims];

const CONFLICTS = `
  SELECT position, system, variant_id AS "variantId", warehouse_id AS "warehouseId", kind, expected, found, ours,
    message, found_at AS "foundAt", corrected_at AS "correctedAt"
  FROM stock_conflict
  WHERE ($1::bigint IS NULL OR position < $1) AND ($2::boolean IS NULL OR (corrected_at IS NULL) = $2)
  ORDER BY position DESC LIMIT $3`;

export const createStockPushStore = (pool: pg.Pool): StockPushes => ({
  link: (system, links) => inTransaction(pool, (client) => link(client, system, links)),

  async claim(system, limit) {
    const { rows } = await pool.query<{ variant_id: string; warehouse_id: string }>(CLAIM, [system, limit]);
    if (rows.length === 0) return [];
    const keys = [rows.map((row) => row.variant_id), rows.map((row) => row.warehouse_id)];
    return (await pool.query<StockPush>(TAKEN, [system, ...keys])).rows;
  },

  async attempt(push, item, known) {
    const { rowCount } = await pool.query(`UPDATE stock_push SET item = $5, known = $6, attempted = $7 WHERE ${MINE}`, [
      ...mine(push),
      item,
      known,
      push.wanted,
    ]);
    if (rowCount === 0) throw new Error(`another process pushes ${push.variantId} to ${push.system} by now`);
  },

  async done(push, item, checkMs) {
    await pool.query(
      `WITH pushed AS (
         UPDATE stock_push SET item = $5, known = $6, attempted = NULL, pushed_version = $7, failures = 0,
           last_error = NULL, leased_until = '-infinity',
           due_at = CASE WHEN version = $7 AND hints = $8 THEN clock_timestamp() + $9 * interval '1 millisecond'
             ELSE clock_timestamp() END
         WHERE ${MINE} RETURNING system, variant_id, warehouse_id)
       UPDATE stock_conflict c SET corrected_at = clock_timestamp() FROM pushed p
       WHERE c.corrected_at IS NULL
         AND (c.system, c.variant_id, c.warehouse_id) = (p.system, p.variant_id, p.warehouse_id)`,
      [...mine(push), item, push.wanted, push.version, push.hints, checkMs],
    );
  },

  async found({ system, variantId, warehouseId, wanted }, { kind, expected, found, message }) {
    await pool.query(
      `INSERT INTO stock_conflict (system, variant_id, warehouse_id, kind, expected, found, ours, message)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (system, variant_id, warehouse_id, kind) WHERE corrected_at IS NULL
         DO UPDATE SET found = EXCLUDED.found, ours = EXCLUDED.ours, message = EXCLUDED.message`,
      [system, variantId, warehouseId, kind, expected, found, wanted, message],
    );
  },

  async failed(push, reason, retryMs, forgetsItem = false) {
    await pool.query(
      `UPDATE stock_push SET failures = failures + 1, last_error = $5, leased_until = '-infinity',
         item = CASE WHEN $7 THEN NULL ELSE item END, known = CASE WHEN $7 THEN NULL ELSE known END,
         due_at = clock_timestamp() + $6 * interval '1 millisecond'
       WHERE ${MINE}`,
      [...mine(push), reason, retryMs, forgetsItem],
    );
  },

  async hint(system, item, location) {
    await pool.query(
      `UPDATE stock_push p SET hints = hints + 1, due_at = LEAST(due_at, clock_timestamp())
       FROM warehouse_link l
       WHERE l.system = $1 AND l.location = $3 AND p.system = $1 AND p.item = $2 AND p.warehouse_id = l.warehouse_id`,
      [system, item, location],
    );
  },

  async conflicts(viewer, isOpen, { limit, after }) {
    if (!seesEverything(viewer)) return toPage<StockConflict>([], limit);
    return toPage((await pool.query<StockConflict>(CONFLICTS, [after?.[0] ?? null, isOpen, limit + 1])).rows, limit);
  },
});

async function link(client: pg.PoolClient, system: string, links: readonly WarehouseLink[]): Promise<void> {
  // Two processes that start at once do it one after the other.
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`warehouse_link ${system}`]);
  const columns = [links.map(({ warehouseId }) => warehouseId), links.map(({ location }) => location)];
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM unnest($1::text[]) AS k (id) WHERE NOT EXISTS (SELECT 1 FROM warehouse w WHERE w.id = k.id)',
    [columns[0]],
  );
  if (rows[0]) throw new Error(`${system} is linked to ${rows[0].id}, and there is no such warehouse`);
  await client.query(
    `DELETE FROM warehouse_link l WHERE system = $1 AND NOT EXISTS (
       SELECT 1 FROM unnest($2::text[], $3::text[]) AS k (warehouse_id, location)
       WHERE (k.warehouse_id, k.location) = (l.warehouse_id, l.location))`,
    [system, ...columns],
  );
  await client.query(
    `INSERT INTO warehouse_link (system, warehouse_id, location)
     SELECT $1, k.warehouse_id, k.location FROM unnest($2::text[], $3::text[]) AS k (warehouse_id, location)
     ON CONFLICT (system, warehouse_id) DO NOTHING`,
    [system, ...columns],
  );
  const unlinked = `FROM stock_push p WHERE system = $1 AND NOT EXISTS (
    SELECT 1 FROM warehouse_link l WHERE l.system = p.system AND l.warehouse_id = p.warehouse_id)`;
  // In the order in which movements lock them, whose transactions still see the link.
  await client.query(`SELECT ${unlinked} ORDER BY variant_id, warehouse_id FOR UPDATE`, [system]);
  await client.query(`DELETE ${unlinked}`, [system]);
  await client.query(
    `INSERT INTO stock_push (system, variant_id, warehouse_id)
     SELECT l.system, s.variant_id, s.warehouse_id
     FROM warehouse_link l JOIN stock_level s ON s.warehouse_id = l.warehouse_id WHERE l.system = $1
     ORDER BY 1, 2, 3 ON CONFLICT (system, variant_id, warehouse_id) DO NOTHING`,
    [system],
  );
}
