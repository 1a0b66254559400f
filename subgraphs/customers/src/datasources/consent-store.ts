import type { Database } from '@cartograph/runtime/database/connect';
import { anyOf } from '@cartograph/runtime/database/keys';
import type { Consent, ConsentRecord } from '../domain/consent.ts';
import type { Consents } from '../ports.ts';
import { groupBy, pagesBy, readable } from './rows.ts';

type Owned<T> = T & { readonly owner: string };

export const createConsentStore = (db: Database): Consents => ({
  async byCustomer(viewer, customerIds) {
    const { rows } = await db.pool.query<Owned<Consent>>(
      `SELECT customer_id AS owner, topic, granted, source, decided_at AS "decidedAt"
       FROM consents WHERE customer_id = ${anyOf(1)}`,
      [readable(viewer, customerIds)],
    );
    return groupBy(customerIds, rows, (row) => row.owner);
  },

  async history(viewer, customerIds, page) {
    const { rows } = await db.pool.query<Owned<ConsentRecord>>(
      `SELECT r.customer_id AS owner, r.id, r.topic, r.granted, r.source, r.decided_at AS "decidedAt"
       FROM unnest($1::text[]) AS c(id) CROSS JOIN LATERAL (
         SELECT * FROM consent_records r WHERE r.customer_id = c.id AND ($2::text IS NULL OR r.id < $2)
         ORDER BY r.id DESC LIMIT $3) r
       ORDER BY r.id DESC`,
      [readable(viewer, customerIds), page.after?.[0] ?? null, page.limit + 1],
    );
    return pagesBy(customerIds, rows, (row) => row.owner, page);
  },

  // One statement: the standing decision and its history change together, and a repeated decision changes neither, nor does a
  // yes that is older than the last word: a text message may be heard of late. The customer is locked against an erasure at
  // the same moment, which would not see what is written here.
  async record(customerId, { id, topic, granted, source, decidedAt }) {
    await db.pool.query(
      `WITH changed AS (
         INSERT INTO consents (customer_id, topic, granted, source, decided_at)
         SELECT c.id, $3, $4, $5, $6 FROM customers c WHERE c.id = $1 AND c.erased_at IS NULL FOR SHARE
         ON CONFLICT (customer_id, topic) DO UPDATE SET granted = $4, source = $5, decided_at = $6
         WHERE consents.granted <> $4 AND (NOT $4 OR consents.decided_at <= $6)
         RETURNING customer_id)
       INSERT INTO consent_records (id, customer_id, topic, granted, source, decided_at)
       SELECT $2, customer_id, $3, $4, $5, $6 FROM changed`,
      [customerId, id, topic, granted, source, decidedAt],
    );
  },
});
