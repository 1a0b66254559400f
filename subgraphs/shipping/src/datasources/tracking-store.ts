import { newId } from '@cartograph/runtime/ids';
import { noteApplied, STORE_EVENT } from '@cartograph/runtime/inbox';
import type pg from 'pg';
import { afterNews, canMove, statusOfAll } from '../domain/shipment-status.ts';
import type { StoredEvent, TrackingStore } from '../ports/tracking.ts';
import type { CarrierMessage } from '../ports.ts';
import {
  type LockedShipment,
  type ShipmentMove,
  type Standing,
  toLocked,
  type WrittenIfUnchanged,
} from './shipment-rows.ts';

export const createTrackingStore = (pool: pg.Pool): TrackingStore => ({
  async storeEvent({ provider, id, type, payload }, { trackingNumber }) {
    const values = [provider, id, type, JSON.stringify(payload), false, trackingNumber];
    const { rows } = await pool.query<{ isNew: boolean; stands: Standing | null }>(STORE_AND_LOOK, values);
    return rows[0]?.isNew ? { provider, id, stands: rows[0].stands } : null;
  },

  async receive(carrier, message, now, stored) {
    const event = JSON.stringify(eventOf(carrier, message, now));
    // Asked without a shipment first: that stores what is about no parcel of ours, and tells of the shipment otherwise.
    let seen = (stored?.stands ?? null) as Standing | null;
    for (let asked = 0; asked < MAX_ASKED; asked += 1) {
      const news = seen && newsOf(toLocked(seen), message);
      const answer = await store(pool, event, seen, news ? [news.move] : [], stored);
      if (answer?.kind === 'duplicate') return 'duplicate';
      if (answer?.kind === 'written') return news?.isMove ? 'applied' : 'recorded';
      seen = answer?.kind === 'changed' ? answer.stands : null;
    }
    throw new Error(`the shipment of ${message.trackingNumber} does not stand still`);
  },

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

/** $6 tracking number. Without a lock: who writes afterwards finds out whether it still stands so. */
const STORE_AND_LOOK = `${STORE_EVENT},
  (SELECT shipment_standing(p.shipment_id) FROM parcels p WHERE p.carrier = $1 AND p.tracking_number = $6) AS stands`;

/** $4 provider and $5 id of the event. */
const RECEIVE_AND_NOTE = `
  WITH received AS MATERIALIZED (SELECT receive_tracking($1, $2, $3) AS answer),
  noted AS (${noteApplied('$4', '$5', "(SELECT FROM received WHERE answer ->> 'kind' <> 'changed') ended")})
  SELECT answer FROM received`;

async function store(
  pool: pg.Pool,
  event: string,
  seen: Standing | null,
  moves: readonly ShipmentMove[],
  stored: StoredEvent | undefined,
): Promise<WrittenIfUnchanged<Standing> | undefined> {
  const { rows } = await pool.query<{ answer: WrittenIfUnchanged<Standing> }>(
    stored ? RECEIVE_AND_NOTE : 'SELECT receive_tracking($1, $2, $3) AS answer',
    [event, seen && JSON.stringify(seen), JSON.stringify(moves), ...(stored ? [stored.provider, stored.id] : [])],
  );
  return rows[0]?.answer;
}

/** Each time, somebody else has written meanwhile. */
const MAX_ASKED = 100;

const eventOf = (
  carrier: string,
  { status, description, location, ...message }: CarrierMessage,
  now: Date,
): Readonly<Record<string, unknown>> => ({
  id: newId('TrackingEvent'),
  carrier,
  reference: message.reference,
  tracking_number: message.trackingNumber,
  ...{ status, description, location },
  occurred_at: message.occurredAt,
  received_at: now,
});

/** Null when the message changes nothing: old news, or of a label that was replaced. `isMove`: more than its time. */
function newsOf(
  shipment: LockedShipment,
  message: CarrierMessage,
): { readonly move: ShipmentMove; readonly isMove: boolean } | null {
  const { parcels } = shipment;
  const parcel = parcels.find(({ trackingNumber }) => trackingNumber === message.trackingNumber);
  if (!parcel) return null;
  const news = afterNews(parcel, message);
  if (news === parcel) return null;
  const after = parcels.map((one) => (one === parcel ? news : one));
  const together = statusOfAll(after.map(({ status }) => status));
  const status = canMove(shipment.status, together) ? together : shipment.status;
  const isMove = news.status !== parcel.status;
  const problem = status !== shipment.status || isMove ? problemOf(message) : shipment.problem;
  return { move: { parcels: after, status, problem, at: message.occurredAt }, isMove };
}

const problemOf = ({ status, description }: CarrierMessage): string | null =>
  status === 'EXCEPTION' ? description : null;
