import type Stripe from 'stripe';
import type { Card } from '../../domain/card.ts';
import type { ProviderPayment } from '../../ports/payment-provider.ts';
import { reasonOf } from './reasons.ts';
import { stripeUnits } from './units.ts';

type Intent = Stripe.PaymentIntent;

/** How far along its life an intent is; it never goes back, but for what we take for a decline and end. */
const STAGES: Readonly<Record<Intent['status'], number>> = {
  requires_payment_method: 1,
  requires_confirmation: 2,
  requires_action: 3,
  processing: 4,
  requires_capture: 5,
  succeeded: 6,
  canceled: 7,
};
const REFUND_STAGES: Readonly<Record<string, number>> = { succeeded: 2, failed: 3, canceled: 3 };

/** The intent with its charge in it; see `expand` where it is asked for. */
export const chargeOf = ({ latest_charge }: Intent): Stripe.Charge | null =>
  typeof latest_charge === 'object' ? (latest_charge ?? null) : null;

/** Stripe numbers no changes. Every change is a step ahead on one of these ways, so that their sum is a version. */
const versionOf = ({ status }: Intent, refunds: readonly Stripe.Refund[]): number =>
  refunds.reduce((sum, refund) => sum + (REFUND_STAGES[refund.status ?? ''] ?? 1), (STAGES[status] ?? 0) * 1000);

export function toPayment(intent: Intent, refunds: readonly Stripe.Refund[]): ProviderPayment {
  const charge = chargeOf(intent);
  const { currency } = intent;
  const captured = intent.status === 'succeeded' ? intent.amount_received : 0;
  return {
    providerId: intent.id,
    reference: intent.metadata.reference ?? '',
    status: statusOf(intent),
    version: versionOf(intent, refunds),
    currency: currency.toUpperCase(),
    capturedMinor: stripeUnits.from(captured, currency).minor,
    refundedMinor: stripeUnits.from(charge?.amount_refunded ?? 0, currency).minor,
    card: charge && cardOf(charge),
    declineReason: statusOf(intent) === 'declined' ? declineOf(intent) : null,
    action: actionOf(intent),
    effects: [...captureIn(intent), ...refunds.flatMap(refundIn)],
  };
}

function statusOf(intent: Intent): ProviderPayment['status'] {
  switch (intent.status) {
    case 'requires_action':
      return 'action-required';
    case 'processing':
      return 'pending';
    case 'requires_capture':
      return 'authorized';
    case 'succeeded':
      return 'captured';
    case 'canceled':
      return intent.cancellation_reason === GIVEN_UP ? 'declined' : 'voided';
    default:
      return intent.last_payment_error ? 'declined' : 'pending';
  }
}

/** With which a declined intent is ended; a void of ours has another. */
export const GIVEN_UP = 'abandoned';

const declineOf = (intent: Intent) => {
  const code = chargeOf(intent)?.failure_code;
  return reasonOf(intent.last_payment_error) ?? reasonOf(code ? { code } : null) ?? 'DECLINED';
};

const actionOf = ({ status, next_action, client_secret }: Intent): ProviderPayment['action'] =>
  status === 'requires_action'
    ? { redirectUrl: next_action?.redirect_to_url?.url ?? '', clientSecret: client_secret ?? '' }
    : null;

function cardOf({ payment_method_details }: Stripe.Charge): Card | null {
  const card = payment_method_details?.card;
  return card ? toCard(card) : null;
}

export const toCard = (card: {
  readonly brand: string | null;
  readonly last4: string | null;
  readonly exp_month: number;
  readonly exp_year: number;
}): Card => ({
  ...{ brand: card.brand ?? 'card', last4: card.last4 ?? '' },
  ...{ expMonth: card.exp_month, expYear: card.exp_year },
});

type Effects = ProviderPayment['effects'];

const captureIn = ({ status, metadata }: Intent): Effects =>
  status === 'succeeded' && metadata.capture ? [{ id: metadata.capture, status: 'SUCCEEDED', refusal: null }] : [];

function refundIn({ metadata, status }: Stripe.Refund): Effects {
  const id = metadata?.refund;
  if (!id) return [];
  if (status === 'succeeded') return [{ id, status: 'SUCCEEDED', refusal: null }];
  const isRefused = status === 'failed' || status === 'canceled';
  return [{ id, status: isRefused ? 'REFUSED' : 'PENDING', refusal: isRefused ? 'REFUSED_BY_PROVIDER' : null }];
}
