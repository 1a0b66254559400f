import type { Page } from '@cartograph/kernel/page';
import { seesEverything } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { anyOf } from '@cartograph/runtime/database/keys';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type { Address } from '../domain/address.ts';
import type { Addresses, NewAddress } from '../ports.ts';
import { pagesBy, readable } from './rows.ts';

// Hand-written throughout: whether an address is a default is a column of its customer, and each read is one statement.
const COLUMNS = `a.id, a.customer_id AS "customerId", a.name, a.company, a.line1, a.line2, a.city, a.region,
  a.postal_code AS "postalCode", a.country_code AS "countryCode", a.phone, a.created_at AS "createdAt",
  a.updated_at AS "updatedAt", c.default_shipping_address_id IS NOT DISTINCT FROM a.id AS "isDefaultShipping",
  c.default_billing_address_id IS NOT DISTINCT FROM a.id AS "isDefaultBilling"`;

export const createAddressStore = (db: Database): Addresses => ({
  async findByIds(viewer, ids) {
    if (!seesEverything(viewer) && viewer.kind !== 'customer') return [];
    const owner = viewer.kind === 'customer' ? viewer.customerId : null;
    const { rows } = await db.pool.query<Address>(
      `SELECT ${COLUMNS} FROM addresses a JOIN customers c ON c.id = a.customer_id
       WHERE a.id = ${anyOf(1)} AND ($2::text IS NULL OR a.customer_id = $2)`,
      [ids, owner],
    );
    return rows;
  },

  async pages(viewer, customerIds, page): Promise<ReadonlyMap<string, Page<Address>>> {
    const [createdAt, id] = page.after ?? [];
    const { rows } = await db.pool.query<Address>(
      `SELECT ${COLUMNS} FROM customers c CROSS JOIN LATERAL (
         SELECT * FROM addresses b WHERE b.customer_id = c.id
           AND ($2::bigint IS NULL OR (b.created_at, b.id) > (to_timestamp($2::bigint / 1000.0), $3::text))
         ORDER BY b.created_at, b.id LIMIT $4) a
       WHERE c.id = ${anyOf(1)} ORDER BY a.created_at, a.id`,
      [readable(viewer, customerIds), createdAt ?? null, id ?? null, page.limit + 1],
    );
    return pagesBy(customerIds, rows, (row) => row.customerId, page);
  },

  add: (address, now) => add(db, address, now),

  async replace(customerId, id, address, now) {
    const { rowCount } = await db.pool.query(
      `UPDATE addresses SET name = $3, company = $4, line1 = $5, line2 = $6, city = $7, region = $8, postal_code = $9,
         country_code = $10, phone = $11, updated_at = $12
       WHERE id = $1 AND customer_id = $2`,
      [id, customerId, ...valuesOf(address), now],
    );
    return rowCount === 1;
  },

  async remove(customerId, id) {
    // A default that pointed here is emptied by its foreign key. The customer is locked before the address, as by whoever
    // makes it a default.
    const { rowCount } = await db.pool.query(
      `WITH owner AS (SELECT id FROM customers WHERE id = $2 FOR NO KEY UPDATE)
       DELETE FROM addresses a USING owner WHERE a.id = $1 AND a.customer_id = owner.id`,
      [id, customerId],
    );
    return rowCount === 1;
  },

  async setDefault(customerId, id, uses, now) {
    try {
      const { rowCount } = await db.pool.query(
        `UPDATE customers SET updated_at = $5,
           default_shipping_address_id = CASE WHEN $3 THEN $2 ELSE default_shipping_address_id END,
           default_billing_address_id = CASE WHEN $4 THEN $2 ELSE default_billing_address_id END
         WHERE id = $1 AND EXISTS (SELECT FROM addresses WHERE id = $2 AND customer_id = $1)`,
        [customerId, id, uses.includes('SHIPPING'), uses.includes('BILLING'), now],
      );
      return rowCount === 1;
    } catch (error) {
      // Removed while this waited for the customer: the look above was before.
      if (DEFAULTS.includes((error as { constraint?: string }).constraint ?? '')) return false;
      throw error;
    }
  },
});

const DEFAULTS = ['customers_default_shipping_address_id_fkey', 'customers_default_billing_address_id_fkey'];

const valuesOf = (address: NewAddress['address']) => [
  address.name,
  address.company,
  address.line1,
  address.line2,
  address.city,
  address.region,
  address.postalCode,
  address.countryCode,
  address.phone,
];

async function add(db: Database, entry: NewAddress, now: Date): Promise<'added' | 'same' | 'taken' | 'full'> {
  const { id, customerId, inputDigest, address, defaultFor } = entry;
  try {
    return await inTransaction(db.pool, async (client) => {
      const inserted = await client.query(
        `INSERT INTO addresses (id, customer_id, input_digest, name, company, line1, line2, city, region, postal_code,
           country_code, phone, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13) ON CONFLICT (id) DO NOTHING`,
        [id, customerId, inputDigest, ...valuesOf(address), now],
      );
      if (inserted.rowCount === 0) {
        const { rowCount } = await client.query(
          'SELECT FROM addresses WHERE id = $1 AND customer_id = $2 AND input_digest = $3',
          [id, customerId, inputDigest],
        );
        return rowCount === 1 ? 'same' : 'taken';
      }
      await client.query(
        `UPDATE customers SET updated_at = $5,
           default_shipping_address_id = CASE WHEN $3 OR address_count = 1 THEN $2 ELSE default_shipping_address_id END,
           default_billing_address_id = CASE WHEN $4 OR address_count = 1 THEN $2 ELSE default_billing_address_id END
         WHERE id = $1`,
        [customerId, id, defaultFor.includes('SHIPPING'), defaultFor.includes('BILLING'), now],
      );
      return 'added';
    });
  } catch (error) {
    if ((error as { constraint?: string }).constraint === 'customers_address_limit') return 'full';
    throw error;
  }
}
