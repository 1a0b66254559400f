import { isId } from '@cartograph/kernel/id';
import { toPage } from '@cartograph/kernel/page';
import { readableOwners } from '@cartograph/kernel/viewer';
import { anyOf } from '@cartograph/runtime/database/keys';
import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Shipment, TrackingEvent } from '../domain/shipment.ts';
import type { ShipmentStatus } from '../domain/shipment-status.ts';
import type { ShipmentOfOrder, ShipmentStore } from '../ports.ts';
import { cancel, cancelOrder, correctAddress, handOver } from './shipment-changes.ts';
import { planOnce } from './shipment-plans.ts';
import { replan, takeOutOfShipments } from './shipment-replans.ts';
import { COLUMNS, SHIPMENTS } from './shipment-rows.ts';

const isOwned = (n: number): string => `($${n}::text[] IS NULL OR s.buyer_id = ANY($${n}))`;

// Who reads an order's shipments asks how and what they bring nearly always, and the buyer waits for it.
const METHOD = `(SELECT jsonb_build_object('id', m.id, 'name', m.name, 'description', m.description, 'kind', m.kind,
    'active', m.active, 'taxClass', m.tax_class, 'carrier', m.carrier, 'carrierService', m.carrier_service,
    'carrierPrices', m.carrier_prices) FROM methods m WHERE m.id = s.method_id)`;
const LINES = `(SELECT coalesce(jsonb_agg(jsonb_build_object('shipmentId', l.shipment_id, 'orderLineId', l.order_line_id,
    'variantId', l.variant_id, 'quantity', l.quantity) ORDER BY l.order_line_id), '[]')
  FROM shipment_lines l WHERE l.shipment_id = s.id)`;

export const createShipmentStore = (prisma: PrismaClient, pool: pg.Pool): ShipmentStore => ({
  // Read with the order that the buyer has just placed, so by hand: days as text, the first parcel in the same row.
  async findByIds(viewer, ids) {
    const { rows } = await pool.query<Shipment>(
      `SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE s.id = ${anyOf(1)} AND ${isOwned(2)}`,
      [ids.filter((id) => isId('Shipment', id)), readableOwners(viewer)],
    );
    return rows;
  },

  async findByOrderIds(viewer, orderIds) {
    const { rows } = await pool.query<Shipment & Omit<ShipmentOfOrder, 'shipment'>>(
      `SELECT ${COLUMNS}, ${METHOD} AS method, ${LINES} AS lines
       FROM ${SHIPMENTS} WHERE s.order_id = ${anyOf(1)} AND ${isOwned(2)} ORDER BY s.id`,
      [orderIds.filter((id) => isId('Order', id)), readableOwners(viewer)],
    );
    return rows.map(({ method, lines, ...shipment }) => ({ shipment, method, lines }));
  },

  async findByTracking(viewer, trackingNumber) {
    if (!/^[\w-]{4,64}$/.test(trackingNumber)) return null;
    const { rows } = await pool.query<Shipment>(
      `SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE ${isOwned(2)}
         AND s.id IN (SELECT shipment_id FROM parcels WHERE tracking_number = $1) ORDER BY s.id DESC LIMIT 1`,
      [trackingNumber, readableOwners(viewer)],
    );
    return rows[0] ?? null;
  },

  async list(viewer, status, { limit, after }) {
    const { rows } = await pool.query<Shipment>(
      `SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE ($1::text IS NULL OR s.status = $1) AND ${isOwned(2)}
         AND ($3::text IS NULL OR s.id < $3) ORDER BY s.id DESC LIMIT $4`,
      [status, readableOwners(viewer), after?.[0] ?? null, limit + 1],
    );
    return toPage(rows, limit);
  },

  linesOf: (shipmentIds) =>
    prisma.shipmentLine.findMany({ where: { shipmentId: { in: [...shipmentIds] } }, orderBy: { orderLineId: 'asc' } }),

  async parcelsOf(shipmentIds) {
    const rows = await prisma.parcel.findMany({
      where: { shipmentId: { in: [...shipmentIds] } },
      orderBy: { number: 'asc' },
    });
    return rows.map((row) => ({ ...row, status: row.status as ShipmentStatus }));
  },

  async eventsOf(asks) {
    // Pages of many shipments at once, each with its own cursor: one statement, which Prisma cannot say.
    const { rows } = await pool.query<TrackingEvent & { n: number }>(
      `SELECT ask.n, e.id, e.tracking_number AS "trackingNumber", e.status, e.description, e.location,
         e.occurred_at AS "occurredAt"
       FROM jsonb_to_recordset($1::jsonb) AS ask(n INT, "shipmentId" TEXT, "limit" INT, at TIMESTAMPTZ, id TEXT)
       CROSS JOIN LATERAL (
         SELECT e.* FROM tracking_events e JOIN parcels p ON p.carrier = e.carrier AND p.tracking_number = e.tracking_number
         WHERE p.shipment_id = ask."shipmentId" AND (ask.at IS NULL OR (e.occurred_at, e.id) < (ask.at, ask.id))
         ORDER BY e.occurred_at DESC, e.id DESC LIMIT ask."limit") e
       ORDER BY ask.n, e.occurred_at DESC, e.id DESC`,
      [
        JSON.stringify(
          asks.map(({ shipmentId, page: { limit, after } }, n) => ({
            ...{ n, shipmentId, limit: limit + 1 },
            at: after?.[0] ?? null,
            id: after?.[1] ?? null,
          })),
        ),
      ],
    );
    return asks.map(({ page }, n) =>
      toPage(
        rows.filter((row) => row.n === n),
        page.limit,
      ),
    );
  },

  async findReplacements(id) {
    const { rows } = await pool.query<Shipment>(
      `SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE s.replaces = $1 ORDER BY s.id`,
      [id],
    );
    return rows;
  },

  plan: (plan) => planOnce(pool, plan),
  replan: (asked) => replan(pool, asked),
  takeOut: (asked) => takeOutOfShipments(pool, asked),
  cancelOrder: (orderId, now) => cancelOrder(pool, orderId, now),
  cancel: (id, now) => cancel(pool, id, now),
  handOver: (id, now) => handOver(pool, id, now),
  correctAddress: (id, address, now, autoBuyLabels) => correctAddress(pool, id, address, now, autoBuyLabels),

  async claimKey(actor, key, subject, now) {
    const { rows } = await pool.query<{ subject: string }>(
      // The update changes nothing, but makes the statement return the row of whoever came first.
      `INSERT INTO request_keys AS k (actor, key, subject, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (actor, key) DO UPDATE SET subject = k.subject RETURNING subject`,
      [actor, key, subject, now],
    );
    return rows[0]?.subject === subject;
  },
});
