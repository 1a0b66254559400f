import type pg from 'pg';
import { plainPostalCode, plainRegion } from '../domain/destination.ts';
import type { Shipment } from '../domain/shipment.ts';
import type { Plan, PlanOutcome } from '../ports.ts';
import { postalDistance } from './pickup-store.ts';
import { zoneOf } from './rate-store.ts';
import { COLUMNS, SHIPMENTS } from './shipment-rows.ts';

// The buyer waits for it: plan, shipments, lines, parcels and the order to buy labels in one statement. The plan's row
// decides: whoever inserts it makes the shipments, everybody else reads them.
const PLAN = `
  WITH method AS (SELECT id, kind FROM methods WHERE id = $3),
  zone AS (${zoneOf('$6::text', '$7::text', '$8::text')}),
  promise AS (
    SELECT ($10::date[])[mz.min_days + 1] AS earliest, ($10::date[])[mz.max_days + 1] AS latest
    FROM method_zones mz JOIN zone ON zone.zone_id = mz.zone_id WHERE mz.method_id = $3),
  pickup AS (
    SELECT p.id FROM pickup_locations p, method
    WHERE method.kind = 'PICKUP' AND p.active
      AND (p.id = $4::text OR $4::text IS NULL AND p.country_code = $6::text)
    ORDER BY ${postalDistance('$8::text')}, p.name, p.id LIMIT 1),
  plan AS (
    INSERT INTO shipment_plans (order_id, planned_at)
    SELECT $1::text, $9::timestamptz FROM method WHERE kind = 'DELIVERY' OR EXISTS (SELECT 1 FROM pickup)
    ON CONFLICT (order_id) DO NOTHING RETURNING order_id),
  asked AS (
    SELECT * FROM jsonb_to_recordset($11::jsonb) AS a(id TEXT, "warehouseId" TEXT, "weightGrams" INT)),
  made AS (
    INSERT INTO shipments (id, order_id, buyer_id, method_id, warehouse_id, pickup_location_id, status, address,
      weight_grams, earliest_delivery, latest_delivery, created_at)
    SELECT a.id, plan.order_id, $2, $3, a."warehouseId", (SELECT id FROM pickup), 'PLANNED', $5::jsonb,
      a."weightGrams", promise.earliest, promise.latest, $9
    FROM asked a CROSS JOIN plan LEFT JOIN promise ON TRUE RETURNING *),
  made_lines AS (
    INSERT INTO shipment_lines (shipment_id, order_line_id, variant_id, quantity)
    SELECT l."shipmentId", l."orderLineId", l."variantId", l.quantity
    FROM jsonb_to_recordset($12::jsonb) AS l("shipmentId" TEXT, "orderLineId" TEXT, "variantId" TEXT, quantity INT)
    JOIN made ON made.id = l."shipmentId"),
  made_parcels AS (
    INSERT INTO parcels (id, shipment_id, number, weight_grams, status)
    SELECT b.id, b."shipmentId", b.number, b.grams, 'PLANNED'
    FROM jsonb_to_recordset($13::jsonb) AS b(id TEXT, "shipmentId" TEXT, number INT, grams INT)
    JOIN made ON made.id = b."shipmentId"),
  queued AS (
    INSERT INTO outbox (id, topic, key, payload)
    SELECT 'label:' || made.id, 'carrier.buyLabel', 'label:' || made.id, jsonb_build_object('shipmentId', made.id)
    FROM made, method WHERE $14::boolean AND method.kind = 'DELIVERY')
  SELECT ${COLUMNS} FROM made s LEFT JOIN (SELECT NULL::text AS tracking_number, NULL::text AS tracking_url) p ON TRUE
  UNION ALL
  SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE s.order_id = $1
  ORDER BY id`;

export async function planOnce(pool: pg.Pool, plan: Plan): Promise<PlanOutcome> {
  const { rows } = await pool.query<Shipment>(PLAN, parameters(plan));
  return rows.length > 0 ? { kind: 'planned', shipments: rows } : explain(pool, plan);
}

/** Nothing was made and nothing is seen: another request's plan has just been written, or there is a reason. */
async function explain(pool: pg.Pool, { orderId, methodId }: Plan): Promise<PlanOutcome> {
  const { rows } = await pool.query<{ barred: boolean | null; known: boolean }>(
    `SELECT (SELECT cancelled_at IS NOT NULL FROM shipment_plans WHERE order_id = $1) AS barred,
       EXISTS (SELECT 1 FROM methods WHERE id = $2) AS known`,
    [orderId, methodId],
  );
  const shipments = await pool.query<Shipment>(
    `SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE s.order_id = $1 ORDER BY s.id`,
    [orderId],
  );
  if (shipments.rows.length > 0) return { kind: 'planned', shipments: shipments.rows };
  if (rows[0]?.barred) return { kind: 'barred' };
  return { kind: rows[0]?.known ? 'no-pickup' : 'no-method' };
}

function parameters({ address, shipments, ...plan }: Plan): unknown[] {
  const lines = shipments.flatMap(({ id, lines }) => lines.map((line) => ({ ...line, shipmentId: id })));
  const parcels = shipments.flatMap(({ id, parcelIds, parcelGrams }) =>
    parcelIds.map((parcelId, n) => ({ id: parcelId, shipmentId: id, number: n + 1, grams: parcelGrams[n] })),
  );
  return [
    plan.orderId,
    plan.buyerId,
    plan.methodId,
    plan.pickupLocationId,
    JSON.stringify(address),
    address.countryCode,
    plainRegion(address.region),
    plainPostalCode(address.postalCode),
    plan.now,
    plan.days,
    JSON.stringify(shipments.map(({ id, warehouseId, weightGrams }) => ({ id, warehouseId, weightGrams }))),
    JSON.stringify(lines),
    JSON.stringify(parcels),
    plan.autoBuyLabels,
  ];
}
