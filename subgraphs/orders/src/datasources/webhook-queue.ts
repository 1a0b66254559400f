import type { Database } from '@cartograph/runtime/database/connect';
import { sweeping } from '@cartograph/runtime/database/sweep';
import type { ClaimedDelivery } from '../domain/webhook.ts';
import type { WebhookQueue } from '../ports/webhooks.ts';

/** Requests to one endpoint that one process has open at once; one alone while it takes nothing. */
const PER_ENDPOINT = 5;
/** Longer than an attempt can last: after that its process is taken for dead. */
const LEASE_SECONDS = 60;

// A lease instead of a lock: no transaction stays open while somebody's server is called. Each endpoint has its own
// places, so that one that hangs delays nobody else.
const CLAIM = `
  WITH free AS (
    SELECT e.id, e.url,
      CASE WHEN e.failing_since IS NULL THEN ${PER_ENDPOINT} ELSE 1 END - coalesce(($2::jsonb ->> e.id)::int, 0) AS places
    FROM webhook_endpoint e WHERE e.status = 'ENABLED'),
  due AS (
    SELECT d.id FROM free CROSS JOIN LATERAL (
      SELECT w.id FROM webhook_delivery w
      WHERE w.endpoint_id = free.id AND w.status = 'PENDING' AND w.due_at <= coalesce($1::timestamptz, now())
      ORDER BY w.due_at LIMIT greatest(free.places, 0) FOR UPDATE SKIP LOCKED) d),
  claimed AS (
    UPDATE webhook_delivery w SET attempts = w.attempts + 1, tries = w.tries + 1,
      due_at = coalesce($1::timestamptz, now()) + interval '${LEASE_SECONDS} seconds'
    FROM due WHERE w.id = due.id RETURNING w.id, w.event_id, w.endpoint_id, w.attempts, w.tries),
  noted AS (
    INSERT INTO webhook_attempt (delivery_id, number, started_at)
    SELECT id, attempts, coalesce($1::timestamptz, now()) FROM claimed)
  SELECT wanted.yes AS wanted, c.id, c.endpoint_id AS "endpointId", free.url, c.attempts, c.tries, e.id AS "eventId", e.type,
    e.occurred_at AS "occurredAt", e.data,
    ARRAY(SELECT s.secret FROM webhook_secret s
      WHERE s.endpoint_id = c.endpoint_id AND (s.expires_at IS NULL OR s.expires_at > coalesce($1::timestamptz, now()))
      ORDER BY s.expires_at DESC NULLS FIRST) AS secrets
  FROM (SELECT EXISTS (SELECT FROM free) AS yes) wanted
    LEFT JOIN (claimed c JOIN free ON free.id = c.endpoint_id JOIN webhook_event e ON e.id = c.event_id) ON TRUE`;

const DELIVERED = `
  WITH taken AS (
    UPDATE webhook_delivery SET status = 'DELIVERED', ended_at = coalesce($3::timestamptz, now()), status_code = $4,
      last_error = NULL
    WHERE id = $1 AND attempts = $2 RETURNING endpoint_id),
  noted AS (
    UPDATE webhook_attempt SET ended_at = coalesce($3::timestamptz, now()), status_code = $4
    WHERE delivery_id = $1 AND number = $2)
  UPDATE webhook_endpoint e SET failing_since = NULL FROM taken
  WHERE e.id = taken.endpoint_id AND e.failing_since IS NOT NULL`;

// Given up meanwhile, because its endpoint was disabled, it stays so.
const REFUSED = `
  WITH refused AS (
    UPDATE webhook_delivery SET status_code = $4, last_error = $5,
      status = CASE WHEN $7::float IS NULL THEN 'DEAD' ELSE status END,
      ended_at = CASE WHEN $7::float IS NULL THEN coalesce(ended_at, $3::timestamptz, now()) ELSE ended_at END,
      due_at = coalesce($3::timestamptz, now()) + make_interval(secs => coalesce($7::float, 0))
    WHERE id = $1 AND attempts = $2 RETURNING endpoint_id),
  noted AS (
    UPDATE webhook_attempt SET ended_at = coalesce($3::timestamptz, now()), status_code = $4, error = $5, response = $6
    WHERE delivery_id = $1 AND number = $2)
  UPDATE webhook_endpoint e SET failing_since = coalesce($3::timestamptz, now()) FROM refused
  WHERE e.id = refused.endpoint_id AND e.failing_since IS NULL`;

/** What is to be sent. Without a clock of its own it goes by the database's, which all processes share. */
export const createWebhookQueue = ({ pool }: Pick<Database, 'pool'>, clock: () => Date | null): WebhookQueue => ({
  async claim(busy) {
    const { rows } = await pool.query<ClaimedDelivery & { readonly wanted: boolean }>({
      name: 'claim-webhooks',
      text: CLAIM,
      values: [clock(), JSON.stringify(Object.fromEntries(busy))],
    });
    const claimed = rows.filter(({ id }) => id !== null).map(({ wanted: _, ...delivery }) => delivery);
    return { claimed, isWanted: rows[0]?.wanted === true };
  },
  async delivered({ id, attempts }, { statusCode }) {
    await pool.query(DELIVERED, [id, attempts, clock(), statusCode]);
  },
  async refused({ id, attempts }, { statusCode, error, response }, pause) {
    await pool.query(REFUSED, [id, attempts, clock(), statusCode, error, response, pause]);
  },
  async isFailing(endpointId, days) {
    const { rowCount } = await pool.query(
      `SELECT FROM webhook_endpoint
       WHERE id = $1 AND failing_since <= coalesce($2::timestamptz, now()) - make_interval(days => $3)`,
      [endpointId, clock(), days],
    );
    return rowCount === 1;
  },
  async sweep() {
    // Also what was written for an endpoint in the moment in which it was deleted or disabled.
    await pool.query(
      sweeping(
        'webhook_delivery d',
        `(d.status <> 'PENDING' AND d.ended_at < coalesce($1::timestamptz, now())
            - CASE d.status WHEN 'DELIVERED' THEN interval '30 days' ELSE interval '90 days' END)
          OR NOT EXISTS (SELECT FROM webhook_endpoint e WHERE e.id = d.endpoint_id)
        LIMIT 10000`,
      ),
      [clock()],
    );
    await pool.query(
      `UPDATE webhook_delivery SET status = 'DEAD', ended_at = coalesce($1::timestamptz, now()), last_error = 'The endpoint was disabled.'
       WHERE id IN (
         SELECT d.id FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
         WHERE e.status = 'DISABLED' AND d.status = 'PENDING' FOR UPDATE OF d SKIP LOCKED)`,
      [clock()],
    );
    await pool.query(
      sweeping(
        'webhook_event e',
        `e.occurred_at < coalesce($1::timestamptz, now()) - interval '1 day'
          AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.event_id = e.id)
        LIMIT 10000`,
      ),
      [clock()],
    );
  },
});
