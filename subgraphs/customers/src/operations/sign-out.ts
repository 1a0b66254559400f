import type { Viewer } from '@cartograph/kernel/viewer';
import type { Ports } from '../ports.ts';

export const signOut =
  (ports: Ports) =>
  async (refreshToken: string): Promise<boolean> => {
    await ports.sessions.endByToken(ports.secrets.hash(refreshToken), ports.clock());
    return true;
  };

export const signOutEverywhere =
  (ports: Ports) =>
  async (viewer: Viewer): Promise<number> => {
    const accountId = accountOf(viewer);
    return accountId ? ports.sessions.endAll(accountId, 'SIGNED_OUT', ports.clock()) : 0;
  };

/** The account that a viewer is signed in to. */
export function accountOf(viewer: Viewer): string | null {
  if (viewer.kind === 'customer') return viewer.customerId;
  return viewer.kind === 'staff' ? viewer.staffId : null;
}
