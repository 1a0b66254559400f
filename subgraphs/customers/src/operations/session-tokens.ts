import type { Viewer } from '@cartograph/kernel/viewer';
import type { Login, NewSession, SessionTokens } from '../domain/session.ts';
import type { Ports } from '../ports.ts';

/** A session that is not stored yet, and how to give its tokens once it is. */
export interface Opening {
  readonly session: NewSession;
  tokens(): Promise<SessionTokens>;
}

type Account = Pick<Login, 'accountId' | 'roles'>;

/** Prepares a session. Whoever was a guest before keeps that identity in every token of the session. */
export function openSession(ports: Ports, account: Account, before: Viewer): Opening {
  const now = ports.clock();
  const { token, hash, salt } = ports.secrets.newRefreshToken();
  const { refreshSeconds, sessionSeconds } = ports.accessTokens;
  const session: NewSession = {
    id: ports.newId('Session'),
    accountId: account.accountId,
    guestId: account.roles === null ? guestOf(before, account.accountId) : null,
    createdAt: now,
    expiresAt: after(now, sessionSeconds),
    token: { hash, salt, expiresAt: after(now, Math.min(refreshSeconds, sessionSeconds)) },
  };
  return {
    session,
    tokens: () => giveTokens(ports, account, session.guestId, { token, expiresAt: session.token.expiresAt }),
  };
}

/** An access token for the account as it is now, beside a refresh token. */
export async function giveTokens(
  ports: Ports,
  { accountId, roles }: Account,
  guestId: string | null,
  refresh: { readonly token: string; readonly expiresAt: Date },
): Promise<SessionTokens> {
  const { accessSeconds } = ports.accessTokens;
  const viewer: Viewer = roles
    ? { kind: 'staff', staffId: accountId, roles }
    : { kind: 'customer', customerId: accountId, ...(guestId && { guestId }) };
  return {
    accessToken: await ports.accessTokens.issue(viewer, accessSeconds),
    accessTokenExpiresAt: after(ports.clock(), accessSeconds),
    refreshToken: refresh.token,
    refreshTokenExpiresAt: refresh.expiresAt,
  };
}

/** A guest becomes the customer; a customer who signs in again keeps the guest they came from, but not somebody else's. */
function guestOf(before: Viewer, accountId: string): string | null {
  if (before.kind === 'guest') return before.guestId;
  return before.kind === 'customer' && before.customerId === accountId ? (before.guestId ?? null) : null;
}

export const after = (moment: Date, seconds: number): Date => new Date(moment.getTime() + seconds * 1000);
