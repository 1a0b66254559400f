import type { Page, PageRequest } from '@cartograph/kernel/page';
import { toPage } from '@cartograph/kernel/page';
import type { Database } from '@cartograph/runtime/database/connect';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.ts';
import type { StaffDiscount } from '../domain/staff-discount.ts';
import type { DiscountStore } from '../ports.ts';

const WITH = { codes: true, _count: { select: { redemptions: true } } } as const;
type Row = Prisma.DiscountGetPayload<{ include: typeof WITH }>;

// By hand: the discount and its codes in one statement, or nothing when a code is taken.
const CREATE = `
  WITH made AS (
    INSERT INTO discount (id, title, kind, automatic, percent_basis_points, amount_minor, currency, buy_quantity,
      get_quantity, minimum_subtotal_minor, minimum_quantity, product_ids, collection_ids, customer_groups, usage_limit,
      usage_limit_per_buyer, combinable, starts_at, ends_at, created_at)
    SELECT $1, $2, $3::discount_kind, cardinality($20::text[]) = 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
      $15, $16, $17, $18, $19
    WHERE NOT EXISTS (SELECT FROM discount_code WHERE code = ANY ($20)) RETURNING id)
  INSERT INTO discount_code (code, discount_id) SELECT code, made.id FROM made, unnest($20::text[]) AS code ORDER BY code`;

/** Discounts for staff, and the markets for everybody. */
export function createDiscountStore({ pool }: Pick<Database, 'pool'>, prisma: PrismaClient): DiscountStore {
  const taken = async (codes: readonly string[]) =>
    (await prisma.discountCode.findMany({ where: { code: { in: [...codes] } } })).map(({ code }) => code);
  return {
    async markets() {
      const rows = await prisma.market.findMany({
        include: { countries: { orderBy: { countryCode: 'asc' } } },
        orderBy: { currency: 'asc' },
        take: 100,
      });
      return rows.map(({ countries, ...row }) => ({ ...row, countries: countries.map((one) => one.countryCode) }));
    },
    async list({ limit, after }: PageRequest): Promise<Page<StaffDiscount>> {
      const rows = await prisma.discount.findMany({
        where: after ? { id: { lt: String(after[0]) } } : {},
        include: WITH,
        // Ids sort by time.
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      return toPage(rows.map(toStaffDiscount), limit);
    },
    async create(d) {
      const values = [
        ...[d.id, d.title, d.kind, d.percentBasisPoints, d.amountMinor, d.currency, d.buyQuantity, d.getQuantity],
        ...[d.minimumSubtotalMinor, d.minimumQuantity, d.productIds, d.collectionIds, d.customerGroups, d.usageLimit],
        ...[d.usageLimitPerBuyer, d.combinable, d.startsAt, d.endsAt, d.createdAt, d.codes],
      ];
      try {
        await pool.query(CREATE, values);
      } catch (error) {
        // Somebody took a code at the same moment.
        if ((error as { readonly constraint?: string }).constraint !== 'discount_code_pkey') throw error;
      }
      const made = await prisma.discount.count({ where: { id: d.id } });
      return made === 1 ? [] : taken(d.codes);
    },
    async end(id, now) {
      await pool.query(
        `UPDATE discount SET ends_at = greatest($2, starts_at) WHERE id = $1 AND (ends_at IS NULL OR ends_at > $2)`,
        [id, now],
      );
      const row = await prisma.discount.findUnique({ where: { id }, include: WITH });
      return row && toStaffDiscount(row);
    },
  };
}

const toStaffDiscount = ({ codes, _count, amountMinor, minimumSubtotalMinor, ...row }: Row): StaffDiscount => ({
  ...row,
  amountMinor: amountMinor === null ? null : Number(amountMinor),
  minimumSubtotalMinor: minimumSubtotalMinor === null ? null : Number(minimumSubtotalMinor),
  codes: codes.map(({ code }) => code).sort(),
  redemptions: _count.redemptions,
});
