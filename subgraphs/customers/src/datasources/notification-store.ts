import { toPage } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type {
  DueNotification,
  NewNotification,
  NotificationChannel,
  NotificationStatus,
} from '../domain/notification.ts';
import type { Notifications } from '../ports.ts';
import { type Client, dialled } from './rows.ts';

const FIELDS = {
  id: true,
  template: true,
  channel: true,
  recipient: true,
  subject: true,
  status: true,
  attempts: true,
  createdAt: true,
  sentAt: true,
  lastError: true,
} as const;

/** How long one sender has a message for itself. Longer than any sender waits for its server. */
const LEASE_SECONDS = 60;

export const createNotificationStore = (db: Database, prisma: PrismaClient): Notifications => ({
  add: (notification) => insertNotification(db.pool, notification),

  async list(viewer, { customerId, status }, { limit, after }) {
    const own = viewer.kind === 'customer' ? viewer.customerId : null;
    if (!own && !seesEverything(viewer)) return { rows: [], hasNextPage: false };
    const rows = await prisma.notification.findMany({
      where: {
        AND: [
          own ? { customerId: own } : {},
          customerId ? { customerId } : {},
          status ? { status: { in: [...status] } } : {},
        ],
        ...(after && { id: { lt: String(after[0]) } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
      select: FIELDS,
    });
    return toPage(
      rows.map((row) => toNotification(own ? { ...row, lastError: null } : row)),
      limit,
    );
  },

  async resend(id, now) {
    // As many attempts as it had: what was perhaps sent is looked for first where a provider can be asked.
    await db.pool.query(
      `UPDATE notifications SET status = 'QUEUED', due_at = $2, leased_until = NULL WHERE id = $1 AND status = 'FAILED'`,
      [id, now],
    );
    const row = await prisma.notification.findUnique({ where: { id }, select: FIELDS });
    return row && toNotification(row);
  },

  async takeDue(now, limit) {
    const { rows } = await db.pool.query<DueNotification>(
      // The lease goes by the database's clock, which all processes share. One of before knows `due_at` alone.
      `UPDATE notifications SET attempts = attempts + 1, due_at = $1::timestamptz + interval '${LEASE_SECONDS} seconds',
         leased_until = clock_timestamp() + interval '${LEASE_SECONDS} seconds'
       WHERE id IN (
         SELECT id FROM notifications
         WHERE status = 'QUEUED' AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= clock_timestamp())
         ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING id, key, template, channel, recipient, customer_id AS "customerId", locale, data, subject, attempts,
         created_at AS "createdAt"`,
      [now, limit],
    );
    return rows;
  },

  async markSent(id, providerId, now) {
    // The provider's own report may have come first: it knows more, so it stays.
    await db.pool.query(
      `UPDATE notifications SET provider_id = $2, sent_at = $3, last_error = NULL,
         status = CASE WHEN status = 'QUEUED' THEN 'SENT' ELSE status END
       WHERE id = $1`,
      [id, providerId, now],
    );
  },

  async markFailed(id, error, retryAt) {
    await db.pool.query(
      `UPDATE notifications SET last_error = $2, due_at = COALESCE($3, due_at), leased_until = NULL,
         status = CASE WHEN $3::timestamptz IS NULL THEN 'FAILED' ELSE status END
       WHERE id = $1 AND status = 'QUEUED'`,
      [id, error.slice(0, 1000), retryAt],
    );
  },

  async postpone(id, until) {
    await db.pool.query(
      `UPDATE notifications SET due_at = $2, leased_until = NULL, attempts = attempts - 1
       WHERE id = $1 AND status = 'QUEUED'`,
      [id, until],
    );
  },

  async cancel(id, reason) {
    await db.pool.query(
      `UPDATE notifications SET status = 'CANCELLED', last_error = $2, attempts = attempts - 1
       WHERE id = $1 AND status = 'QUEUED'`,
      [id, reason],
    );
  },

  // One statement: the event is remembered together with its effect. What bounced stays bounced, and what was delivered
  // was sent before.
  async markDelivery(eventId, id, status, now) {
    await db.pool.query(
      `WITH event AS (INSERT INTO provider_events (id, received_at) VALUES ($1, $4) ON CONFLICT DO NOTHING RETURNING id)
       UPDATE notifications SET status = $3, sent_at = COALESCE(sent_at, $4)
       FROM event WHERE notifications.id = $2 AND notifications.status IN ('QUEUED', 'SENT', 'FAILED', 'DELIVERED')
         AND ($3 <> 'SENT' OR notifications.status IN ('QUEUED', 'FAILED'))`,
      [eventId, id, status, now],
    );
  },

  async blank(customerId) {
    await db.pool.query(
      `UPDATE notifications SET recipient = '', subject = '', data = '{}', last_error = NULL,
         status = CASE WHEN status = 'QUEUED' THEN 'CANCELLED' ELSE status END
       WHERE customer_id = $1`,
      [customerId],
    );
  },
});

/** A CHECK holds both to these values. */
const toNotification = <Row extends { readonly channel: string; readonly status: string }>(row: Row) => ({
  ...row,
  channel: row.channel as NotificationChannel,
  status: row.status as NotificationStatus,
});

/**
 * A mail brings its text message with it, in the same statement, so that a repeat brings neither: to a customer who has agreed
 * to texts and whose number can be dialled from everywhere. Whether it may go is asked once more when it goes.
 */
export async function insertNotification(client: Client, message: NewNotification): Promise<void> {
  const { id, key, template, channel, recipient, customerId, locale, data, subject, createdAt, text = null } = message;
  await client.query(
    // Locked against an erasure at the same moment, which would blank all messages but these.
    `WITH owner AS (SELECT id, erased_at, ${dialled('phone')} AS phone FROM customers WHERE id = $6 FOR KEY SHARE),
     message AS (
       INSERT INTO notifications (id, key, template, channel, recipient, customer_id, locale, data, subject, due_at, created_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10::timestamptz, $10
       WHERE NOT EXISTS (SELECT FROM owner WHERE erased_at IS NOT NULL)
       ON CONFLICT (key) DO NOTHING RETURNING key)
     INSERT INTO notifications (id, key, template, channel, recipient, customer_id, locale, data, subject, due_at, created_at)
     SELECT $11, message.key || ':text', $3, 'SMS', owner.phone, owner.id, $7, $8::jsonb, $12, $10, $10 FROM message, owner
     WHERE $11::text IS NOT NULL AND owner.phone ~ '^[+][1-9][0-9]{6,14}$'
       AND EXISTS (SELECT FROM consents c WHERE c.customer_id = owner.id AND c.topic = 'SMS' AND c.granted)
     ON CONFLICT (key) DO NOTHING`,
    [
      id,
      key,
      template,
      channel,
      recipient,
      customerId,
      locale,
      JSON.stringify(data),
      subject,
      createdAt,
      text?.id ?? null,
      text?.subject ?? null,
    ],
  );
}
