import { isId } from '@cartograph/kernel/id';
import { money } from '@cartograph/kernel/money';
import { isStaff } from '@cartograph/kernel/viewer';
import { isUniqueViolation } from '@cartograph/runtime/database/transaction';
import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { afterNews, type ShipmentStatus } from '../domain/shipment-status.ts';
import type { LabelAsk, LabelKept, LabelStore, PendingLabel } from '../ports/labels.ts';
import type { BoughtLabel } from '../ports.ts';
import {
  COLUMNS,
  type LockedShipment,
  type ParcelMove,
  type ParcelRow,
  SHIPMENTS,
  type ShipmentMove,
  type Standing,
  toLocked,
  toMove,
  type WrittenIfUnchanged,
} from './shipment-rows.ts';

export const createLabelStore = (prisma: PrismaClient, pool: pg.Pool): LabelStore => ({
  async pending(shipmentId) {
    if (!isId('Shipment', shipmentId)) return null;
    const { rows } = await pool.query<PendingRow>(pendingLabel(), [shipmentId]);
    return rows[0] ? toPending(rows[0]) : null;
  },

  async begin(shipmentId, { carriers, address }, now) {
    if (!isId('Shipment', shipmentId)) return null;
    const { rows } = await pool.query<PendingRow & { readonly ask: LabelAsk | null }>(BEGIN, [
      ...[shipmentId, carriers, JSON.stringify(address), now],
    ]);
    if (!rows[0]) return null;
    const { ask, ...row } = rows[0];
    return { pending: toPending(row), ask };
  },

  async ask({ shipment: { id, addressRevision } }, parcelId, { carriers, address }, now) {
    const { rows } = await pool.query<LabelAsk>(ASK, [
      ...[id, carriers, JSON.stringify(address), now, parcelId, addressRevision],
    ]);
    return rows[0] ?? null;
  },

  async unanswered(shipmentId) {
    const { rows } = await pool.query<LabelAsk>(
      `SELECT r.carrier, r.address_revision AS "addressRevision", r.request
       FROM label_requests r JOIN parcels b ON b.id = r.parcel_id WHERE b.shipment_id = $1 ORDER BY r.asked_at, r.key`,
      [shipmentId],
    );
    return rows;
  },

  keep: (pending, ask, label, now) => keep(pool, pending, ask, label, now),

  async refuse({ shipment }, reason, ask) {
    await pool.query(
      `WITH answered AS (DELETE FROM label_requests WHERE key = $4)
       UPDATE shipments SET problem = $3 WHERE id = $1 AND address_revision = $2 AND status = 'PLANNED'`,
      [shipment.id, ask?.addressRevision ?? shipment.addressRevision, reason, ask?.request.key],
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

type PendingRow = PendingLabel['shipment'] & Omit<PendingLabel, 'shipment'>;

const pendingLabel = (more = ''): string => `
  SELECT ${COLUMNS}, m.carrier, m.carrier_service AS service, shipment_standing(s.id) AS stands,
    (SELECT COALESCE(json_agg(json_build_object('id', b.id, 'weightGrams', b.weight_grams) ORDER BY b.number), '[]')
     FROM parcels b WHERE b.shipment_id = s.id AND b.tracking_number IS NULL) AS parcels${more}
  FROM ${SHIPMENTS} JOIN methods m ON m.id = s.method_id WHERE s.id = $1`;

const toPending = ({ carrier, service, parcels, stands, ...shipment }: PendingRow): PendingLabel => ({
  ...{ shipment, carrier, service, parcels, stands },
});

/**
 * Writes down what a carrier is about to be asked for a parcel, under the lock that whoever cancels takes: either they find
 * what was asked, or nothing is asked any more. $1 shipment, $2 carriers, $3 sender, $4 now.
 */
const asked = (parcel: string, still = ''): string => `
  WITH waiting AS (
    SELECT s.address, s.address_revision, m.carrier, m.carrier_service
    FROM shipments s JOIN methods m ON m.id = s.method_id
    WHERE s.id = $1 AND s.status = 'PLANNED' AND m.carrier_service IS NOT NULL AND m.carrier = ANY ($2) ${still}
    FOR NO KEY UPDATE OF s),
  parcel AS (SELECT id, weight_grams FROM parcels WHERE shipment_id = $1 AND ${parcel}),
  asked AS (
    INSERT INTO label_requests AS r (key, parcel_id, carrier, address_revision, request, asked_at)
    SELECT p.id || ':' || w.address_revision, p.id, w.carrier, w.address_revision,
      jsonb_build_object('key', p.id || ':' || w.address_revision, 'parcelId', p.id, 'service', w.carrier_service,
        'from', $3::jsonb, 'to', w.address, 'weightGrams', p.weight_grams), $4
    FROM waiting w CROSS JOIN parcel p
    ON CONFLICT (key) DO UPDATE SET asked_at = r.asked_at
    RETURNING carrier, address_revision AS "addressRevision", request)`;

const BEGIN = `${asked('tracking_number IS NULL ORDER BY number LIMIT 1')}
  ${pendingLabel(', (SELECT to_jsonb(asked) FROM asked) AS ask')}`;

/** $5 parcel, $6 the revision of the address that was read. */
const ASK = `${asked('id = $5', 'AND s.address_revision = $6')} SELECT * FROM asked`;

/** A shipment, with what the carrier has said of its parcels already. */
interface StandingWithMessages extends Standing {
  readonly messages: readonly {
    readonly parcelId: string;
    readonly status: ShipmentStatus;
    readonly occurredAt: string;
    readonly text: string;
  }[];
}

/** Each time, somebody else has written meanwhile. */
const MAX_ASKED = 100;

async function keep(
  pool: pg.Pool,
  { shipment: { id }, stands }: PendingLabel,
  ask: LabelAsk,
  label: BoughtLabel,
  now: Date,
): Promise<LabelKept> {
  const { carrier, addressRevision } = ask;
  const { key, parcelId } = ask.request;
  let seen: StandingWithMessages = { ...(stands as Standing), messages: [] };
  let isTaken = false;
  for (let asked = 0; asked < MAX_ASKED; asked += 1) {
    const shipment = toLocked(seen);
    const parcel = shipment.parcels.find((one) => one.id === parcelId);
    if (!parcel) throw new Error(`${parcelId} of ${id} is gone`);
    // The other of two purchases with one key, which the carrier answered with the same label.
    if (parcel.trackingNumber === label.trackingNumber) {
      await pool.query('DELETE FROM label_requests WHERE key = $1', [key]);
      return 'kept';
    }
    const isPlanned = shipment.status === 'PLANNED' && shipment.addressRevision === addressRevision;
    const wanted = isPlanned && parcel.trackingNumber === null && !isTaken;
    const moves = wanted ? movesOf(shipment, seen.messages, { ...label, carrier, parcelId, now }) : [];
    const values = [
      id,
      JSON.stringify(seen),
      JSON.stringify({ key, ...columnsOf(carrier, parcelId, label, now, wanted) }),
    ];
    const answer = await write(pool, [...values, label.document, JSON.stringify(moves)]);
    if (answer === 'number-taken') {
      isTaken = true;
      continue;
    }
    if (answer?.kind === 'written') return isTaken ? 'number-taken' : wanted ? 'kept' : 'unwanted';
    if (answer?.kind !== 'changed' || !answer.stands) throw new Error(`${id} is gone`);
    seen = answer.stands;
  }
  throw new Error(`${id} does not stand still`);
}

const write = (pool: pg.Pool, values: readonly unknown[]) =>
  pool
    .query<{ answer: WrittenIfUnchanged<StandingWithMessages> }>('SELECT keep_label($1, $2, $3, $4, $5) AS answer', [
      ...values,
    ])
    .then(
      ({ rows }) => rows[0]?.answer,
      (error) => {
        if (isUniqueViolation(error, 'parcels_carrier_tracking_number_key')) return 'number-taken' as const;
        throw error;
      },
    );

const columnsOf = (
  carrier: string,
  parcelId: string,
  { reference, service, trackingNumber, trackingUrl, contentType, cost }: BoughtLabel,
  now: Date,
  wanted: boolean,
): Readonly<Record<string, unknown>> => ({
  ...{ parcelId, carrier, reference, service, trackingNumber, trackingUrl, contentType },
  costMinor: cost?.minor ?? null,
  costCurrency: cost?.currency ?? null,
  boughtAt: now,
  voidRequestedAt: wanted ? null : now,
});

interface NewLabel extends Pick<BoughtLabel, 'trackingNumber' | 'trackingUrl'> {
  readonly carrier: string;
  readonly parcelId: string;
  readonly now: Date;
}

/** What a label changes: the last one labels the shipment, which then follows what was faster than our answer. */
function movesOf(
  shipment: LockedShipment,
  messages: StandingWithMessages['messages'],
  { carrier, parcelId, trackingNumber, trackingUrl, now }: NewLabel,
): readonly ShipmentMove[] {
  const isLast = shipment.parcels.every((one) => one.id === parcelId || one.trackingNumber !== null);
  const labelled = shipment.parcels.map(
    (one): ParcelMove => ({
      ...one,
      status: isLast ? 'LABEL_PURCHASED' : one.status,
      ...(one.id === parcelId && { label: { carrier, trackingNumber, trackingUrl } }),
    }),
  );
  const move = toMove(labelled, { at: now, problem: isLast ? null : shipment.problem });
  return isLast ? [move, ...catchUp(shipment.parcels, messages)] : [move];
}

/** Applies messages that were faster than our answer from the carrier. */
function catchUp(labelled: readonly ParcelRow[], messages: StandingWithMessages['messages']): readonly ShipmentMove[] {
  const parcels = new Map<string, ParcelRow>(
    labelled.map((one) => [one.id, { ...one, status: 'LABEL_PURCHASED', lastEventAt: null }]),
  );
  for (const { parcelId, status, occurredAt } of messages) {
    const parcel = parcels.get(parcelId);
    if (parcel) parcels.set(parcelId, afterNews(parcel, { status, occurredAt: new Date(occurredAt) }));
  }
  const last = messages.at(-1);
  if (!last) return [];
  const problem = last.status === 'EXCEPTION' ? last.text : null;
  return [toMove([...parcels.values()], { at: new Date(last.occurredAt), problem })];
}
