/**
 * Something that must hold of the whole system when it has come to rest. Both statements run as a superuser over all
 * schemas at once, which no part of the product can do, and over `evidence`: what the providers' own books say, what buyers
 * were told, and what the database was seen doing.
 */
export interface Invariant {
  /** A sentence that is true. */
  readonly name: string;
  /** How many things it speaks of: a rule that looked at nothing proves nothing. */
  readonly subjects: string;
  /** Whatever contradicts it, a row each. */
  readonly broken: string;
}

/** The states of an order that its buyer may rely on. */
export const PLACED = `('CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED')`;

/** An order that is over without a sale. */
export const ENDED = `('REFUSED', 'CANCELLED')`;
