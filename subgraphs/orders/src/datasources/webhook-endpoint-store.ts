import { toPage } from '@cartograph/kernel/page';
import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction, isUniqueViolation } from '@cartograph/runtime/database/transaction';
import type { PrismaClient, WebhookEndpoint as Row } from '../../generated/prisma/client.ts';
import type { WebhookEndpoint, WebhookType } from '../domain/webhook.ts';
import type { WebhookEndpoints } from '../ports/webhooks.ts';

const MAX_ENDPOINTS = 50;
/** Each signs every delivery, so the header must not grow without end. */
const MAX_SECRETS = 5;

const CREATE = `
  WITH made AS (
    INSERT INTO webhook_endpoint (id, url, description, event_types)
    SELECT $1, $2, $3, $4::text[] WHERE (SELECT count(*) FROM webhook_endpoint) < ${MAX_ENDPOINTS} RETURNING *),
  keyed AS (INSERT INTO webhook_secret (endpoint_id, secret) SELECT id, $5 FROM made)
  SELECT id FROM made`;

// A sender that records an attempt has locked its delivery, and asks for the endpoint next. Here the endpoint is locked
// first, so waiting for that delivery would be a deadlock: it is left to the sweep, which ends what has no endpoint.
const DISABLE = `
  WITH disabled AS (
    UPDATE webhook_endpoint SET status = 'DISABLED', disabled_at = now(), disabled_reason = $2::webhook_disabled_reason
    WHERE id = $1 AND status = 'ENABLED' RETURNING id),
  given_up AS (
    UPDATE webhook_delivery SET status = 'DEAD', ended_at = now(), last_error = 'The endpoint was disabled.'
    WHERE id IN (SELECT d.id FROM disabled JOIN webhook_delivery d ON d.endpoint_id = disabled.id
      WHERE d.status = 'PENDING' FOR UPDATE OF d SKIP LOCKED))
  SELECT id FROM disabled`;

const DELETE = `
  WITH gone AS (DELETE FROM webhook_endpoint WHERE id = $1 RETURNING id),
  forgotten AS (
    DELETE FROM webhook_delivery WHERE id IN (
      SELECT d.id FROM gone JOIN webhook_delivery d ON d.endpoint_id = gone.id FOR UPDATE OF d SKIP LOCKED))
  SELECT id FROM gone`;

/** Endpoints of webhooks and their secrets. */
export const createWebhookEndpointStore = (
  { pool }: Pick<Database, 'pool'>,
  prisma: PrismaClient,
): WebhookEndpoints => {
  const find = async (id: string) => {
    const row = await prisma.webhookEndpoint.findUnique({ where: { id } });
    return row && toEndpoint(row);
  };
  return {
    find,
    async list(status, { limit, after }) {
      const rows = await prisma.webhookEndpoint.findMany({
        where: { ...(status && { status }), ...(after && { id: { lt: String(after[0]) } }) },
        // Ids sort by time.
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      return toPage(rows.map(toEndpoint), limit);
    },
    async create({ id, url, description, eventTypes, secret }) {
      try {
        await pool.query(CREATE, [id, url, description, eventTypes, secret]);
      } catch (error) {
        if (isUniqueViolation(error, 'webhook_endpoint_url_key')) return 'url-taken';
        throw error;
      }
      return (await find(id)) ?? 'too-many';
    },
    async update(id, { url, description, eventTypes }) {
      try {
        await pool.query(
          `UPDATE webhook_endpoint SET url = coalesce($2, url), event_types = coalesce($3, event_types),
             description = CASE WHEN $4 THEN $5 ELSE description END WHERE id = $1`,
          [id, url ?? null, eventTypes ?? null, description !== undefined, description ?? null],
        );
      } catch (error) {
        if (isUniqueViolation(error, 'webhook_endpoint_url_key')) return 'url-taken';
        throw error;
      }
      return find(id);
    },
    async enable(id) {
      await pool.query(
        `UPDATE webhook_endpoint SET status = 'ENABLED', disabled_at = NULL, disabled_reason = NULL, failing_since = NULL
         WHERE id = $1 AND status = 'DISABLED'`,
        [id],
      );
    },
    async disable(id, reason) {
      const { rowCount } = await pool.query(DISABLE, [id, reason]);
      return rowCount === 1;
    },
    async delete(id) {
      const { rowCount } = await pool.query(DELETE, [id]);
      return rowCount === 1;
    },
    rotate: (id, secret, overlapSeconds) =>
      inTransaction(pool, async (client) => {
        // Locked before anything is read, so that of two rotations at once one sees the other's secret.
        await client.query('SELECT FROM webhook_endpoint WHERE id = $1 FOR UPDATE', [id]);
        const { rows } = await client.query<{ secrets: number }>(
          `SELECT count(*) AS secrets FROM webhook_secret
           WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > now())`,
          [id],
        );
        // Where nothing older lives on there is room: a leaked secret can always be replaced.
        if (overlapSeconds > 0 && (rows[0]?.secrets ?? 0) >= MAX_SECRETS) return null;
        const replaced = await client.query<{ until: Date }>(
          `UPDATE webhook_secret SET expires_at = now() + make_interval(secs => $2)
           WHERE endpoint_id = $1 AND expires_at IS NULL RETURNING expires_at AS until`,
          [id, overlapSeconds],
        );
        // Of a leaked secret nothing older lives on either.
        await client.query(
          `UPDATE webhook_secret SET expires_at = least(expires_at, now() + make_interval(secs => $2))
           WHERE endpoint_id = $1`,
          [id, overlapSeconds],
        );
        await client.query('DELETE FROM webhook_secret WHERE endpoint_id = $1 AND expires_at <= now()', [id]);
        await client.query('INSERT INTO webhook_secret (endpoint_id, secret) VALUES ($1, $2)', [id, secret]);
        return replaced.rows[0]?.until ?? null;
      }),
  };
};

const toEndpoint = ({ eventTypes, ...row }: Row): WebhookEndpoint => ({
  ...row,
  eventTypes: eventTypes as WebhookType[],
});
