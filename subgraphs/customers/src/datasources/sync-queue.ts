import { toPage } from '@cartograph/kernel/page';
import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type { ClaimedSync, SyncDelivery } from '../domain/sync.ts';
import type { SyncQueue } from '../ports/sync.ts';

/** Longer than an attempt can last: after that its process is taken for dead. */
const LEASE_SECONDS = 60;
const CUSTOMERS_AT_ONCE = 200;

// A lease instead of a lock: no transaction stays open while a receiver is called. What comes first for a customer is
// taken first; what waits for its next try holds back this customer alone, and a dead letter nobody.
const CLAIM = `
  WITH free AS (SELECT key AS receiver, value::int AS places FROM jsonb_each_text($1)),
  due AS (
    SELECT d.id FROM free CROSS JOIN LATERAL (
      SELECT w.id FROM sync_deliveries w
      WHERE w.receiver = free.receiver AND w.status = 'PENDING' AND w.due_at <= $2
        AND NOT EXISTS (
          SELECT FROM sync_deliveries e WHERE e.receiver = w.receiver AND e.customer_id = w.customer_id
            AND e.status = 'PENDING' AND e.event_position < w.event_position)
      ORDER BY w.due_at, w.event_position LIMIT greatest(free.places, 0) FOR UPDATE SKIP LOCKED) d),
  claimed AS (
    UPDATE sync_deliveries d SET attempts = d.attempts + 1, tries = d.tries + 1,
      due_at = $2::timestamptz + interval '${LEASE_SECONDS} seconds'
    FROM due WHERE d.id = due.id RETURNING d.*)
  SELECT c.id, c.receiver, c.customer_id AS "customerId", c.attempts, c.tries, e.type AS event, e.data,
    e.occurred_at AS "occurredAt"
  FROM claimed c JOIN sync_events e ON e.position = c.event_position`;

const END = `
  UPDATE sync_deliveries SET status = $3, ended_at = $4, last_error = NULL
  WHERE id = $1 AND attempts = $2 AND status = 'PENDING'`;

const LOCK_EVENT = `
  SELECT FROM sync_events WHERE position = (SELECT event_position FROM sync_deliveries WHERE id = $1) FOR NO KEY UPDATE`;

// What an erasure needed is forgotten when the last receiver was told.
const FORGET = `
  UPDATE sync_events e SET data = '{}' FROM sync_deliveries d
  WHERE d.id = $1 AND e.position = d.event_position AND NOT EXISTS (
    SELECT FROM sync_deliveries o WHERE o.event_position = e.position AND o.status IN ('PENDING', 'DEAD'))`;

const SELECT = `SELECT d.id, d.receiver, d.customer_id AS "customerId", e.type AS event, d.status, d.attempts,
    d.last_error AS "lastError", e.occurred_at AS "occurredAt", d.due_at AS "dueAt", d.ended_at AS "endedAt"
  FROM sync_deliveries d JOIN sync_events e ON e.position = d.event_position`;

export const createSyncQueue = (db: Pick<Database, 'pool'>): SyncQueue => ({
  open: (receivers) => open(db, receivers),
  catchUp: () => catchUp(db),
  async claim(places, now) {
    const { rows } = await db.pool.query<ClaimedSync>({
      name: 'claim-sync',
      text: CLAIM,
      values: [JSON.stringify(Object.fromEntries(places)), now],
    });
    return rows;
  },
  end({ id, attempts, event }, status, now) {
    const values = [id, attempts, status, now];
    if (event !== 'CUSTOMER_ERASED') return db.pool.query(END, values).then(() => {});
    return inTransaction(db.pool, async (client) => {
      // Of two receivers at once, the second sees that the first was told.
      await client.query(LOCK_EVENT, [id]);
      await client.query(END, values);
      await client.query(FORGET, [id]);
    });
  },
  async fail({ id, attempts }, error, retryAt, now) {
    await db.pool.query(
      `UPDATE sync_deliveries SET last_error = $3, due_at = coalesce($4, due_at),
         status = CASE WHEN $4::timestamptz IS NULL THEN 'DEAD' ELSE status END,
         ended_at = CASE WHEN $4::timestamptz IS NULL THEN $5::timestamptz END
       WHERE id = $1 AND attempts = $2 AND status = 'PENDING'`,
      [id, attempts, error.slice(0, 1000), retryAt, now],
    );
  },
  async list({ status, receiver, customerId }, { limit, after }) {
    const { rows } = await db.pool.query<SyncDelivery>(
      `${SELECT}
       WHERE ($1::text IS NULL OR d.status = $1) AND ($2::text IS NULL OR d.receiver = $2)
         AND ($3::text IS NULL OR d.customer_id = $3) AND ($4::text IS NULL OR d.id < $4)
       ORDER BY d.id DESC LIMIT $5`,
      [status, receiver, customerId, after?.[0] ?? null, limit + 1],
    );
    return toPage(rows, limit);
  },
  async replay(id, now) {
    await db.pool.query(
      `UPDATE sync_deliveries SET status = 'PENDING', tries = 0, due_at = $2, ended_at = NULL
       WHERE id = $1 AND status = 'DEAD'`,
      [id, now],
    );
    const { rows } = await db.pool.query<SyncDelivery>(`${SELECT} WHERE d.id = $1`, [id]);
    return rows[0] ?? null;
  },
});

async function open({ pool }: Pick<Database, 'pool'>, receivers: readonly string[]): Promise<void> {
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM sync_receivers WHERE is_on');
  const isSo = rows.length === receivers.length && rows.every(({ name }) => receivers.includes(name));
  if (isSo) return;
  await inTransaction(pool, async (client) => {
    // Waits for who has seen no receiver yet, so that catching up finds what they wrote. Held for a moment.
    await client.query('LOCK TABLE sync_receivers IN ACCESS EXCLUSIVE MODE');
    await client.query('UPDATE sync_receivers SET is_on = false WHERE is_on AND name <> ALL ($1)', [receivers]);
    await client.query(
      `INSERT INTO sync_receivers AS r (name, is_on, backfill_after) SELECT name, true, '' FROM unnest($1::text[]) name
       ON CONFLICT (name) DO UPDATE SET is_on = true, backfill_after = '' WHERE NOT r.is_on`,
      [receivers],
    );
  });
}

const catchUp = ({ pool }: Pick<Database, 'pool'>): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { rows: receivers } = await client.query<{ name: string; after: string }>(
      `SELECT name, backfill_after AS after FROM sync_receivers WHERE is_on AND backfill_after IS NOT NULL
       ORDER BY name LIMIT 1 FOR UPDATE`,
    );
    const receiver = receivers[0];
    if (!receiver) return false;
    const { rows: customers } = await client.query<{ id: string }>(
      'SELECT id FROM customers WHERE id > $1 AND erased_at IS NULL ORDER BY id LIMIT $2',
      [receiver.after, CUSTOMERS_AT_ONCE],
    );
    const ids = customers.map(({ id }) => id);
    await client.query(
      `SELECT tell_receivers(id, 'CUSTOMER_CHANGED', '{}', $2) FROM unnest($1::text[]) WITH ORDINALITY c(id, n)
       ORDER BY n`,
      [ids, receiver.name],
    );
    // Without a status: it is history, and nothing that happens now.
    await client.query(
      `SELECT tell_receivers(customer_id, 'ORDER_CHANGED', jsonb_build_object('orderId', id), $2)
       FROM (SELECT customer_id, id FROM customer_orders WHERE customer_id = ANY ($1) ORDER BY placed_at) o`,
      [ids, receiver.name],
    );
    await client.query('UPDATE sync_receivers SET backfill_after = $2 WHERE name = $1', [
      receiver.name,
      ids.length < CUSTOMERS_AT_ONCE ? null : ids.at(-1),
    ]);
    return true;
  });
