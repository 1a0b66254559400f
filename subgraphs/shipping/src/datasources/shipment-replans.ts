import { inTransaction } from '@cartograph/runtime/database/transaction';
import type pg from 'pg';
import { packParcels } from '../domain/packing.ts';
import { type Piece, takeOut, weightOf } from '../domain/replan.ts';
import type { Shipment, ShipmentLine } from '../domain/shipment.ts';
import { hasLeft } from '../domain/shipment-status.ts';
import type { Replan, ReplanOutcome, TakeOut } from '../ports.ts';
import { cancelLocked } from './shipment-changes.ts';
import { COLUMNS, SHIPMENTS } from './shipment-rows.ts';

interface Held extends Shipment {
  readonly lines: readonly Omit<ShipmentLine, 'shipmentId'>[];
  readonly replaced: boolean;
  readonly takenOut: boolean;
}

const MAX_SHIPMENTS = 100;

/** Locks the plan, then its shipments, as whoever cancels an order does. Null when the order was cancelled. */
async function lockPlan(client: pg.PoolClient, orderId: string): Promise<readonly Held[] | null> {
  const plan = await client.query<{ cancelled: boolean }>(
    'SELECT cancelled_at IS NOT NULL AS cancelled FROM shipment_plans WHERE order_id = $1 FOR NO KEY UPDATE',
    [orderId],
  );
  if (plan.rows[0]?.cancelled !== false) return null;
  await client.query('SELECT FROM shipments WHERE order_id = $1 ORDER BY id FOR NO KEY UPDATE', [orderId]);
  const { rows } = await client.query<Held>(
    `SELECT ${COLUMNS}, EXISTS (SELECT FROM shipments r WHERE r.replaces = s.id) AS replaced, s.taken_out AS "takenOut",
       (SELECT jsonb_agg(jsonb_build_object('orderLineId', l.order_line_id, 'variantId', l.variant_id,
          'quantity', l.quantity) ORDER BY l.order_line_id) FROM shipment_lines l WHERE l.shipment_id = s.id) AS lines
     FROM ${SHIPMENTS} WHERE s.order_id = $1 ORDER BY s.id`,
    [orderId],
  );
  return rows;
}

/** One shipment makes way for its parts. Asked again after that, the parts are there already. */
export const replan = (pool: pg.Pool, { orderId, shipmentId, parts, ...how }: Replan): Promise<ReplanOutcome> =>
  inTransaction(pool, async (client): Promise<ReplanOutcome> => {
    const shipments = await lockPlan(client, orderId);
    const shipment = shipments?.find(({ id }) => id === shipmentId);
    if (!shipments || !shipment) return { kind: 'cancelled' };
    if (shipment.takenOut) return { kind: 'taken-out' };
    if (shipment.replaced || hasLeft(shipment.status)) return { kind: 'refused', status: shipment.status };
    if (shipments.length + parts.length > MAX_SHIPMENTS) return { kind: 'too-many' };
    await replace(client, shipment, parts, how);
    const made = await client.query<Shipment>(
      `SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE s.replaces = $1 ORDER BY s.id`,
      [shipmentId],
    );
    return { kind: 'replanned', shipments: made.rows };
  });

/** Takes pieces out of what has not left; once per key. False, and no change, when they are not there any more. */
export const takeOutOfShipments = (pool: pg.Pool, { orderId, key, lines, ...how }: TakeOut): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const shipments = await lockPlan(client, orderId);
    if (!shipments) return false;
    const { rowCount } = await client.query(
      `INSERT INTO request_keys (actor, key, subject, created_at) VALUES ('orders', $1, $2, $3) ON CONFLICT DO NOTHING`,
      [key, `takeOut ${orderId}`, how.now],
    );
    if (rowCount === 0) return true;
    const open = shipments.filter(({ status }) => !hasLeft(status) && status !== 'CANCELLED');
    const left = takeOut(open, lines);
    if (!left) throw new NotThere();
    for (const shipment of open) {
      const rest = left.get(shipment.id);
      if (rest) await replace(client, shipment, rest.length > 0 ? [rest] : [], how);
      if (rest?.length === 0) await client.query('UPDATE shipments SET taken_out = true WHERE id = $1', [shipment.id]);
    }
    return true;
  }).catch((error: unknown) => {
    if (error instanceof NotThere) return false;
    throw error;
  });

/** Rolls the transaction back; never leaves this file. */
class NotThere extends Error {}

async function replace(
  client: pg.PoolClient,
  shipment: Held,
  parts: readonly (readonly Piece[])[],
  { now, newId, autoBuyLabels }: Pick<Replan, 'now' | 'newId' | 'autoBuyLabels'>,
): Promise<void> {
  await cancelLocked(client, shipment, now);
  for (const part of parts) {
    const id = newId('Shipment');
    const grams = weightOf(part, shipment.lines, shipment.weightGrams);
    const lines = part.map((piece) => ({
      ...piece,
      variantId: shipment.lines.find(({ orderLineId }) => orderLineId === piece.orderLineId)?.variantId,
    }));
    const parcels = packParcels(grams).map((each, index) => ({ id: newId('Parcel'), number: index + 1, grams: each }));
    await client.query(SUCCESSOR, [
      ...[shipment.id, id, grams, now, JSON.stringify(lines), JSON.stringify(parcels)],
      autoBuyLabels && shipment.pickupLocationId === null,
    ]);
  }
}

const SUCCESSOR = `
  WITH made AS (
    INSERT INTO shipments (id, order_id, buyer_id, method_id, warehouse_id, pickup_location_id, status, address,
      weight_grams, earliest_delivery, latest_delivery, created_at, replaces)
    SELECT $2, order_id, buyer_id, method_id, warehouse_id, pickup_location_id, 'PLANNED', address, $3,
      earliest_delivery, latest_delivery, $4, id
    FROM shipments WHERE id = $1 RETURNING id),
  made_lines AS (
    INSERT INTO shipment_lines (shipment_id, order_line_id, variant_id, quantity)
    SELECT made.id, l."orderLineId", l."variantId", l.quantity
    FROM made, jsonb_to_recordset($5::jsonb) AS l("orderLineId" TEXT, "variantId" TEXT, quantity INT)),
  made_parcels AS (
    INSERT INTO parcels (id, shipment_id, number, weight_grams, status)
    SELECT b.id, made.id, b.number, b.grams, 'PLANNED'
    FROM made, jsonb_to_recordset($6::jsonb) AS b(id TEXT, number INT, grams INT))
  INSERT INTO outbox (id, topic, key, payload)
  SELECT 'label:' || id, 'carrier.buyLabel', 'label:' || id, jsonb_build_object('shipmentId', id)
  FROM made WHERE $7::boolean`;
