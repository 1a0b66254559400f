import { inTransaction } from '@cartograph/runtime/database/transaction';
import { newId } from '@cartograph/runtime/ids';
import type pg from 'pg';
import { afterNews, canMove, statusOfAll } from '../domain/shipment-status.ts';
import type { CarrierMessage, TrackingStore } from '../ports.ts';
import { lockShipment, moveParcels, parcelsOf } from './shipment-rows.ts';
import { lockTracking } from './tracking-lock.ts';

export const createTrackingStore = (pool: pg.Pool): TrackingStore => ({
  receive: (carrier, message, now) =>
    inTransaction(pool, async (client) => {
      await lockTracking(client, carrier, message.trackingNumber);
      if (!(await storeOnce(client, carrier, message, now))) return 'duplicate';
      return (await apply(client, carrier, message)) ? 'applied' : 'recorded';
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

async function storeOnce(client: pg.PoolClient, carrier: string, message: CarrierMessage, now: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO tracking_events
       (id, carrier, reference, tracking_number, status, description, location, occurred_at, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (carrier, reference) DO NOTHING`,
    [
      ...[newId('TrackingEvent'), carrier, message.reference, message.trackingNumber, message.status],
      ...[message.description, message.location, message.occurredAt, now],
    ],
  );
  return rowCount === 1;
}

/** False when the message changes nothing: an unknown parcel, old news, or no legal move. */
async function apply(client: pg.PoolClient, carrier: string, message: CarrierMessage): Promise<boolean> {
  const { rows } = await client.query<{ id: string; shipmentId: string }>(
    'SELECT id, shipment_id AS "shipmentId" FROM parcels WHERE carrier = $1 AND tracking_number = $2',
    [carrier, message.trackingNumber],
  );
  const [found] = rows;
  const shipment = found && (await lockShipment(client, found.shipmentId));
  if (!shipment) return false;
  const parcels = await parcelsOf(client, shipment.id);
  const parcel = parcels.find(({ id }) => id === found.id);
  // A label that was replaced while we waited for the lock.
  if (!parcel || parcel.trackingNumber !== message.trackingNumber) return false;
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
