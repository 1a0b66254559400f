import type { Types } from '@adyen/api-library';
import type { Card } from '../../domain/card.ts';
import type { RefusalReason } from '../../domain/refusal.ts';
import type { ProviderPayment } from '../../ports/payment-provider.ts';
import { VERSION } from './items.ts';

type Answer = Types.checkout.PaymentResponse | Types.checkout.PaymentDetailsResponse;

/** By Adyen's number of the reason. What is not here is a plain decline. */
const REASONS: Readonly<Record<string, RefusalReason>> = {
  6: 'EXPIRED_CARD',
  8: 'INVALID_TOKEN',
  11: 'AUTHENTICATION_FAILED',
  12: 'INSUFFICIENT_FUNDS',
  14: 'SUSPECTED_FRAUD',
  20: 'SUSPECTED_FRAUD',
  22: 'SUSPECTED_FRAUD',
  24: 'INVALID_TOKEN',
  31: 'SUSPECTED_FRAUD',
  38: 'AUTHENTICATION_FAILED',
};

const STATUS: Readonly<Record<string, ProviderPayment['status']>> = {
  Authorised: 'authorized',
  RedirectShopper: 'action-required',
  IdentifyShopper: 'action-required',
  ChallengeShopper: 'action-required',
  PresentToShopper: 'action-required',
  Pending: 'pending',
  Received: 'pending',
};

/** What Adyen says at once. Where it names no payment yet, ours stands for it. */
export function toPayment(reference: string, currency: string, answer: Answer): ProviderPayment {
  const status = STATUS[String(answer.resultCode)] ?? 'declined';
  const { pspReference, action, refusalReasonCode } = answer;
  return {
    providerId: pspReference ?? reference,
    reference,
    status,
    version: status === 'action-required' || status === 'pending' ? VERSION.asked : VERSION.decided,
    currency,
    capturedMinor: 0,
    refundedMinor: 0,
    card: cardOf(answer),
    declineReason: status === 'declined' ? (REASONS[refusalReasonCode ?? ''] ?? 'DECLINED') : null,
    // Adyen's own component in the browser takes the whole action; a browser without it follows the address.
    action:
      status === 'action-required' && action
        ? { redirectUrl: (action as { url?: string }).url ?? '', clientSecret: JSON.stringify(action) }
        : null,
    effects: [],
  };
}

/** Told as far as the merchant account is set to tell it. */
function cardOf({ paymentMethod, additionalData }: Answer): Card | null {
  const { cardSummary, expiryDate } = (additionalData ?? {}) as { cardSummary?: string; expiryDate?: string };
  const [month, year] = (expiryDate ?? '').split('/').map(Number);
  if (!cardSummary || !month || !year) return null;
  return { brand: paymentMethod?.brand ?? 'card', last4: cardSummary, expMonth: month, expYear: year };
}
