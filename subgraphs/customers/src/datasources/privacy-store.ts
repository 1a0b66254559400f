import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import { writeOutbox } from '@cartograph/runtime/outbox';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Privacy } from '../ports.ts';
import { CUSTOMER_FIELDS } from './customer-store.ts';
import { endSessions } from './session-store.ts';

const EXPORTED_NOTIFICATIONS = 1000;

export const createPrivacyStore = (db: Database, prisma: PrismaClient): Privacy => ({
  async collect(customerId) {
    const customer = await prisma.customer.findFirst({
      where: { id: customerId, erasedAt: null },
      select: { ...CUSTOMER_FIELDS },
    });
    if (!customer) return null;
    const where = { customerId };
    const [addresses, memberships, consents, consentHistory, sessions, notifications, orders] = await Promise.all([
      prisma.address.findMany({ where, omit: { inputDigest: true, customerId: true }, orderBy: { createdAt: 'asc' } }),
      prisma.groupMember.findMany({ where, select: { since: true, group: { select: { code: true, name: true } } } }),
      prisma.consent.findMany({ where, omit: { customerId: true } }),
      prisma.consentRecord.findMany({ where, omit: { customerId: true }, orderBy: { id: 'asc' } }),
      prisma.session.findMany({ where: { accountId: customerId }, omit: { accountId: true }, orderBy: { id: 'asc' } }),
      prisma.notification.findMany({
        where,
        omit: { customerId: true, data: true, key: true, dueAt: true, leasedUntil: true, lastError: true },
        orderBy: { id: 'desc' },
        take: EXPORTED_NOTIFICATIONS,
      }),
      prisma.customerOrder.findMany({ where, omit: { customerId: true }, orderBy: { placedAt: 'asc' } }),
    ]);
    const groups = memberships.map(({ since, group }) => ({ ...group, since }));
    // JSON has no integers of that size; an amount has at most 15 digits.
    const sums = orders.map(({ totalMinor, ...order }) => ({ ...order, totalMinor: Number(totalMinor) }));
    return { customer, addresses, groups, consents, consentHistory, sessions, notifications, orders: sums };
  },

  erase: (customerId, event, now) =>
    inTransaction(db.pool, async (client) => {
      const { rowCount } = await client.query('SELECT FROM customers WHERE id = $1 AND erased_at IS NULL FOR UPDATE', [
        customerId,
      ]);
      if (rowCount !== 1) return false;
      await client.query('DELETE FROM addresses WHERE customer_id = $1', [customerId]);
      await client.query('DELETE FROM group_members WHERE customer_id = $1', [customerId]);
      await client.query('DELETE FROM consents WHERE customer_id = $1', [customerId]);
      await client.query('DELETE FROM customer_orders WHERE customer_id = $1', [customerId]);
      await client.query('UPDATE sync_deliveries SET last_error = NULL WHERE customer_id = $1', [customerId]);
      await client.query('DELETE FROM credentials WHERE account_id = $1', [customerId]);
      await client.query('DELETE FROM one_time_tokens WHERE account_id = $1', [customerId]);
      await client.query('DELETE FROM attempts WHERE subject = ANY($1)', [event.emailSubjects]);
      await endSessions(client, customerId, 'ERASED', now);
      await client.query('UPDATE sessions SET guest_id = NULL WHERE account_id = $1', [customerId]);
      await client.query(
        `UPDATE customers SET email = 'erased:' || id, email_verified_at = NULL, name = NULL, phone = NULL,
           locale = 'en', tax_exempt = false, search = '', updated_at = $2, erased_at = $2
         WHERE id = $1`,
        [customerId, now],
      );
      await client.query(`UPDATE notifications SET status = 'CANCELLED' WHERE customer_id = $1 AND status = 'QUEUED'`, [
        customerId,
      ]);
      // What may be long goes on behind the answer, and goes on after a crash.
      await writeOutbox(client, [
        {
          id: event.id,
          topic: 'customer-erased',
          key: customerId,
          payload: { customerId, erasedAt: now.toISOString() },
        },
      ]);
      return true;
    }),
});
