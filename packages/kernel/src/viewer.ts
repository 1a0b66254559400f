/** Who asks. Built by the router from a verified token, carried to subgraphs in the signed envelope. */
export type Viewer =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'guest'; readonly guestId: string }
  /** `guestId` is the guest the customer was before signing in, so that the guest's cart can be merged. */
  | { readonly kind: 'customer'; readonly customerId: string; readonly guestId?: string }
  | { readonly kind: 'staff'; readonly staffId: string; readonly roles: readonly StaffRole[] }
  | { readonly kind: 'service'; readonly service: string };

export const STAFF_ROLES = ['ADMIN', 'CATALOGUE', 'FULFILMENT', 'FINANCE', 'SUPPORT'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

export const ANONYMOUS: Viewer = { kind: 'anonymous' };

/** True for staff with one of these roles. ADMIN may do everything. */
export const isStaff = (viewer: Viewer, ...roles: readonly StaffRole[]): boolean =>
  viewer.kind === 'staff' &&
  (roles.length === 0 || viewer.roles.some((role) => role === 'ADMIN' || roles.includes(role)));

export const isService = (viewer: Viewer): boolean => viewer.kind === 'service';

/** Staff and services read every row; everybody else only their own. */
export const seesEverything = (viewer: Viewer): boolean => viewer.kind === 'staff' || viewer.kind === 'service';

/** One owner column fits customers and guests: their global id. Null for whoever owns nothing. */
export function buyerOf(viewer: Viewer): string | null {
  if (viewer.kind === 'customer') return viewer.customerId;
  return viewer.kind === 'guest' ? viewer.guestId : null;
}

/** Every id under which this viewer owns rows: a signed-in customer also owns what they did as a guest. */
export function ownersOf(viewer: Viewer): readonly string[] {
  if (viewer.kind === 'customer') return viewer.guestId ? [viewer.customerId, viewer.guestId] : [viewer.customerId];
  return viewer.kind === 'guest' ? [viewer.guestId] : [];
}

/** Whose rows this viewer reads; null for everybody's. */
export const readableOwners = (viewer: Viewer): readonly string[] | null =>
  seesEverything(viewer) ? null : ownersOf(viewer);
