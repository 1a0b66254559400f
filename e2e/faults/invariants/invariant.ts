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

/** How many pieces of an order's line were taken out of it, or came back; of the latter those that are sold again. */
export const BACK = `(SELECT l.order_line_id, sum(l.resaleable_quantity) AS resaleable,
    coalesce(sum(l.quantity) FILTER (WHERE r.kind = 'EDIT'), 0) AS removed
  FROM orders.order_return_line l JOIN orders.order_return r ON r.id = l.return_id
  WHERE r.status = 'CLOSED' GROUP BY l.order_line_id)`;
