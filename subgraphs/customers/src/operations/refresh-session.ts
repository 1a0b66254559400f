import { type Refusal, sessionEnded } from '../domain/outcome.ts';
import type { SessionTokens } from '../domain/session.ts';
import type { Ports } from '../ports.ts';
import { after, giveTokens } from './session-tokens.ts';

export type RefreshSessionOutcome =
  | { readonly kind: 'RefreshSessionSuccess'; readonly session: SessionTokens }
  | Refusal<'SessionEnded'>;

export const refreshSession =
  (ports: Ports) =>
  async (refreshToken: string): Promise<RefreshSessionOutcome> => {
    const { secrets, accessTokens } = ports;
    const now = ports.clock();
    const outcome = await ports.sessions.refresh({
      hash: secrets.hash(refreshToken),
      now,
      next: { salt: secrets.newSalt(), expiresAt: after(now, accessTokens.refreshSeconds) },
      hashOfNext: (salt) => secrets.hash(secrets.nextRefreshToken(refreshToken, salt)),
    });
    if (outcome.kind === 'ended') return sessionEnded();
    // Read anew: roles that were taken away must not live on in the next token.
    const login = await ports.accounts.findLoginById(outcome.accountId);
    if (!login || login.roles?.length === 0) return sessionEnded();
    const token = secrets.nextRefreshToken(refreshToken, outcome.salt);
    return {
      kind: 'RefreshSessionSuccess',
      session: await giveTokens(ports, login, outcome.guestId, { token, expiresAt: outcome.expiresAt }),
    };
  };
