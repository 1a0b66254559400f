import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import type { Customer } from '../domain/customer.ts';
import type { NewOneTimeToken } from '../domain/one-time-token.ts';
import type { OneTimeTokens } from '../ports.ts';
import { insertCredential } from './credential-rows.ts';
import { insertNotification } from './notification-store.ts';
import type { Client } from './rows.ts';
import { CUSTOMER_COLUMNS } from './rows.ts';
import { endSessions, insertSession } from './session-store.ts';

export const createOneTimeTokenStore = (db: Database): OneTimeTokens => ({
  async find(id, purposes, now) {
    const { rows } = await db.pool.query<NewOneTimeToken>(
      `SELECT id, account_id AS "accountId", purpose, created_at AS "createdAt", expires_at AS "expiresAt"
       FROM one_time_tokens WHERE id = $1 AND purpose = ANY($2) AND used_at IS NULL AND expires_at > $3`,
      [id, purposes, now],
    );
    return rows[0] ?? null;
  },

  issue: (token, notification) =>
    inTransaction(db.pool, async (client) => {
      await insertOneTimeToken(client, token);
      await insertNotification(client, notification);
    }),

  resetPassword: (token, passwordHash, session) =>
    inTransaction(db.pool, async (client) => {
      const now = session.createdAt;
      await lockAccount(client, token.accountId);
      const { rowCount } = await client.query(
        'UPDATE one_time_tokens SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2',
        [token.id, now],
      );
      if (rowCount !== 1) return false;
      // Other links that were mailed open nothing any more.
      await client.query(
        `UPDATE one_time_tokens SET used_at = $2
         WHERE account_id = $1 AND used_at IS NULL AND purpose IN ('RESET_PASSWORD', 'ACCEPT_INVITATION')`,
        [token.accountId, now],
      );
      await insertCredential(client, token.accountId, passwordHash, now);
      await client.query(
        'UPDATE customers SET email_verified_at = COALESCE(email_verified_at, $2) WHERE id = $1 AND erased_at IS NULL',
        [token.accountId, now],
      );
      await endSessions(client, token.accountId, 'PASSWORD', now);
      await insertSession(client, session);
      return true;
    }),

  // One statement, which locks the customer first. A used token answers again until it expires: mail scanners follow links
  // before people do.
  async verifyEmail(id, now) {
    const { rows } = await db.pool.query<Customer>(
      `WITH owner AS (
         SELECT c.id FROM customers c JOIN one_time_tokens t ON t.account_id = c.id
         WHERE t.id = $1 AND c.erased_at IS NULL FOR NO KEY UPDATE OF c),
       token AS (
         UPDATE one_time_tokens t SET used_at = COALESCE(used_at, $2)
         FROM owner WHERE t.id = $1 AND purpose = 'VERIFY_EMAIL' AND expires_at > $2 RETURNING account_id)
       UPDATE customers c SET email_verified_at = COALESCE(c.email_verified_at, $2)
       FROM token WHERE c.id = token.account_id
       RETURNING ${CUSTOMER_COLUMNS}`,
      [id, now],
    );
    return rows[0] ?? null;
  },
});

/** Before anything of the account, as by whoever erases it. */
async function lockAccount(client: Client, accountId: string): Promise<void> {
  const table = accountId.startsWith('Staff:') ? 'staff' : 'customers';
  await client.query(`SELECT FROM ${table} WHERE id = $1 FOR NO KEY UPDATE`, [accountId]);
}

export async function insertOneTimeToken(client: Client, token: NewOneTimeToken): Promise<void> {
  await client.query(
    `INSERT INTO one_time_tokens (id, account_id, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO NOTHING`,
    [token.id, token.accountId, token.purpose, token.createdAt, token.expiresAt],
  );
}
