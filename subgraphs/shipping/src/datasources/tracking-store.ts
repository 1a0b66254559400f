import { inTransaction } from '@cartograph/runtime/database/transaction';
import { newId } from '@cartograph/runtime/ids';
import type pg from 'pg';
import { afterNews, canMove, statusOfAll } from '../domain/shipment-status.ts';
import type { CarrierMessage, TrackingStore } from '../ports.ts';
import { type LockedShipment, moveParcels, toLocked } from './shipment-rows.ts';

export const createTrackingStore = (pool: pg.Pool): TrackingStore => ({
  receive: (carrier, message, now) =>
    inTransaction(pool, async (client) => {
      const shipment = await store(client, carrier, message, now);
      if (shipment === 'duplicate') return 'duplicate';
      return shipment && (await apply(client, shipment, message)) ? 'applied' : 'recorded';
    }),

  async claimSilent(since, now, limit) {
    const { rows } = await pool.query<{ carrier: string; trackingNumber: string }>(
      // The same condition as the index parcels_moving.
      `UPDATE parcels SET asked_at = $2 WHERE id IN (
         SELECT id FROM parcels
         WHERE status IN ('LABEL_PURCHASED', 'HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'EXCEPTION')
           AND (asked_at IS NULL OR asked_at < $1) AND (last_event_at IS NULL OR last_event_at < $1)
           AND tracking_number IS NOT NULL
         ORDER BY asked_at NULLS FIRST LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING carrier, tracking_number AS "trackingNumber"`,
      [since, now, limit],
    );
    return rows;
  },
});

/** Stores a message once, and locks the shipment that it is about; null when no parcel has its number. */
async function store(
  client: pg.PoolClient,
  carrier: string,
  { status, description, location, ...message }: CarrierMessage,
  now: Date,
): Promise<LockedShipment | null | 'duplicate'> {
  const event = {
    id: newId('TrackingEvent'),
    carrier,
    reference: message.reference,
    tracking_number: message.trackingNumber,
    ...{ status, description, location },
    occurred_at: message.occurredAt,
    received_at: now,
  };
  const { rows } = await client.query<{ shipment: LockedShipment | Record<string, never> | null }>(
    'SELECT receive_tracking($1) AS shipment',
    [JSON.stringify(event)],
  );
  const shipment = rows[0]?.shipment ?? null;
  if (!shipment) return 'duplicate';
  return 'id' in shipment ? toLocked(shipment as LockedShipment) : null;
}

/** False when the message changes nothing: old news, or no legal move. */
async function apply(client: pg.PoolClient, shipment: LockedShipment, message: CarrierMessage): Promise<boolean> {
  const { parcels } = shipment;
  // None when the label was replaced while we waited for the lock.
  const parcel = parcels.find(({ trackingNumber }) => trackingNumber === message.trackingNumber);
  if (!parcel) return false;
  const news = afterNews(parcel, message);
  if (news === parcel) return false;
  const after = parcels.map((one) => (one === parcel ? news : one));
  const together = statusOfAll(after.map(({ status }) => status));
  const status = canMove(shipment.status, together) ? together : shipment.status;
  const moved = news.status !== parcel.status;
  const problem = status !== shipment.status || moved ? problemOf(message) : shipment.problem;
  await moveParcels(client, shipment, after, { at: message.occurredAt, problem, status });
  return moved;
}

const problemOf = ({ status, description }: CarrierMessage): string | null =>
  status === 'EXCEPTION' ? description : null;
