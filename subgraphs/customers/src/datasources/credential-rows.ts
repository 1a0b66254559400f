import type { Client } from './rows.ts';

/** Sets the password, whether or not there was one. */
export async function insertCredential(
  client: Client,
  accountId: string,
  passwordHash: string,
  now: Date,
): Promise<void> {
  await client.query(
    `INSERT INTO credentials (account_id, password_hash, changed_at) VALUES ($1, $2, $3)
     ON CONFLICT (account_id) DO UPDATE SET password_hash = $2, changed_at = $3`,
    [accountId, passwordHash, now],
  );
}
