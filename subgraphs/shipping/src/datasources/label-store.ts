import { isId } from '@cartograph/kernel/id';
import { money } from '@cartograph/kernel/money';
import { isStaff } from '@cartograph/kernel/viewer';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { afterNews, type ShipmentStatus } from '../domain/shipment-status.ts';
import type { BoughtLabel, LabelStore, PendingLabel } from '../ports.ts';
import { COLUMNS, type LockedShipment, moveParcels, type ParcelRow, SHIPMENTS, toLocked } from './shipment-rows.ts';

export const createLabelStore = (prisma: PrismaClient, pool: pg.Pool): LabelStore => ({
  async pending(shipmentId) {
    if (!isId('Shipment', shipmentId)) return null;
    const { rows } = await pool.query<PendingLabel['shipment'] & Pick<PendingLabel, 'carrier' | 'service' | 'parcels'>>(
      `SELECT ${COLUMNS}, m.carrier, m.carrier_service AS service,
         (SELECT COALESCE(json_agg(json_build_object('id', b.id, 'weightGrams', b.weight_grams) ORDER BY b.number), '[]')
          FROM parcels b WHERE b.shipment_id = s.id AND b.tracking_number IS NULL) AS parcels
       FROM ${SHIPMENTS} JOIN methods m ON m.id = s.method_id WHERE s.id = $1`,
      [shipmentId],
    );
    if (!rows[0]) return null;
    const { carrier, service, parcels, ...shipment } = rows[0];
    return { shipment, carrier, service, parcels };
  },

  keep: (pending, parcelId, label, now) => inTransaction(pool, (client) => keep(client, pending, parcelId, label, now)),

  async refuse({ shipment }, reason) {
    await pool.query(
      `UPDATE shipments SET problem = $3 WHERE id = $1 AND address_revision = $2 AND status = 'PLANNED'`,
      [shipment.id, shipment.addressRevision, reason],
    );
  },

  async currentOf(viewer, parcelIds) {
    if (!isStaff(viewer, 'FULFILMENT', 'SUPPORT')) return [];
    const rows = await prisma.label.findMany({ where: { parcelId: { in: [...parcelIds] }, voidRequestedAt: null } });
    return rows.map(({ costMinor, costCurrency, ...row }) => ({
      ...row,
      cost: costMinor === null || costCurrency === null ? null : money(Number(costMinor), costCurrency),
    }));
  },

  toVoid: (id) =>
    prisma.label.findFirst({
      where: { id, voidedAt: null, voidRequestedAt: { not: null } },
      select: { carrier: true, reference: true },
    }),

  async voided(id, now) {
    await prisma.label.updateMany({ where: { id, voidedAt: null }, data: { voidedAt: now, voidProblem: null } });
  },

  async voidRefused(id, reason) {
    await prisma.label.update({
      where: { id },
      data: { voidProblem: reason, parcel: { update: { shipment: { update: { problem: reason } } } } },
    });
  },
});

/** A shipment, with what the carrier has said of its parcels already. */
interface ShipmentToLabel extends LockedShipment {
  readonly messages: readonly {
    readonly parcelId: string;
    readonly status: ShipmentStatus;
    readonly occurredAt: string;
    readonly text: string;
  }[];
}

/** Locks the tracking number, then the shipment, like whoever receives the carrier's messages. */
async function keep(
  client: pg.PoolClient,
  { shipment: { id, addressRevision }, carrier }: PendingLabel,
  parcelId: string,
  label: BoughtLabel,
  now: Date,
): Promise<'kept' | 'unwanted'> {
  if (carrier === null) throw new Error(`${id} has no carrier`);
  const { trackingNumber, trackingUrl } = label;
  const { rows } = await client.query<{ shipment: ShipmentToLabel | null }>(
    'SELECT lock_for_label($1, $2, $3, $4) AS shipment',
    [carrier, trackingNumber, parcelId, id],
  );
  const shipment = rows[0]?.shipment && toLocked(rows[0].shipment);
  const parcel = shipment?.parcels.find((one) => one.id === parcelId);
  if (!shipment || !parcel) throw new Error(`${parcelId} of ${id} is gone`);
  // The other of two purchases with one key, which the carrier answered with the same label.
  if (parcel.trackingNumber === trackingNumber) return 'kept';
  const wanted =
    shipment.status === 'PLANNED' && shipment.addressRevision === addressRevision && parcel.trackingNumber === null;
  await insertLabel(client, carrier, parcelId, label, now, wanted);
  if (!wanted) return 'unwanted';
  const isLast = shipment.parcels.every((one) => one.id === parcelId || one.trackingNumber !== null);
  const parcels = shipment.parcels.map((one) => ({
    ...one,
    status: isLast ? ('LABEL_PURCHASED' as const) : one.status,
    ...(one.id === parcelId && { label: { carrier, trackingNumber, trackingUrl } }),
  }));
  await moveParcels(client, shipment, parcels, { at: now, problem: isLast ? null : shipment.problem });
  if (isLast) await catchUp(client, shipment);
  return 'kept';
}

async function insertLabel(
  client: pg.PoolClient,
  carrier: string,
  parcelId: string,
  label: BoughtLabel,
  now: Date,
  wanted: boolean,
): Promise<void> {
  await client.query(
    `WITH kept AS (
       INSERT INTO labels (id, parcel_id, carrier, reference, service, tracking_number, tracking_url, cost_minor,
         cost_currency, content_type, document, bought_at, void_requested_at)
       VALUES ('Label:' || gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (carrier, reference) DO NOTHING RETURNING id)
     INSERT INTO outbox (id, topic, key, payload)
     SELECT 'void:' || id, 'carrier.voidLabel', 'void:' || id, jsonb_build_object('labelId', id) FROM kept
     WHERE $12::timestamptz IS NOT NULL`,
    [
      ...[parcelId, carrier, label.reference, label.service, label.trackingNumber, label.trackingUrl],
      ...[label.cost?.minor ?? null, label.cost?.currency ?? null, label.contentType, label.document, now],
      wanted ? null : now,
    ],
  );
}

/** Applies messages that were faster than our answer from the carrier. */
async function catchUp(client: pg.PoolClient, { messages, ...shipment }: ShipmentToLabel): Promise<void> {
  const parcels = new Map<string, ParcelRow>(
    shipment.parcels.map((one) => [one.id, { ...one, status: 'LABEL_PURCHASED', lastEventAt: null }]),
  );
  for (const { parcelId, status, occurredAt } of messages) {
    const parcel = parcels.get(parcelId);
    if (parcel) parcels.set(parcelId, afterNews(parcel, { status, occurredAt: new Date(occurredAt) }));
  }
  const last = messages.at(-1);
  if (!last) return;
  await moveParcels(client, { ...shipment, status: 'LABEL_PURCHASED' }, [...parcels.values()], {
    at: new Date(last.occurredAt),
    problem: last.status === 'EXCEPTION' ? last.text : null,
  });
}
