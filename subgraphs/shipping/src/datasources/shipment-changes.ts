import { isId } from '@cartograph/kernel/id';
import type { PostalAddress } from '@cartograph/kernel/postal-address';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type pg from 'pg';
import type { Shipment } from '../domain/shipment.ts';
import { hasLeft } from '../domain/shipment-status.ts';
import type { Change } from '../ports.ts';
import { COLUMNS, giveLabelsBack, lockShipment, moveParcels, parcelsOf, SHIPMENTS, toMove } from './shipment-rows.ts';

/** Cancels all shipments of an order or none. Locks the plan, then the shipments in the order of their ids. */
export const cancelOrder = (pool: pg.Pool, orderId: string, now: Date): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    // Inserted even when nothing is planned: a plan that arrives late, after its order was cancelled, finds it.
    await client.query(
      `INSERT INTO shipment_plans AS plan (order_id, cancelled_at) VALUES ($1, $2)
       ON CONFLICT (order_id) DO UPDATE SET cancelled_at = COALESCE(plan.cancelled_at, EXCLUDED.cancelled_at)`,
      [orderId, now],
    );
    const { rows } = await client.query<Shipment>(
      `SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE s.order_id = $1 ORDER BY s.id FOR NO KEY UPDATE OF s`,
      [orderId],
    );
    if (rows.some(({ status }) => hasLeft(status))) throw new AlreadyLeft();
    for (const shipment of rows) await cancelLocked(client, shipment, now);
    return true;
  }).catch((error: unknown) => {
    if (error instanceof AlreadyLeft) return false;
    throw error;
  });

/** Rolls the transaction back; never leaves this file. */
class AlreadyLeft extends Error {}

/** Under the lock of the shipment. */
export async function cancelLocked(client: pg.PoolClient, shipment: Shipment, now: Date): Promise<void> {
  if (shipment.status === 'CANCELLED') return;
  const parcels = await parcelsOf(client, shipment.id);
  const cancelled = parcels.map(({ id, lastEventAt }) => ({ id, lastEventAt, status: 'CANCELLED' as const }));
  await moveParcels(client, shipment.id, toMove(cancelled, { at: now, problem: null }));
  await giveLabelsBack(client, shipment.id, now);
}

export const cancel = (pool: pg.Pool, id: string, now: Date): Promise<Change> =>
  change(pool, id, async (client, shipment) => {
    if (hasLeft(shipment.status)) return false;
    await cancelLocked(client, shipment, now);
    return true;
  });

/** A delivery goes to the carrier, a pick-up to the buyer. What has left already stays as it is. */
export const handOver = (pool: pg.Pool, id: string, now: Date): Promise<Change> =>
  change(pool, id, async (client, shipment) => {
    if (['HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'].includes(shipment.status)) return true;
    const collected = shipment.pickupLocationId !== null;
    if (shipment.status !== (collected ? 'PLANNED' : 'LABEL_PURCHASED')) return false;
    const parcels = await parcelsOf(client, shipment.id);
    // `lastEventAt` stays the carrier's: our clock must not make its messages look old.
    const handedOver = parcels.map(({ id, lastEventAt, status }) => ({
      id,
      lastEventAt,
      status: collected ? ('DELIVERED' as const) : status === 'LABEL_PURCHASED' ? ('HANDED_OVER' as const) : status,
    }));
    await moveParcels(client, shipment.id, toMove(handedOver, { at: now, problem: null }));
    return true;
  });

/** Labels that were bought for the old address go back, and the next are bought under a new key. */
export const correctAddress = (
  pool: pg.Pool,
  id: string,
  address: PostalAddress,
  now: Date,
  autoBuy: boolean,
): Promise<Change> =>
  change(pool, id, async (client, shipment) => {
    if (shipment.status !== 'PLANNED') return false;
    await client.query(
      `UPDATE shipments SET address = $2, address_revision = address_revision + 1, problem = NULL WHERE id = $1`,
      [id, JSON.stringify(address)],
    );
    await giveLabelsBack(client, id, now);
    await client.query(
      'UPDATE parcels SET carrier = NULL, tracking_number = NULL, tracking_url = NULL WHERE shipment_id = $1',
      [id],
    );
    if (autoBuy && shipment.pickupLocationId === null)
      await client.query(
        `INSERT INTO outbox (id, topic, key, payload) VALUES
           ('label:' || $1 || ':' || $2, 'carrier.buyLabel', 'label:' || $1, jsonb_build_object('shipmentId', $1::text))`,
        [id, shipment.addressRevision + 1],
      );
    return true;
  });

/** Under the shipment's lock; answers with the shipment as it is afterwards. */
const change = (
  pool: pg.Pool,
  id: string,
  work: (client: pg.PoolClient, shipment: Shipment) => Promise<boolean>,
): Promise<Change> =>
  inTransaction(pool, async (client): Promise<Change> => {
    const shipment = isId('Shipment', id) ? await lockShipment(client, id) : null;
    if (!shipment) return { kind: 'absent' };
    if (!(await work(client, shipment))) return { kind: 'refused', shipment };
    const after = await client.query<Shipment>(`SELECT ${COLUMNS} FROM ${SHIPMENTS} WHERE s.id = $1`, [id]);
    return { kind: 'changed', shipment: after.rows[0] ?? shipment };
  });
