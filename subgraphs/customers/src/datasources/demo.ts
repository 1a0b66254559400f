import type { StaffRole } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import { searchText } from '../domain/customer.ts';
import type { Passwords } from '../ports.ts';
import { insertCredential } from './credential-rows.ts';
import type { Client } from './rows.ts';

const SINCE = new Date('2026-01-05T09:00:00Z');

interface DemoCustomer {
  readonly id: string;
  readonly addressId: string;
  readonly email: string;
  readonly name: string;
  readonly phone: string;
  readonly locale: string;
  readonly password: string;
  readonly consentId: string;
  /** line1, city, region, postal code, country */
  readonly address: readonly [string, string, string | null, string, string];
}

// Digits and capitals without I, L, O and U: Bob is spelled with zeros, as every id is.
const CUSTOMERS: readonly DemoCustomer[] = [
  {
    id: 'Customer:01JDEM0ADA0000000000000000',
    addressId: 'Address:01JDEM0ADA0000000000000000',
    consentId: 'ConsentRecord:01JDEM0ADA0000000000000000',
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    phone: '+49 30 1234567',
    locale: 'en',
    password: 'ada-demo-password',
    address: ['Karl-Marx-Allee 1', 'Berlin', null, '10178', 'DE'],
  },
  {
    id: 'Customer:01JDEM0B0B0000000000000000',
    addressId: 'Address:01JDEM0B0B0000000000000000',
    consentId: 'ConsentRecord:01JDEM0B0B0000000000000000',
    email: 'bob@example.com',
    name: 'Bob Noyce',
    phone: '+1 650 5550100',
    locale: 'en-US',
    password: 'bob-demo-password',
    address: ['844 Charleston Rd', 'Palo Alto', 'CA', '94303', 'US'],
  },
];

const STAFF: readonly { id: string; email: string; name: string; password: string; roles: StaffRole[] }[] = [
  {
    id: 'Staff:01JDEM0ADM0000000000000000',
    email: 'admin@example.com',
    name: 'Grace Hopper',
    password: 'admin-demo-password',
    roles: ['ADMIN'],
  },
  {
    id: 'Staff:01JDEM0SPT0000000000000000',
    email: 'support@example.com',
    name: 'Joan Clarke',
    password: 'support-demo-password',
    roles: ['SUPPORT'],
  },
];

const GROUP_ID = 'CustomerGroup:01JDEM0WHS0000000000000000';
const SEGMENT_ID = 'Segment:01JDEM0GER0000000000000000';

/** Into an empty shop only: demo passwords are printed, so a shop with real customers must never get them. */
export async function seedDemo(db: Database, passwords: Passwords, log: (message: string) => void): Promise<void> {
  const { rows } = await db.pool.query('SELECT id FROM customers UNION ALL SELECT id FROM staff LIMIT 1');
  if (rows.length > 0) return;
  const hashes = new Map(
    await Promise.all(
      [...CUSTOMERS, ...STAFF].map(async ({ id, password }) => [id, await passwords.hash(password)] as const),
    ),
  );
  await inTransaction(db.pool, async (client) => {
    for (const customer of CUSTOMERS) await insertCustomer(client, customer);
    for (const { id, email, name, roles } of STAFF)
      await client.query(
        'INSERT INTO staff (id, email, name, roles, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
        [id, email, name, roles, SINCE],
      );
    for (const [id, hash] of hashes) await insertCredential(client, id, hash, SINCE);
    await insertAudiences(client);
  });
  log(`customers: ${CUSTOMERS.length} demo customers and ${STAFF.length} members of staff`);
}

async function insertCustomer(client: Client, customer: DemoCustomer): Promise<void> {
  const { id, addressId, consentId, email, name, phone, locale, address } = customer;
  const { rowCount } = await client.query(
    `INSERT INTO customers (id, email, email_verified_at, name, phone, locale, search, created_at, updated_at)
     VALUES ($1, $2, $7, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING`,
    [id, email, name, phone, locale, searchText({ email, name, phone }), SINCE],
  );
  // Another process was quicker.
  if (rowCount !== 1) return;
  await client.query(
    `INSERT INTO addresses (id, customer_id, input_digest, name, line1, city, region, postal_code, country_code, phone,
       created_at, updated_at)
     VALUES ($1, $2, 'demo', $3, $4, $5, $6, $7, $8, $9, $10, $10)`,
    [addressId, id, name, ...address, phone, SINCE],
  );
  await client.query(
    'UPDATE customers SET default_shipping_address_id = $2, default_billing_address_id = $2 WHERE id = $1',
    [id, addressId],
  );
  await client.query(
    `WITH standing AS (
       INSERT INTO consents (customer_id, topic, granted, source, decided_at) VALUES ($2, 'EMAIL', true, 'registration', $3))
     INSERT INTO consent_records (id, customer_id, topic, granted, source, decided_at)
     VALUES ($1, $2, 'EMAIL', true, 'registration', $3)`,
    [consentId, id, SINCE],
  );
}

async function insertAudiences(client: Client): Promise<void> {
  const { rowCount } = await client.query(
    `INSERT INTO customer_groups (id, code, name, created_at) VALUES ($1, 'WHOLESALE', 'Wholesale', $2)
     ON CONFLICT DO NOTHING`,
    [GROUP_ID, SINCE],
  );
  if (rowCount !== 1) return;
  await client.query('INSERT INTO group_members (group_id, customer_id, since) VALUES ($1, $2, $3)', [
    GROUP_ID,
    CUSTOMERS[1]?.id,
    SINCE,
  ]);
  await client.query(
    `INSERT INTO segments (id, name, consent_to, country_code, created_at)
     VALUES ($1, 'Newsletter readers in Germany', 'EMAIL', 'DE', $2)`,
    [SEGMENT_ID, SINCE],
  );
}
