import { toPage } from '@cartograph/kernel/page';
import { seesEverything, type Viewer } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { anyOf } from '@cartograph/runtime/database/keys';
import { inTransaction, isUniqueViolation } from '@cartograph/runtime/database/transaction';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { CustomerGroup } from '../domain/audience.ts';
import type { Customer } from '../domain/customer.ts';
import type { Groups } from '../ports.ts';
import { CUSTOMER_COLUMNS, customerPages, groupBy, readable } from './rows.ts';

/** A customer sees the groups that they are in. */
const visibleGroups = (viewer: Viewer) => {
  if (seesEverything(viewer)) return {};
  return viewer.kind === 'customer' ? { members: { some: { customerId: viewer.customerId } } } : { id: { in: [] } };
};

export const createGroupStore = (db: Database, prisma: PrismaClient): Groups => ({
  findByIds: (viewer, ids) =>
    prisma.customerGroup.findMany({ where: { AND: [{ id: { in: [...ids] } }, visibleGroups(viewer)] } }),

  async list({ limit, after }) {
    const rows = await prisma.customerGroup.findMany({
      where: after ? { id: { lt: String(after[0]) } } : {},
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return toPage(rows, limit);
  },

  async byCustomer(viewer, customerIds) {
    const { rows } = await db.pool.query<CustomerGroup & { owner: string }>(
      `SELECT m.customer_id AS owner, g.id, g.code, g.name, g.created_at AS "createdAt"
       FROM group_members m JOIN customer_groups g ON g.id = m.group_id
       WHERE m.customer_id = ${anyOf(1)} ORDER BY g.code`,
      [readable(viewer, customerIds)],
    );
    return groupBy(customerIds, rows, (row) => row.owner);
  },

  async members(groupIds, page) {
    const { rows } = await db.pool.query<Customer & { owner: string }>(
      `SELECT g.id AS owner, c.* FROM unnest($1::text[]) AS g(id) CROSS JOIN LATERAL (
         SELECT ${CUSTOMER_COLUMNS} FROM group_members m JOIN customers c ON c.id = m.customer_id
         WHERE m.group_id = g.id AND c.erased_at IS NULL AND ($2::text IS NULL OR m.customer_id < $2)
         ORDER BY m.customer_id DESC LIMIT $3) c
       ORDER BY c.id DESC`,
      [groupIds, page.after?.[0] ?? null, page.limit + 1],
    );
    return customerPages(groupIds, rows, page);
  },

  async create(group) {
    try {
      await prisma.customerGroup.create({ data: group });
      return 'created';
    } catch (error) {
      if (isUniqueViolation(error)) return 'taken';
      if (isOverLimit(error)) return 'full';
      throw error;
    }
  },

  async remove(id) {
    return (await prisma.customerGroup.deleteMany({ where: { id } })).count === 1;
  },

  changeMembers: (id, { add, remove }, now) =>
    inTransaction(db.pool, async (client) => {
      const found = await client.query<CustomerGroup>(
        'SELECT id, code, name, created_at AS "createdAt" FROM customer_groups WHERE id = $1 FOR SHARE',
        [id],
      );
      const group = found.rows[0];
      if (!group) return null;
      // In the order of ids, so that two changes at once never wait for each other; and locked against an erasure at the
      // same moment, which would not see that they are members.
      const entered = await client.query(
        `INSERT INTO group_members (group_id, customer_id, since)
         SELECT $1, c.id, $3 FROM customers c WHERE c.id = ANY($2) AND c.erased_at IS NULL ORDER BY c.id FOR SHARE
         ON CONFLICT DO NOTHING`,
        [id, add.filter((customerId) => !remove.includes(customerId)), now],
      );
      const left = await client.query('DELETE FROM group_members WHERE group_id = $1 AND customer_id = ANY($2)', [
        id,
        remove,
      ]);
      return { group, added: entered.rowCount ?? 0, removed: left.rowCount ?? 0 };
    }),
});

/** The trigger that keeps a shop to 100 groups and 100 segments. */
export const isOverLimit = (error: unknown): boolean => {
  const { constraint, cause, message } = error as { constraint?: unknown; cause?: unknown; message?: unknown };
  if (typeof constraint === 'string' && constraint.endsWith('_limit')) return true;
  if (typeof message === 'string' && message.includes('holds 100 rows at most')) return true;
  return cause !== undefined && cause !== null && isOverLimit(cause);
};
