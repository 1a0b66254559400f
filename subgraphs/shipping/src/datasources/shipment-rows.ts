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

/** How a shipment stands in the words of the database's functions, where moments are text. */
export interface Standing extends Omit<LockedShipment, 'parcels'> {
  readonly parcels: readonly (Omit<ParcelRow, 'lastEventAt'> & { readonly lastEventAt: string | null })[];
}

export const toLocked = ({ parcels, ...shipment }: Standing): LockedShipment => ({
  ...shipment,
  parcels: parcels.map(({ lastEventAt, ...parcel }) => ({
    ...parcel,
    lastEventAt: lastEventAt === null ? null : new Date(lastEventAt),
  })),
});

/** What came of a write that depends on how a shipment stood: nothing at all if that has changed. */
export type WrittenIfUnchanged<Stands> =
  | { readonly kind: 'written' | 'duplicate' }
  | { readonly kind: 'changed'; readonly stands: Stands | null };

export interface ParcelMove {
  readonly id: string;
  readonly status: ShipmentStatus;
  readonly lastEventAt: Date | null;
  /** Of a label that it gets with this. */
  readonly label?: { readonly carrier: string; readonly trackingNumber: string; readonly trackingUrl: string | null };
}

/** Parcels, and what their shipment is with them. `at` is when it happened: the carrier's time for messages, ours for staff. */
export interface ShipmentMove {
  readonly parcels: readonly ParcelMove[];
  readonly status: ShipmentStatus;
  readonly problem: string | null;
  readonly at: Date;
}

export const toMove = (
  parcels: readonly ParcelMove[],
  details: Omit<ShipmentMove, 'parcels' | 'status'>,
): ShipmentMove => ({
  parcels,
  status: statusOfAll(parcels.map(({ status }) => status)),
  ...details,
});

/** Writes a move and the news of it for orders, under the shipment's lock. */
export async function moveParcels(client: pg.PoolClient, shipmentId: string, move: ShipmentMove): Promise<void> {
  await client.query('SELECT move_parcels($1, $2)', [shipmentId, JSON.stringify([move])]);
}

/**
 * The labels of a shipment's parcels go back to the carrier, also those that it was asked for and may have sold; returns
 * nothing, for the outbox does the work.
 */
export async function giveLabelsBack(client: pg.PoolClient, shipmentId: string, now: Date): Promise<void> {
  await client.query(
    `WITH unwanted AS (
       UPDATE labels SET void_requested_at = $2 FROM parcels
       WHERE parcels.id = labels.parcel_id AND parcels.shipment_id = $1 AND void_requested_at IS NULL
       RETURNING labels.id),
     unanswered AS (SELECT r.key FROM label_requests r JOIN parcels ON parcels.id = r.parcel_id WHERE shipment_id = $1)
     INSERT INTO outbox (id, topic, key, payload)
     SELECT 'void:' || id, 'carrier.voidLabel', 'void:' || id, jsonb_build_object('labelId', id) FROM unwanted
     UNION ALL
     SELECT 'settle:' || key, 'carrier.settleLabels', 'settle:' || key, jsonb_build_object('shipmentId', $1::text)
     FROM unanswered`,
    [shipmentId, now],
  );
}
