import { type Money, toMoneyOutput } from '@cartograph/kernel/money';
import type { By, NewOrderEvent } from './order-event.ts';
import type { Return } from './return.ts';

interface Checkout {
  readonly orderId: string;
  readonly total: Money;
  readonly lines: readonly { readonly quantity: number }[];
  readonly allocations: readonly { readonly warehouseId: string }[];
  readonly heldAt: number;
  readonly channel?: string;
  readonly followUp?: { readonly tries: number };
}

export const inWords = (amount: Money): string => {
  const { amount: digits, currencyCode } = toMoneyOutput(amount);
  return `${digits} ${currencyCode}`;
};

export const heldEvent = ({ orderId, lines, allocations, heldAt }: Checkout): NewOrderEvent => {
  const pieces = lines.reduce((all, { quantity }) => all + quantity, 0);
  const warehouses = new Set(allocations.map(({ warehouseId }) => warehouseId)).size;
  const message = `${pieces} in all ${pieces === 1 ? 'is' : 'are'} held in ${warehouses} warehouse${warehouses === 1 ? '' : 's'}.`;
  return { ...system(orderId, 'STOCK_HELD', message), key: 'held', isPrivate: true, at: new Date(heldAt) };
};

export const confirmedEvents = (state: Checkout): readonly NewOrderEvent[] => {
  const message = state.channel
    ? `${inWords(state.total)} was collected by ${state.channel}.`
    : `${inWords(state.total)} of the buyer's money is reserved.`;
  const paid = { ...system(state.orderId, 'PAYMENT_AUTHORIZED', message), key: 'authorized' };
  return [heldEvent(state), ...(state.total.minor > 0 ? [paid] : [])];
};

/** What is undone before the order ends: its goods, if they were held. */
export const undoneEvents = (state: Checkout): readonly NewOrderEvent[] =>
  state.heldAt === 0
    ? []
    : [
        heldEvent(state),
        {
          ...system(state.orderId, 'STOCK_RELEASED', 'What was held is free again.'),
          key: 'released',
          isPrivate: true,
        },
      ];

/** Another card, another confirmation. */
export const toConfirmEvent = ({ orderId, followUp }: Checkout): NewOrderEvent => ({
  ...system(orderId, 'PAYMENT_ACTION_REQUIRED', 'The buyer has to confirm the payment.'),
  key: `to-confirm:${followUp?.tries ?? 0}`,
});

export const toPayEvent = ({ orderId, total }: Checkout): NewOrderEvent => ({
  ...system(orderId, 'PAYMENT_ACTION_REQUIRED', `The buyer has to pay ${inWords(total)}.`),
  key: 'to-pay',
});

export const travellingEvent = ({ orderId }: Checkout): NewOrderEvent => ({
  ...system(orderId, 'PAYMENT_ACTION_REQUIRED', 'It waits for the goods that it comes in the place of.'),
  key: 'travelling',
});

export const capturedEvent = (orderId: string, key: string, amount: Money): NewOrderEvent => ({
  ...system(orderId, 'PAYMENT_CAPTURED', `${inWords(amount)} was taken.`),
  key,
});

export const refundedEvent = (orderId: string, key: string, amount: Money, subjectId?: string): NewOrderEvent => ({
  ...system(orderId, 'PAYMENT_REFUNDED', `${inWords(amount)} was given back.`),
  ...(subjectId !== undefined && { subjectId }),
  key,
});

/** What was reserved, and will never be taken. */
export const releasedEvent = (orderId: string, key: string, amount: Money, subjectId: string): NewOrderEvent => ({
  ...system(orderId, 'PAYMENT_RELEASED', `${inWords(amount)} of what is reserved will not be taken.`),
  ...{ subjectId, key },
});

/** What was left over of the payment, and staff let go. */
export const leftOverEvent = (orderId: string, key: string, amount: Money, by: By): NewOrderEvent => ({
  ...{ orderId, type: 'PAYMENT_RELEASED', key, ...by },
  message: `${inWords(amount)} was still reserved, and is let go.`,
});

/** What staff gave back in payments, besides what orders gives back by itself. */
export const refundedByStaffEvent = ({
  orderId,
  refundId,
  amount,
  reason,
  staffId,
}: {
  readonly orderId: string;
  readonly refundId: string;
  readonly amount: Money;
  readonly reason: string | null;
  readonly staffId: string;
}): NewOrderEvent => ({
  ...refundedEvent(orderId, refundId, amount),
  message: `${inWords(amount)} was given back${reason ? `: ${reason}` : '.'}`,
  ...{ by: 'STAFF', staffId, subjectId: refundId },
});

/** What staff adopted of a payment, because it was done at the provider by hand. */
export interface AdoptedPayment {
  readonly staffId: string;
  readonly captured: Money | null;
  readonly refunded: Money | null;
  readonly released: Money | null;
}

export function adoptedEvents(news: {
  readonly orderId: string;
  readonly paymentId: string;
  readonly status: string;
  readonly eventId: string;
  readonly adopted: AdoptedPayment | null;
}): readonly NewOrderEvent[] {
  const { orderId, paymentId: subjectId, status, eventId, adopted } = news;
  if (!adopted) return [];
  const adoptedEvent = (type: NewOrderEvent['type'], amount: Money | null, what: string): readonly NewOrderEvent[] => {
    if (!amount) return [];
    const message = `${inWords(amount)} was ${what} at the payment provider, and is so in our books now.`;
    return [{ orderId, type, message, by: 'STAFF', staffId: adopted.staffId, subjectId, key: `${eventId}:${type}` }];
  };
  return [
    ...adoptedEvent('PAYMENT_CAPTURED', adopted.captured, 'taken'),
    ...adoptedEvent('PAYMENT_REFUNDED', adopted.refunded, 'given back'),
    ...adoptedEvent(status === 'VOIDED' ? 'PAYMENT_VOIDED' : 'PAYMENT_RELEASED', adopted.released, 'released'),
  ];
}

export const voidedEvent = (orderId: string): NewOrderEvent => ({
  ...system(orderId, 'PAYMENT_VOIDED', 'Nothing of the payment is left with the shop.'),
  key: 'voided',
});

/** A refusal is final: to ask again under the same key changes nothing. */
export const refundRefusedEvent = (
  orderId: string,
  key: string,
  amount: Money,
  why: string,
  subjectId?: string,
): NewOrderEvent => ({
  ...system(orderId, 'REFUND_REFUSED', `${inWords(amount)} was not given back: ${why}`),
  ...(subjectId !== undefined && { subjectId }),
  key: `${key}-refused`,
});

export const editRefundRefusedEvent = (...refusal: Parameters<typeof refundRefusedEvent>): NewOrderEvent => ({
  ...refundRefusedEvent(...refusal),
  type: 'EDIT_REFUND_REFUSED',
});

/** What staff gave up: it may have happened all the same, since nobody said so. */
export const leftUndoneEvent = (orderId: string, key: string, what: string): NewOrderEvent => ({
  ...system(orderId, 'LEFT_UNDONE', `${what} Look whether it has happened, and do it by hand if not.`),
  isPrivate: true,
  key: `${key}-left`,
});

/** Whether the buyer may not have got money that these events were to tell them they have. */
export const isOwed = (events: readonly NewOrderEvent[]): boolean =>
  events.some(({ type }) => type === 'REFUND_REFUSED' || type === 'LEFT_UNDONE');

export const restockedEvent = (orderId: string, key: string, pieces: number, subjectId?: string): NewOrderEvent => ({
  ...system(orderId, 'STOCK_RETURNED', `${pieces} in all went back on sale.`),
  ...(subjectId !== undefined && { subjectId }),
  isPrivate: true,
  key,
});

/** `owed`: how much of the refund, in minor units, was not given back. */
export function returnClosedEvent(
  { id, orderId, number, refundAmount, creditAmount }: Return,
  owed: number,
): NewOrderEvent {
  const isRefunded = (refundAmount?.minor ?? 0) - creditAmount.minor - owed > 0;
  const message =
    creditAmount.minor > 0
      ? `Return ${number} is done: ${inWords(creditAmount)} of what it is worth is for what comes instead.`
      : `Return ${number} is ${isRefunded ? 'refunded and ' : ''}done.`;
  return { ...system(orderId, 'RETURN_CLOSED', message), subjectId: id };
}

export const mailedEvent = (orderId: string, key: string, template: string): NewOrderEvent => ({
  ...system(orderId, 'MAIL_SENT', `The mail "${template}" was sent to the buyer.`),
  isPrivate: true,
  key,
});

const system = (orderId: string, type: NewOrderEvent['type'], message: string): NewOrderEvent => ({
  orderId,
  type,
  message,
  by: 'SYSTEM',
});
