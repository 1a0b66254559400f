import { createHash } from 'node:crypto';
import { toPage } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { newId } from '@cartograph/runtime/ids';
import type { ChannelOrder, ChannelOrderRecord } from '../domain/channel-order.ts';
import type { ChannelLook, ChannelOrders, TakenOrder } from '../ports/sales-channel.ts';

/** Longer than a look takes between two pages, and than one order takes: whoever has it for longer has died. */
const LOOK_LEASE = `interval '5 minutes'`;
const ORDER_LEASE = `interval '1 minute'`;
/** What was sold before the channel was connected, and may not have been sent. */
const FIRST_LOOK = `interval '1 day'`;

const BEGIN_LOOK = `
  INSERT INTO channel_look AS l (channel, until, leased_until)
  VALUES ($1, clock_timestamp() - ${FIRST_LOOK}, clock_timestamp() + ${LOOK_LEASE})
  ON CONFLICT (channel) DO UPDATE SET leased_until = EXCLUDED.leased_until, number = l.number + 1
    WHERE l.due_at <= clock_timestamp() AND l.leased_until <= clock_timestamp()
  RETURNING channel, until, number, page, page_until AS "pageUntil"`;

// An older picture than the one that is here, or the same again, changes nothing. Once the order is ours, where it goes
// is of no more use here.
const STORE = `
  INSERT INTO channel_order AS o (channel, external_id, order_id, buyer_id, changed_at, digest, picture)
  SELECT $1, n.external_id, n.order_id, n.buyer_id, n.changed_at, n.digest, n.picture
  FROM jsonb_to_recordset($2::jsonb) AS n(external_id TEXT, order_id TEXT, buyer_id TEXT, changed_at TIMESTAMPTZ,
    digest TEXT, picture JSONB)
  ORDER BY n.external_id
  ON CONFLICT (channel, external_id) DO UPDATE SET changed_at = EXCLUDED.changed_at, digest = EXCLUDED.digest,
    picture = CASE WHEN o.status IN ('RECEIVED', 'WAITING', 'STUCK') THEN EXCLUDED.picture
      ELSE EXCLUDED.picture || '{"address": null}' END,
    attempts = CASE WHEN EXCLUDED.digest = o.digest THEN o.attempts ELSE 0 END,
    due_at = CASE WHEN EXCLUDED.digest = o.digest THEN o.due_at ELSE clock_timestamp() END
  WHERE EXCLUDED.changed_at > o.changed_at OR EXCLUDED.changed_at = o.changed_at AND EXCLUDED.digest <> o.digest`;

const CLAIM = `
  WITH due AS (
    SELECT channel, external_id FROM channel_order
    WHERE due_at <= clock_timestamp() AND (leased_until IS NULL OR leased_until <= clock_timestamp())
      AND channel = ANY ($1)
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
  UPDATE channel_order o SET leased_until = clock_timestamp() + ${ORDER_LEASE}, claim = claim + 1
  FROM due WHERE (o.channel, o.external_id) = (due.channel, due.external_id)
  RETURNING o.channel, o.external_id AS "externalId", o.order_id AS "orderId", o.buyer_id AS "buyerId", o.status,
    o.picture, o.changed_at AS "changedAt", o.attempts, o.claim, o.digest`;

const MINE = 'channel = $1 AND external_id = $2 AND claim = $3';
const mine = ({ channel, externalId, claim }: TakenOrder) => [channel, externalId, claim];

const SETTLE = `
  UPDATE channel_order SET status = $4, problem = $5, message = left($6, 1000), leased_until = NULL,
    attempts = CASE WHEN $5::text IS NULL THEN 0 ELSE attempts + 1 END,
    picture = CASE WHEN $4 IN ('RECEIVED', 'WAITING', 'STUCK') THEN picture ELSE picture || '{"address": null}' END,
    due_at = CASE WHEN digest <> $8 THEN clock_timestamp() ELSE clock_timestamp() + $7 * interval '1 millisecond' END
  WHERE ${MINE}`;

const LIST = `
  SELECT position, channel, external_id AS "externalId", order_id AS "orderId", status, problem, message,
    received_at AS "receivedAt", changed_at AS "changedAt", due_at AS "nextAttemptAt"
  FROM channel_order
  WHERE ($1::bigint IS NULL OR position < $1) AND ($2::text[] IS NULL OR status = ANY ($2))
  ORDER BY position DESC LIMIT $3`;

type ClaimedRow = Omit<TakenOrder, 'order'> & {
  readonly picture: Omit<ChannelOrder, 'changedAt'>;
  readonly changedAt: Date;
};

/** The orders of channels. By hand: leases, and pictures that only go forward. */
export const createChannelOrderStore = ({ pool }: Pick<Database, 'pool'>): ChannelOrders => ({
  async beginLook(channel) {
    return (await pool.query<ChannelLook>(BEGIN_LOOK, [channel])).rows[0] ?? null;
  },
  async keepLook({ channel, number }, page, pageUntil) {
    const { rowCount } = await pool.query(
      `UPDATE channel_look SET leased_until = clock_timestamp() + ${LOOK_LEASE}, page = $3, page_until = $4
       WHERE channel = $1 AND number = $2`,
      [channel, number, page, pageUntil],
    );
    return rowCount === 1;
  },
  async store(channel, orders) {
    if (orders.length > 0) await pool.query(STORE, [channel, JSON.stringify(newestOf(orders).map(toRow))]);
  },
  async endLook({ channel, number }, until, nextMs) {
    await pool.query(
      `UPDATE channel_look SET until = greatest(until, $3), due_at = clock_timestamp() + $4 * interval '1 millisecond',
         leased_until = '-infinity', page = NULL, page_until = NULL, last_error = NULL
       WHERE channel = $1 AND number = $2`,
      [channel, number, until, nextMs],
    );
  },
  async failLook({ channel, number }, reason, nextMs, anew) {
    await pool.query(
      `UPDATE channel_look SET due_at = clock_timestamp() + $4 * interval '1 millisecond', leased_until = '-infinity',
         last_error = left($3, 1000), page = CASE WHEN $5 THEN NULL ELSE page END
       WHERE channel = $1 AND number = $2`,
      [channel, number, reason, nextMs, anew],
    );
  },
  async claim(channels, limit) {
    const { rows } = await pool.query<ClaimedRow>(CLAIM, [channels, limit]);
    return rows.map(({ picture, changedAt, ...row }) => ({ ...row, order: { ...picture, changedAt } }));
  },
  async settle(taken, { status, trouble, nextMs }) {
    const { problem = null, message = null } = trouble ?? {};
    await pool.query(SETTLE, [...mine(taken), status, problem, message, nextMs, taken.digest]);
  },
  async renumber(taken, orderId) {
    await pool.query(`UPDATE channel_order SET order_id = $4 WHERE ${MINE}`, [...mine(taken), orderId]);
  },
  async list(viewer, statuses, { limit, after }) {
    if (!seesEverything(viewer)) return toPage<ChannelOrderRecord>([], limit);
    const { rows } = await pool.query<ChannelOrderRecord>(LIST, [after?.[0] ?? null, statuses, limit + 1]);
    return toPage(rows, limit);
  },
});

/** A channel may tell an order twice in one page; a statement cannot. */
function newestOf(orders: readonly ChannelOrder[]): readonly ChannelOrder[] {
  const byId = new Map<string, ChannelOrder>();
  for (const order of orders) {
    const other = byId.get(order.externalId);
    if (!other || other.changedAt <= order.changedAt) byId.set(order.externalId, order);
  }
  return [...byId.values()];
}

function toRow({ changedAt, ...picture }: ChannelOrder) {
  const { externalId } = picture;
  const digest = createHash('sha256').update(JSON.stringify(picture)).digest('base64url');
  return {
    ...{ external_id: externalId, order_id: newId('Order'), buyer_id: newId('Guest') },
    ...{ changed_at: changedAt, digest, picture },
  };
}
