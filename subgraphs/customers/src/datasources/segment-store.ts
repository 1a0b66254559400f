import { toPage } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { Segment } from '../domain/audience.ts';
import type { Customer } from '../domain/customer.ts';
import type { Segments } from '../ports.ts';
import { isOverLimit } from './group-store.ts';
import { CUSTOMER_COLUMNS, customerPages, groupBy } from './rows.ts';

const COLUMNS = `s.id, s.name, s.consent_to AS "consentTo", s.country_code AS "countryCode",
  s.created_from AS "createdFrom", s.created_before AS "createdBefore", s.created_at AS "createdAt"`;

/** Whether customer c fits segment s. */
const FITS = `c.erased_at IS NULL
  AND (s.consent_to IS NULL OR EXISTS (
    SELECT FROM consents k WHERE k.customer_id = c.id AND k.topic = s.consent_to AND k.granted))
  AND (s.country_code IS NULL OR EXISTS (
    SELECT FROM addresses a WHERE a.customer_id = c.id AND a.country_code = s.country_code))
  AND (s.created_from IS NULL OR c.created_at >= s.created_from)
  AND (s.created_before IS NULL OR c.created_at < s.created_before)`;

export const createSegmentStore = (db: Database, prisma: PrismaClient): Segments => ({
  async findByIds(viewer, ids) {
    if (!seesEverything(viewer)) return [];
    const { rows } = await db.pool.query<Segment>(`SELECT ${COLUMNS} FROM segments s WHERE s.id = ANY($1)`, [ids]);
    return rows;
  },

  async list({ limit, after }) {
    const { rows } = await db.pool.query<Segment>(
      `SELECT ${COLUMNS} FROM segments s WHERE ($1::text IS NULL OR s.id < $1) ORDER BY s.id DESC LIMIT $2`,
      [after?.[0] ?? null, limit + 1],
    );
    return toPage(rows, limit);
  },

  async byCustomer(viewer, customerIds) {
    if (!seesEverything(viewer)) return new Map();
    const { rows } = await db.pool.query<Segment & { owner: string }>(
      `SELECT c.id AS owner, ${COLUMNS} FROM customers c JOIN segments s ON ${FITS}
       WHERE c.id = ANY($1) ORDER BY s.name, s.id`,
      [customerIds],
    );
    return groupBy(customerIds, rows, (row) => row.owner);
  },

  async members(segmentIds, page) {
    const { rows } = await db.pool.query<Customer & { owner: string }>(
      `SELECT s.id AS owner, c.* FROM segments s CROSS JOIN LATERAL (
         SELECT ${CUSTOMER_COLUMNS} FROM customers c
         WHERE ${FITS} AND ($2::text IS NULL OR c.id < $2)
         ORDER BY c.id DESC LIMIT $3) c
       WHERE s.id = ANY($1) ORDER BY c.id DESC`,
      [segmentIds, page.after?.[0] ?? null, page.limit + 1],
    );
    return customerPages(segmentIds, rows, page);
  },

  async create(segment) {
    try {
      await prisma.segment.create({ data: segment });
      return 'created';
    } catch (error) {
      if (isOverLimit(error)) return 'full';
      throw error;
    }
  },

  async remove(id) {
    return (await prisma.segment.deleteMany({ where: { id } })).count === 1;
  },
});
