/** Why a payment, capture or refund cannot be, in words for the buyer. Providers' own codes are translated to these. */
export const REFUSALS = {
  DECLINED: 'The card was declined. Use another card, or ask your bank.',
  INSUFFICIENT_FUNDS: 'The card has not enough funds. Use another card.',
  EXPIRED_CARD: 'The card has expired. Use another card.',
  SUSPECTED_FRAUD: 'The payment was refused. Use another way to pay.',
  AUTHENTICATION_FAILED: 'Your bank could not confirm the payment. Try again or use another card.',
  INVALID_TOKEN: 'The card could not be read. Enter it again.',
  PAYMENT_METHOD_REQUIRED: 'Choose a card to pay with.',
  PAYMENT_METHOD_INVALID: 'This saved card does not exist any more. Choose another one.',
  GIFT_CARD_INVALID: 'A gift card is unknown, expired, or in another currency. Check its code.',
  GIFT_CARD_INSUFFICIENT: 'The gift cards do not cover the whole amount. Choose a card for the rest.',
  ALREADY_PAID: 'This order is paid already.',
  TOO_MANY_ATTEMPTS: 'There were too many attempts to pay for this order. Start a new order.',
  VOIDED: 'The payment was cancelled.',
  EXPIRED: 'The payment was not confirmed in time.',
  TOO_MANY_METHODS: 'No more cards can be saved. Delete one first.',
  NOT_FOUND: 'There is no payment for this order.',
  NOT_AUTHORIZED: 'No reserved money can be taken from this payment.',
  NOT_CAPTURED: 'Nothing has been taken that could be given back.',
  EXCEEDS_AUTHORIZED: 'This is more than what is reserved and not yet taken.',
  EXCEEDS_CAPTURED: 'This is more than what was taken and not yet given back.',
  WRONG_CURRENCY: 'The payment is in another currency.',
  PAID_THROUGH_CHANNEL:
    'A sales channel has collected this. Cancel the order or receive a return: the channel is told to give it back.',
  REFUSED_BY_PROVIDER: 'The payment provider refused this.',
} as const;

export type RefusalReason = keyof typeof REFUSALS;

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

export const refusal = (reason: string | null): Refusal => {
  const known = reason !== null && reason in REFUSALS ? (reason as RefusalReason) : 'DECLINED';
  return { reason: known, message: REFUSALS[known] };
};
