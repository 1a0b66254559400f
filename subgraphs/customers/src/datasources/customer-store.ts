import { toPage } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { anyOf } from '@cartograph/runtime/database/keys';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import { type CheckoutCustomer, type Customer, searchText } from '../domain/customer.ts';
import type { Customers } from '../ports.ts';
import { CUSTOMER_COLUMNS, readable } from './rows.ts';

export const CUSTOMER_FIELDS = {
  id: true,
  email: true,
  emailVerifiedAt: true,
  name: true,
  phone: true,
  locale: true,
  taxExempt: true,
  defaultShippingAddressId: true,
  defaultBillingAddressId: true,
  createdAt: true,
  updatedAt: true,
} satisfies Prisma.CustomerSelect;

export const createCustomerStore = (db: Database, prisma: PrismaClient): Customers => ({
  async findByIds(viewer, ids) {
    const visible = readable(viewer, ids);
    if (visible.length === 0) return [];
    // By hand: the name on an order that the buyer waits for.
    const { rows } = await db.pool.query<Customer>(
      `SELECT ${CUSTOMER_COLUMNS} FROM customers c WHERE c.id = ${anyOf(1)} AND c.erased_at IS NULL`,
      [visible],
    );
    return rows;
  },

  async list(viewer, { words = [] }, { limit, after }) {
    if (!seesEverything(viewer)) return { rows: [], hasNextPage: false };
    const rows = await prisma.customer.findMany({
      where: {
        erasedAt: null,
        AND: words.map((word) => ({ search: { contains: word } })),
        ...(after && { id: { lt: String(after[0]) } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
      select: CUSTOMER_FIELDS,
    });
    return toPage(rows, limit);
  },

  // Hand-written: every checkout of a signed-in customer runs it, and it is one statement with the groups.
  async checkout(ids) {
    const { rows } = await db.pool.query<CheckoutCustomer>(
      `SELECT c.id, c.email, c.name, c.locale, c.tax_exempt AS "taxExempt", ARRAY(
         SELECT g.code FROM group_members m JOIN customer_groups g ON g.id = m.group_id
         WHERE m.customer_id = c.id ORDER BY g.code) AS groups
       FROM customers c WHERE c.id = ${anyOf(1)} AND c.erased_at IS NULL`,
      [ids],
    );
    return rows;
  },

  async change(id, change, now) {
    return prisma.$transaction(async (tx) => {
      // Locked: the search text is made of all fields, and another change may be about one of the others.
      await tx.$queryRaw`SELECT id FROM customers WHERE id = ${id} FOR UPDATE`;
      const old = await tx.customer.findFirst({ where: { id, erasedAt: null }, select: CUSTOMER_FIELDS });
      if (!old) return null;
      const next: Customer = {
        ...old,
        ...(change.name !== undefined && { name: change.name }),
        ...(change.phone !== undefined && { phone: change.phone }),
        ...(change.locale !== undefined && { locale: change.locale }),
        ...(change.taxExempt !== undefined && { taxExempt: change.taxExempt }),
        updatedAt: now,
      };
      const { id: _same, ...data } = { ...next, search: searchText(next) };
      return tx.customer.update({ where: { id }, data, select: CUSTOMER_FIELDS });
    });
  },
});
