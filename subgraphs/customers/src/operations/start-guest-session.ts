import type { Viewer } from '@cartograph/kernel/viewer';
import type { Ports } from '../ports.ts';
import { after } from './session-tokens.ts';

export interface GuestSession {
  readonly guestId: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
}

/** Stores nothing: a guest is whoever holds the token, so a flood of them costs no rows. */
export const startGuestSession =
  (ports: Ports) =>
  async (viewer: Viewer): Promise<GuestSession> => {
    const guestId = viewer.kind === 'guest' ? viewer.guestId : ports.newId('Guest');
    const { guestSeconds } = ports.accessTokens;
    return {
      guestId,
      accessToken: await ports.accessTokens.issue({ kind: 'guest', guestId }, guestSeconds),
      accessTokenExpiresAt: after(ports.clock(), guestSeconds),
    };
  };
