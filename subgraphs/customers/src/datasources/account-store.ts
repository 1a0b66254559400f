import type { StaffRole } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import { searchText } from '../domain/customer.ts';
import type { Login } from '../domain/session.ts';
import type { Accounts, Registration } from '../ports.ts';
import { insertCredential } from './credential-rows.ts';
import { insertNotification } from './notification-store.ts';
import { insertOneTimeToken } from './one-time-token-store.ts';
import type { Client } from './rows.ts';
import { endSessions, insertSession } from './session-store.ts';

const LOGIN = {
  CUSTOMER: `SELECT c.id AS "accountId", c.email, k.password_hash AS "passwordHash", NULL::text[] AS roles
    FROM customers c LEFT JOIN credentials k ON k.account_id = c.id WHERE c.erased_at IS NULL`,
  STAFF: `SELECT c.id AS "accountId", c.email, k.password_hash AS "passwordHash", c.roles
    FROM staff c LEFT JOIN credentials k ON k.account_id = c.id WHERE true`,
} as const;

type LoginRow = Omit<Login, 'roles'> & { readonly roles: StaffRole[] | null };

export const createAccountStore = (db: Database): Accounts => ({
  async findLogin(kind, email) {
    const { rows } = await db.pool.query<LoginRow>(`${LOGIN[kind]} AND c.email = $1`, [email]);
    return rows[0] ?? null;
  },

  async findLoginById(accountId) {
    const kind = accountId.startsWith('Staff:') ? 'STAFF' : 'CUSTOMER';
    const { rows } = await db.pool.query<LoginRow>(`${LOGIN[kind]} AND c.id = $1`, [accountId]);
    return rows[0] ?? null;
  },

  register: (registration) => inTransaction(db.pool, (client) => register(client, registration)),

  async rehash(accountId, oldHash, newHash) {
    await db.pool.query('UPDATE credentials SET password_hash = $3 WHERE account_id = $1 AND password_hash = $2', [
      accountId,
      oldHash,
      newHash,
    ]);
  },

  changePassword: (session, oldHash, newHash) =>
    inTransaction(db.pool, async (client) => {
      const { rowCount } = await client.query(
        'UPDATE credentials SET password_hash = $3, changed_at = $4 WHERE account_id = $1 AND password_hash = $2',
        [session.accountId, oldHash, newHash, session.createdAt],
      );
      if (rowCount !== 1) return false;
      await endSessions(client, session.accountId, 'PASSWORD', session.createdAt);
      await insertSession(client, session);
      return true;
    }),
});

async function register(client: Client, registration: Registration): Promise<boolean> {
  const { customer, passwordHash, consents, session, verification, notification } = registration;
  // Two registrations of one address at once meet in the unique index: the second waits, then inserts nothing.
  const { rowCount } = await client.query(
    `INSERT INTO customers (id, email, name, phone, locale, search, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (email) DO NOTHING`,
    [
      customer.id,
      customer.email,
      customer.name,
      customer.phone,
      customer.locale,
      searchText(customer),
      customer.createdAt,
    ],
  );
  if (rowCount !== 1) return false;
  await insertCredential(client, customer.id, passwordHash, customer.createdAt);
  if (consents.length > 0)
    await client.query(
      `WITH decision AS (SELECT * FROM jsonb_to_recordset($2) AS d(id text, topic text, granted boolean, source text)),
         standing AS (
           INSERT INTO consents (customer_id, topic, granted, source, decided_at)
           SELECT $1, topic, granted, source, $3 FROM decision)
       INSERT INTO consent_records (id, customer_id, topic, granted, source, decided_at)
       SELECT id, $1, topic, granted, source, $3 FROM decision`,
      [customer.id, JSON.stringify(consents), customer.createdAt],
    );
  await insertSession(client, session);
  await insertOneTimeToken(client, verification);
  await insertNotification(client, notification);
  return true;
}
