import { toPage } from '@cartograph/kernel/page';
import type { Database } from '@cartograph/runtime/database/connect';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import type { WebhookAttempt, WebhookDelivery, WebhookType } from '../domain/webhook.ts';
import type { WebhookDeliveries } from '../ports/webhooks.ts';

const WITH = { event: { select: { type: true, subjectId: true, occurredAt: true } } } as const;
type Row = Prisma.WebhookDeliveryGetPayload<{ include: typeof WITH }>;

/** Deliveries of webhooks, as staff see and repeat them. `written` is called when something is due. */
export const createWebhookDeliveryStore = (
  { pool }: Pick<Database, 'pool'>,
  prisma: PrismaClient,
  written: () => void,
): WebhookDeliveries => ({
  async find(id) {
    const row = await prisma.webhookDelivery.findUnique({ where: { id }, include: WITH });
    return row && toDelivery(row);
  },
  async list({ endpointId, status, type }, { limit, after }) {
    const rows = await prisma.webhookDelivery.findMany({
      where: {
        ...(endpointId !== null && { endpointId }),
        ...(status && { status }),
        ...(type && { event: { type } }),
        ...(after && { id: { lt: String(after[0]) } }),
      },
      include: WITH,
      // Ids sort by time.
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return toPage(rows.map(toDelivery), limit);
  },
  async attempts(deliveryIds, { limit, after }) {
    // By hand: the first rows of each of several lists in one statement.
    const { rows } = await pool.query<WebhookAttempt>(
      `SELECT a.delivery_id AS "deliveryId", a.number, a.started_at AS "startedAt", a.ended_at AS "endedAt",
         a.status_code AS "statusCode", a.error, a.response
       FROM unnest($1::text[]) d(id) CROSS JOIN LATERAL (
         SELECT * FROM webhook_attempt WHERE delivery_id = d.id AND ($2::int IS NULL OR number < $2)
         ORDER BY number DESC LIMIT $3) a
       ORDER BY a.number DESC`,
      [deliveryIds, after?.[0] ?? null, limit + 1],
    );
    return deliveryIds.map((id) =>
      toPage(
        rows.filter(({ deliveryId }) => deliveryId === id),
        limit,
      ),
    );
  },
  async replay(id) {
    await pool.query(
      `UPDATE webhook_delivery d SET status = 'PENDING', ended_at = NULL, tries = 0,
         due_at = CASE WHEN EXISTS (SELECT FROM webhook_attempt a
           WHERE a.delivery_id = d.id AND a.number = d.attempts AND a.ended_at IS NULL) THEN due_at ELSE now() END
       WHERE id = $1`,
      [id],
    );
    written();
  },
  async replaySince(endpointId, since, limit) {
    const { rowCount } = await pool.query(
      `UPDATE webhook_delivery SET status = 'PENDING', ended_at = NULL, tries = 0, due_at = now()
       WHERE id IN (
         SELECT d.id FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id
         WHERE d.endpoint_id = $1 AND d.status = 'DEAD' AND e.occurred_at >= $2
         ORDER BY d.id LIMIT $3 FOR UPDATE OF d SKIP LOCKED)`,
      [endpointId, since, limit],
    );
    written();
    return rowCount ?? 0;
  },
  async writeTest(endpointId, { eventId, deliveryId }) {
    await pool.query(
      `WITH happened AS (
         INSERT INTO webhook_event (id, type, subject_id, data)
         VALUES ($1, 'webhook.test', $3, jsonb_build_object('endpointId', $3::text)) RETURNING id)
       INSERT INTO webhook_delivery (id, event_id, endpoint_id) SELECT $2, id, $3 FROM happened`,
      [eventId, deliveryId, endpointId],
    );
    written();
  },
});

const toDelivery = ({ event: { type, subjectId, occurredAt }, ...row }: Row): WebhookDelivery => ({
  ...row,
  type: type as WebhookType,
  subjectId,
  occurredAt,
});
