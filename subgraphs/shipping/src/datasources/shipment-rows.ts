import type pg from 'pg';
import type { Shipment } from '../domain/shipment.ts';
import { type ShipmentStatus, statusOfAll } from '../domain/shipment-status.ts';

/** A shipment `s` with its first parcel `p`. Days as text: a `Date` would move them between time zones. */
export const COLUMNS = `s.id, s.order_id AS "orderId", s.buyer_id AS "buyerId", s.method_id AS "methodId",
  s.warehouse_id AS "warehouseId", s.pickup_location_id AS "pickupLocationId", s.status, s.address,
  s.address_revision AS "addressRevision", s.weight_grams AS "weightGrams",
  p.tracking_number AS "trackingNumber", p.tracking_url AS "trackingUrl",
  s.earliest_delivery::text AS "earliestDelivery", s.latest_delivery::text AS "latestDelivery", s.problem,
  s.created_at AS "createdAt", s.handed_over_at AS "handedOverAt", s.delivered_at AS "deliveredAt"`;

export const SHIPMENTS = `shipments s LEFT JOIN parcels p ON p.shipment_id = s.id AND p.number = 1`;

/** A shipment as it is written: nobody else changes it or its parcels until the transaction ends. */
export interface LockedShipment {
  readonly id: string;
  readonly orderId: string;
  readonly status: ShipmentStatus;
  readonly problem: string | null;
  readonly addressRevision: number;
  readonly parcels: readonly ParcelRow[];
}

export interface ParcelRow {
  readonly id: string;
  readonly status: ShipmentStatus;
  readonly lastEventAt: Date | null;
  readonly trackingNumber: string | null;
}

/** Reads a shipment so that nobody else changes it until the transaction ends. */
export async function lockShipment(client: pg.PoolClient, id: string): Promise<Shipment | null> {
  const { rows } = await client.query<Shipment>(
    `SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE s.id = $1 FOR NO KEY UPDATE OF s`,
    [id],
  );
  return rows[0] ?? null;
}

/** Under the shipment's lock, which guards them too. */
export async function parcelsOf(client: pg.PoolClient, shipmentId: string): Promise<readonly ParcelRow[]> {
  const { rows } = await client.query<ParcelRow>(
    `SELECT id, status, last_event_at AS "lastEventAt", tracking_number AS "trackingNumber"
     FROM parcels WHERE shipment_id = $1 ORDER BY number`,
    [shipmentId],
  );
  return rows;
}

/** As the database's functions tell of it, where moments are text. */
export const toLocked = <Told extends LockedShipment>(told: Told): Told => ({
  ...told,
  parcels: told.parcels.map(({ lastEventAt, ...parcel }) => ({
    ...parcel,
    lastEventAt: lastEventAt === null ? null : new Date(lastEventAt),
  })),
});

export interface ParcelMove {
  readonly id: string;
  readonly status: ShipmentStatus;
  readonly lastEventAt: Date | null;
  /** Of a label that it gets with this. */
  readonly label?: { readonly carrier: string; readonly trackingNumber: string; readonly trackingUrl: string | null };
}

/**
 * Writes parcels, their shipment and the news for orders together. `at` is when it happened: the carrier's time for
 * messages, ours for what staff do.
 */
export async function moveParcels(
  client: pg.PoolClient,
  shipment: Pick<Shipment, 'id' | 'orderId' | 'status'>,
  parcels: readonly ParcelMove[],
  { at, problem, status = statusOfAll(parcels.map((parcel) => parcel.status)) }: MoveDetails,
): Promise<void> {
  await client.query(
    `WITH moved AS (
       UPDATE parcels SET status = m.status, last_event_at = m."lastEventAt",
         carrier = CASE WHEN m.label IS NULL THEN parcels.carrier ELSE m.label->>'carrier' END,
         tracking_number = CASE WHEN m.label IS NULL THEN parcels.tracking_number ELSE m.label->>'trackingNumber' END,
         tracking_url = CASE WHEN m.label IS NULL THEN parcels.tracking_url ELSE m.label->>'trackingUrl' END
       FROM jsonb_to_recordset($2::jsonb) AS m(id TEXT, status TEXT, "lastEventAt" TIMESTAMPTZ, label JSONB)
       WHERE parcels.id = m.id
     ), changed AS (
       UPDATE shipments SET status = $3::text, problem = $4,
         handed_over_at = CASE WHEN $3::text IN ('PLANNED', 'LABEL_PURCHASED', 'CANCELLED') THEN handed_over_at
           ELSE COALESCE(handed_over_at, $5::timestamptz) END,
         delivered_at = CASE WHEN $3::text = 'DELIVERED' THEN COALESCE(delivered_at, $5::timestamptz) END
       WHERE id = $1
     )
     INSERT INTO outbox (id, topic, key, payload)
     SELECT 'event:' || gen_random_uuid(), 'orders.shipmentChanged', $6::text,
       jsonb_build_object('orderId', $6::text, 'shipmentId', $1::text, 'status', $3::text)
     WHERE $3::text <> $7::text`,
    [shipment.id, JSON.stringify(parcels), status, problem, at, shipment.orderId, shipment.status],
  );
}

interface MoveDetails {
  readonly at: Date;
  readonly problem: string | null;
  readonly status?: ShipmentStatus;
}

/** The labels of a shipment's parcels go back to the carrier; returns nothing, for the outbox does the work. */
export async function giveLabelsBack(client: pg.PoolClient, shipmentId: string, now: Date): Promise<void> {
  await client.query(
    `WITH unwanted AS (
       UPDATE labels SET void_requested_at = $2 FROM parcels
       WHERE parcels.id = labels.parcel_id AND parcels.shipment_id = $1 AND void_requested_at IS NULL
       RETURNING labels.id)
     INSERT INTO outbox (id, topic, key, payload)
     SELECT 'void:' || id, 'carrier.voidLabel', 'void:' || id, jsonb_build_object('labelId', id) FROM unwanted`,
    [shipmentId, now],
  );
}
