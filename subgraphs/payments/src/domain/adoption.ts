import type { ProviderPayment } from '../ports/payment-provider.ts';
import type { Effect } from './effect.ts';
import { isDead, isOpen, type Payment, type PaymentStatus } from './payment.ts';

/** Why what the provider has cannot be adopted, and what to do about it. */
export const ADOPTION_REFUSALS = {
  NO_PROVIDER: 'No payment provider has a part in this payment: there is nothing to adopt.',
  UNDER_WAY: 'Something is under way on this payment whose outcome is being asked for. Try again when it is known.',
  UNKNOWN_TO_PROVIDER: 'The provider has no record of this payment. Ask the provider what has become of it.',
  WRONG_CURRENCY: 'The provider has this payment in another currency. Ask the provider what has become of it.',
  PROVIDER_HAS_LESS:
    'Our books say that more was captured or refunded than the provider does. Money is never taken out of our books: ask the provider what has become of it.',
  EXCEEDS_AMOUNT:
    'The provider has captured more than its part of this payment. Settle the difference outside the shop.',
  EXCEEDS_CAPTURED: 'The provider says that more was given back than was captured. Ask the provider how that can be.',
  ENDED:
    'This payment has ended here without money, and the provider has some of it. Void or refund it at the provider.',
} as const;

export type AdoptionRefusal = keyof typeof ADOPTION_REFUSALS;

/** What the provider has done beyond what we know, in minor units. */
export interface AdoptedAmounts {
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly releasedMinor: number;
}

/** The same, and how the payment stands with it. */
export interface Adoption extends AdoptedAmounts {
  readonly status: PaymentStatus;
  readonly authorizedMinor: number;
}

/** What these effects of one adoption have moved. */
export function adoptedIn(effects: readonly Effect[]): AdoptedAmounts {
  const sum = (kind: Effect['kind']) =>
    effects.reduce((total, effect) => (effect.kind === kind ? total + effect.amountMinor : total), 0);
  return { capturedMinor: sum('CAPTURE'), refundedMinor: sum('REFUND'), releasedMinor: sum('RELEASE') };
}

/** A capture or refund may still turn out either way, or the authorisation itself. */
export const isUnderWay = (payment: Payment): boolean =>
  isOpen(payment) || payment.capturingMinor + payment.refundingMinor > 0;

/**
 * Compares the card's part with the provider's picture, which has to be one of the payment as it stands here. Null when
 * both agree; a refusal when our books cannot follow, or must not.
 */
export function adoptionOf(payment: Payment, theirs: ProviderPayment | null): Adoption | AdoptionRefusal | null {
  if (isUnderWay(payment)) return 'UNDER_WAY';
  if (!theirs) return isDead(payment) ? null : 'UNKNOWN_TO_PROVIDER';
  if (theirs.currency !== payment.currency) return 'WRONG_CURRENCY';
  if (isDead(payment)) return holdsMoney(theirs) ? 'ENDED' : null;
  const obstacle = obstacleTo(payment, theirs);
  return obstacle ?? beyond(payment, theirs);
}

const holdsMoney = ({ status, capturedMinor, refundedMinor }: ProviderPayment): boolean =>
  status === 'authorized' || capturedMinor !== refundedMinor;

function obstacleTo(payment: Payment, { status, capturedMinor, refundedMinor }: ProviderPayment) {
  const ours = cardPart(payment);
  if (status === 'action-required' || status === 'approved' || status === 'pending') return 'UNDER_WAY';
  if (capturedMinor < ours.captured || refundedMinor < ours.refunded) return 'PROVIDER_HAS_LESS';
  if (refundedMinor > capturedMinor) return 'EXCEEDS_CAPTURED';
  return capturedMinor > payment.amountMinor - payment.storedMinor ? 'EXCEEDS_AMOUNT' : null;
}

function beyond(payment: Payment, theirs: ProviderPayment): Adoption | null {
  const ours = cardPart(payment);
  // A reservation that has ended there is released here, with gift cards and store credit where nothing was taken at all.
  const isOver = theirs.status === 'voided' || theirs.status === 'declined';
  if (isOver && payment.status === 'AUTHORIZED' && theirs.capturedMinor === 0)
    return {
      ...{ capturedMinor: 0, refundedMinor: 0, releasedMinor: payment.authorizedMinor },
      ...{ status: 'VOIDED', authorizedMinor: 0 },
    };
  // More than what is still reserved here: a part of it was let go, and taken there all the same.
  const authorized = Math.max(ours.authorized, theirs.capturedMinor);
  const adopted = {
    capturedMinor: theirs.capturedMinor - ours.captured,
    refundedMinor: theirs.refundedMinor - ours.refunded,
    releasedMinor: isOver ? authorized - theirs.capturedMinor : 0,
  };
  if (adopted.capturedMinor + adopted.refundedMinor + adopted.releasedMinor === 0) return null;
  const authorizedMinor = payment.authorizedMinor + authorized - ours.authorized - adopted.releasedMinor;
  return { ...adopted, authorizedMinor, status: statusAfter(payment, adopted, authorizedMinor) };
}

/** What the provider has to do with, in minor units. */
const cardPart = (payment: Payment) => ({
  authorized: payment.authorizedMinor - (payment.storedMinor - payment.storedReleasedMinor),
  captured: payment.capturedMinor - payment.storedCapturedMinor,
  refunded: payment.refundedMinor - payment.storedRefundedMinor,
});

function statusAfter(payment: Payment, adopted: AdoptedAmounts, authorizedMinor: number): PaymentStatus {
  const captured = payment.capturedMinor + adopted.capturedMinor;
  const refunded = payment.refundedMinor + adopted.refundedMinor;
  if (refunded > 0) return refunded === captured ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  return captured === authorizedMinor ? 'CAPTURED' : 'PARTIALLY_CAPTURED';
}
