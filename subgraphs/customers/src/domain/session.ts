import type { StaffRole } from '@cartograph/kernel/viewer';

export type AccountKind = 'CUSTOMER' | 'STAFF';

/** A session that is to be stored with its first refresh token. */
export interface NewSession {
  readonly id: string;
  readonly accountId: string;
  readonly guestId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly token: NewRefreshToken;
}

export interface NewRefreshToken {
  readonly hash: string;
  readonly salt: string;
  readonly expiresAt: Date;
}

/** Why a session ended. */
export type EndReason = 'SIGNED_OUT' | 'REUSED' | 'PASSWORD' | 'ROLES' | 'ERASED';

/** What a client holds. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
}

/** Who may sign in, with what a password is checked against; null while no password is set. */
export interface Login {
  readonly accountId: string;
  readonly email: string;
  readonly passwordHash: string | null;
  /** Null for a customer. */
  readonly roles: readonly StaffRole[] | null;
}

export interface RefreshState {
  readonly usedAt: Date | null;
  readonly tokenExpiresAt: Date;
  readonly sessionExpiresAt: Date;
  readonly sessionEndedAt: Date | null;
}

/** Within this time a repeat is a lost answer or a second tab, and gets the same next token. */
export const REPEAT_SECONDS = 10;

/**
 * What a refresh token gets: `rotate` the next one, `repeat` the one it got before, `reuse` the end of the session,
 * for then two parties hold the token, `ended` nothing.
 */
export function judgeRefresh(state: RefreshState, now: Date): 'rotate' | 'repeat' | 'reuse' | 'ended' {
  if (state.sessionEndedAt || state.sessionExpiresAt <= now) return 'ended';
  if (state.usedAt) return now.getTime() - state.usedAt.getTime() <= REPEAT_SECONDS * 1000 ? 'repeat' : 'reuse';
  return state.tokenExpiresAt <= now ? 'ended' : 'rotate';
}
