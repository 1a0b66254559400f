import type { Database } from '@cartograph/runtime/database/connect';
import { inTransaction } from '@cartograph/runtime/database/transaction';
import { type EndReason, judgeRefresh, type NewSession } from '../domain/session.ts';
import type { RefreshOutcome, RefreshRequest, Sessions } from '../ports.ts';
import type { Client } from './rows.ts';

export const createSessionStore = (db: Database): Sessions => ({
  open: (session) => insertSession(db.pool, session),

  refresh: (request) => refresh(db, request),

  async endByToken(hash, now) {
    await db.pool.query(
      `UPDATE sessions SET ended_at = $2, end_reason = 'SIGNED_OUT'
       WHERE ended_at IS NULL AND id = (SELECT session_id FROM refresh_tokens WHERE hash = $1)`,
      [hash, now],
    );
  },

  endAll: (accountId, reason, now) => endSessions(db.pool, accountId, reason, now),
});

/** One statement: a session never stands without its token. */
export async function insertSession(client: Client, session: NewSession): Promise<void> {
  const { id, accountId, guestId, createdAt, expiresAt, token } = session;
  await client.query(
    `WITH session AS (
       INSERT INTO sessions (id, account_id, guest_id, created_at, last_used_at, expires_at)
       VALUES ($1, $2, $3, $4, $4, $5) RETURNING id)
     INSERT INTO refresh_tokens (hash, session_id, salt, created_at, expires_at)
     SELECT $6, id, $7, $4, $8 FROM session`,
    [id, accountId, guestId, createdAt, expiresAt, token.hash, token.salt, token.expiresAt],
  );
}

export async function endSessions(client: Client, accountId: string, reason: EndReason, now: Date): Promise<number> {
  const { rowCount } = await client.query(
    'UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2',
    [accountId, now, reason],
  );
  return rowCount ?? 0;
}

interface TokenRow {
  readonly salt: string;
  readonly sessionId: string;
  readonly accountId: string;
  readonly guestId: string | null;
  readonly usedAt: Date | null;
  readonly tokenExpiresAt: Date;
  readonly sessionExpiresAt: Date;
  readonly sessionEndedAt: Date | null;
}

const refresh = (db: Database, { hash, now, next, hashOfNext }: RefreshRequest): Promise<RefreshOutcome> =>
  inTransaction(db.pool, async (client) => {
    // Both rows are locked, so that of two exchanges at once the second sees what the first has done; the session first, as
    // by whoever deletes it.
    const { rows } = await client.query<TokenRow>(
      `SELECT t.salt, t.used_at AS "usedAt", t.expires_at AS "tokenExpiresAt", s.id AS "sessionId",
         s.account_id AS "accountId", s.guest_id AS "guestId", s.expires_at AS "sessionExpiresAt",
         s.ended_at AS "sessionEndedAt"
       FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.hash = $1 FOR UPDATE OF s, t`,
      [hash],
    );
    const row = rows[0];
    if (!row) return { kind: 'ended' };
    const verdict = judgeRefresh(row, now);
    if (verdict === 'ended') return { kind: 'ended' };
    if (verdict === 'reuse') {
      await client.query(`UPDATE sessions SET ended_at = $2, end_reason = 'REUSED' WHERE id = $1`, [
        row.sessionId,
        now,
      ]);
      return { kind: 'ended' };
    }
    if (verdict === 'rotate') {
      // Used first: the index that allows one live token per session is checked row by row.
      await client.query('UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1', [hash, now]);
      await client.query(
        `WITH session AS (UPDATE sessions SET last_used_at = $4 WHERE id = $2)
         INSERT INTO refresh_tokens (hash, session_id, salt, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
        [hashOfNext(row.salt), row.sessionId, next.salt, now, next.expiresAt],
      );
    }
    const { accountId, guestId, salt } = row;
    return { kind: 'next', accountId, guestId, salt, expiresAt: next.expiresAt };
  });
