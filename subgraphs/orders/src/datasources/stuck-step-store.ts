import { toPage } from '@cartograph/kernel/page';
import type { Database } from '@cartograph/runtime/database/connect';
import { REVIVED_KEY } from '@cartograph/runtime/outbox';
import type { StuckStep } from '../domain/stuck-step.ts';
import type { StuckSteps } from '../ports/order-timeline.ts';
import { eventsJson, tell } from './order-timeline.ts';

// A saga's state names its order, or the return that does. To the millisecond, as the cursor has it.
const STUCK = `
  SELECT s.id || '/' || coalesce(s.failing_step, s.step) || CASE s.status WHEN 'UNDOING' THEN '/undo' ELSE '' END AS id,
    s.id AS "sagaId", coalesce(s.state->>'orderId', r.order_id) AS "orderId", s.name AS process,
    coalesce(s.failing_step, s.step) AS step,
    s.status = 'UNDOING' AS undoing, s.attempts, coalesce(s.last_error, '') AS reason,
    date_trunc('milliseconds', s.failing_since) AS since, s.next_attempt_at AS "nextAttemptAt"
  FROM saga s LEFT JOIN order_return r ON r.id = s.state->>'returnId'
  WHERE s.status IN ('RUNNING', 'UNDOING') AND s.failing_since IS NOT NULL
  UNION ALL
  SELECT o.id, NULL, coalesce(o.payload->>'orderId', r.order_id), 'delivery', o.topic, false, o.attempts, o.last_error,
    date_trunc('milliseconds', o.created_at), CASE WHEN o.key LIKE 'dead:%' THEN NULL ELSE o.due_at END
  FROM outbox o LEFT JOIN order_return r ON r.id = o.payload->>'returnId'
  WHERE o.last_error IS NOT NULL AND coalesce(o.payload->>'orderId', r.order_id) IS NOT NULL
  UNION ALL
  SELECT m.id, NULL, m.order_id, 'delivery', m.kind, false, m.attempts, m.last_error,
    date_trunc('milliseconds', m.created_at), m.due_at
  FROM channel_message m WHERE m.last_error IS NOT NULL`;

const TAKE = `
  WITH taken AS (
    UPDATE saga SET status = $4, refusal = $5, state = $9, lease_owner = $6, lease_until = now() + make_interval(secs => $7),
      version = version + 1, attempts = 0, last_error = NULL, failing_step = NULL, failing_since = NULL, next_attempt_at = NULL,
      updated_at = now()
    WHERE id = $1 AND version = $2 AND step = $3 AND attempts > 0 AND status IN ('RUNNING', 'UNDOING') RETURNING id),
  told AS (${tell('$8', 'taken')})
  SELECT FROM taken`;

// Not while somebody delivers it: that attempt has yet to end.
const RETRY = `
  WITH left_out AS (
    UPDATE outbox SET due_at = now(), attempts = 0, last_error = NULL, key = ${REVIVED_KEY}
    WHERE id = $1 AND last_error IS NOT NULL AND taken_by IS NULL RETURNING id),
  untold AS (
    UPDATE channel_message SET due_at = now(), attempts = 0, last_error = NULL
    WHERE id = $1 AND last_error IS NOT NULL AND NOT sending RETURNING id),
  taken AS (SELECT id FROM left_out UNION ALL SELECT id FROM untold),
  told AS (${tell('$2', 'taken')})
  SELECT FROM taken`;

const DROP = `
  WITH left_out AS (
    DELETE FROM outbox WHERE id = $1 AND last_error IS NOT NULL AND taken_by IS NULL RETURNING id),
  untold AS (
    DELETE FROM channel_message WHERE id = $1 AND last_error IS NOT NULL AND NOT sending RETURNING id),
  taken AS (SELECT id FROM left_out UNION ALL SELECT id FROM untold),
  told AS (${tell('$2', 'taken')})
  SELECT FROM taken`;

/** What got no answer, and taking it in hand. By hand: sagas and outbox are one list here. */
export const createStuckStepStore = ({ pool }: Pick<Database, 'pool'>, outboxWritten: () => void): StuckSteps => ({
  async find(id) {
    const { rows } = await pool.query<StuckStep>(`SELECT * FROM (${STUCK}) stuck WHERE id = $1`, [id]);
    return rows[0] ?? null;
  },
  async listByOrderIds(orderIds) {
    const { rows } = await pool.query<StuckStep>(
      `SELECT * FROM (${STUCK}) stuck WHERE "orderId" = ANY ($1) ORDER BY since, id`,
      [orderIds],
    );
    return rows;
  },
  async list(page) {
    const { rows } = await pool.query<StuckStep>(
      `SELECT * FROM (${STUCK}) stuck WHERE $1::timestamptz IS NULL OR (since, id) > ($1, $2)
       ORDER BY since, id LIMIT $3`,
      [page.after?.[0] ?? null, page.after?.[1] ?? null, page.limit + 1],
    );
    return toPage(rows, page.limit);
  },
  async takeSaga({ id, version, step, status, state, refusal, owner, leaseSeconds }, event) {
    const values = [id, version, step, status, refusal === null ? null : JSON.stringify(refusal), owner, leaseSeconds];
    const { rowCount } = await pool.query(TAKE, [...values, eventsJson([event]), JSON.stringify(state)]);
    return rowCount === 1;
  },
  async retryDelivery(id, event) {
    const { rowCount } = await pool.query(RETRY, [id, eventsJson([event])]);
    outboxWritten();
    return rowCount === 1;
  },
  async dropDelivery(id, event) {
    const { rowCount } = await pool.query(DROP, [id, eventsJson([event])]);
    return rowCount === 1;
  },
});
