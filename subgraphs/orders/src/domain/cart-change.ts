import type { CartLine } from './cart.ts';
import type { Destination } from './checkout.ts';
import type { PostalAddress } from './postal-address.ts';

/** A change that happens once per key and buyer, however often it is asked for. */
export interface KeyedChange {
  readonly buyerId: string;
  readonly key: string;
  /** SHA-256 of what was asked for, so that one key cannot mean two things. */
  readonly digest: string;
}

export interface NewCart {
  readonly id: string;
  readonly buyerId: string;
  readonly currency: string;
  readonly destination: Destination | null;
  readonly lines: readonly CartLine[];
}

/** What `CartStore.update` sets; what is left out stays. */
export interface CartPatch {
  readonly destination?: Destination;
  readonly shippingAddress?: PostalAddress | null;
  readonly shippingMethodId?: string | null;
  readonly email?: string | null;
  readonly note?: string | null;
}

/** `absent`: not there, not the viewer's, closed, or not of the expected version. `repeated`: the key was used before. */
export type CartChange = 'changed' | 'absent' | 'repeated' | 'too-many-lines' | 'quantity-too-high' | 'too-many-codes';

export interface ChangeOptions {
  readonly now: Date;
  readonly expectedVersion?: number | null | undefined;
  readonly keyed?: KeyedChange | null;
}

export interface MergeRequest {
  readonly guestId: string | null;
  readonly customerId: string;
  readonly fromCartId: string | null;
  readonly intoCartId: string | null;
  readonly now: Date;
}

export interface MergeFailure {
  readonly kind: 'absent' | 'too-many-lines';
}

/** Carts that were changed last in that time. */
export interface LeftCarts {
  readonly leftAfter: Date;
  readonly leftBefore: Date;
  readonly now: Date;
}

export interface SweepTimes {
  /** Carts not changed since are abandoned. */
  readonly abandonBefore: Date;
  /** Abandoned, merged and ordered carts not changed since are deleted. */
  readonly deleteBefore: Date;
  /** Keys used before are forgotten. */
  readonly forgetKeysBefore: Date;
}
