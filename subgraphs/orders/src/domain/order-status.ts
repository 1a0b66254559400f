export const ORDER_STATUSES = [
  'PENDING',
  'AWAITING_PAYMENT',
  'CONFIRMED',
  'PARTIALLY_FULFILLED',
  'FULFILLED',
  'DELIVERED',
  'CANCELLING',
  'CANCELLED',
  'REFUSED',
] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Where an order can go from where it is. The database refuses everything else; a test compares the two. */
export const TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PENDING: ['AWAITING_PAYMENT', 'CONFIRMED', 'REFUSED'],
  AWAITING_PAYMENT: ['CONFIRMED', 'REFUSED', 'CANCELLED'],
  CONFIRMED: ['PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED', 'CANCELLING'],
  PARTIALLY_FULFILLED: ['FULFILLED', 'DELIVERED'],
  FULFILLED: ['DELIVERED'],
  DELIVERED: [],
  // Back to where its shipments are, when one of them turned out to have left.
  CANCELLING: ['CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED', 'CANCELLED'],
  CANCELLED: [],
  REFUSED: [],
};

export const canBecome = (from: OrderStatus, to: OrderStatus): boolean => TRANSITIONS[from].includes(to);

/** True once the buyer has been told that the order is theirs. */
export const isPlaced = (status: OrderStatus): boolean =>
  status !== 'PENDING' && status !== 'AWAITING_PAYMENT' && status !== 'REFUSED';

export const isCancellable = (status: OrderStatus): boolean => status === 'AWAITING_PAYMENT' || status === 'CONFIRMED';

/** How far a shipment is. A larger rank is news, a smaller one is late. */
const SHIPMENT_RANKS: Readonly<Record<string, number>> = {
  PLANNED: 0,
  LABEL_PURCHASED: 1,
  HANDED_OVER: 2,
  IN_TRANSIT: 3,
  EXCEPTION: 3,
  OUT_FOR_DELIVERY: 4,
  DELIVERED: 5,
  RETURNED: 6,
  CANCELLED: 6,
};

/** Null for a status that shipping did not have when this was written: it changes nothing. */
export const shipmentRank = (status: string): number | null => SHIPMENT_RANKS[status] ?? null;
