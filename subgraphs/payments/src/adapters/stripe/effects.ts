import Stripe from 'stripe';
import type { ProviderEffectAnswer, ProviderEffectRequest } from '../../ports/payment-provider.ts';
import type { StripeClient } from './client.ts';
import { toPayment } from './picture.ts';
import { stripeUnits } from './units.ts';

const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;

const TOO_FINE: ProviderEffectAnswer = { kind: 'refused', reason: 'REFUSED_BY_PROVIDER' };

/** Takes reserved money, all at once or a part of it: the rest is released, and cannot be taken any more. */
export async function capture(
  { ask }: StripeClient,
  { id, providerId, amount }: ProviderEffectRequest,
): Promise<ProviderEffectAnswer> {
  const units = stripeUnits.to(amount);
  if (units === null) return TOO_FINE;
  try {
    const params = { amount_to_capture: units, metadata: { capture: id } };
    const intent = await ask((stripe) => stripe.paymentIntents.capture(providerId, params, { idempotencyKey: id }));
    return { kind: 'done', version: toPayment(intent, []).version };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // Stripe forgets a key after a day: what it refuses now may be what it has done then.
    const intent = await ask((stripe) => stripe.paymentIntents.retrieve(providerId));
    if (intent.metadata.capture === id) return { kind: 'done', version: toPayment(intent, []).version };
    return { kind: 'refused', reason: intent.status === 'requires_capture' ? 'REFUSED_BY_PROVIDER' : 'NOT_AUTHORIZED' };
  }
}

export async function refund(
  client: StripeClient,
  { id, reference, providerId, amount }: ProviderEffectRequest,
): Promise<ProviderEffectAnswer> {
  const units = stripeUnits.to(amount);
  if (units === null) return TOO_FINE;
  const earlier = (await refundsOf(client, providerId)).find(({ metadata }) => metadata?.refund === id);
  if (earlier) return toAnswer(earlier);
  try {
    const params = { payment_intent: providerId, amount: units, metadata: { refund: id, reference } };
    return toAnswer(await client.ask((stripe) => stripe.refunds.create(params, { idempotencyKey: id })));
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused', reason: 'REFUSED_BY_PROVIDER' };
    throw error;
  }
}

/** Also those that were made in Stripe's dashboard. */
export const refundsOf = ({ ask }: StripeClient, providerId: string): Promise<Stripe.Refund[]> =>
  ask((stripe) => stripe.refunds.list({ payment_intent: providerId, limit: 100 }).autoPagingToArray({ limit: 1000 }));

/** A refund alone does not say how far the whole payment is: its version is that of the next picture. */
function toAnswer({ status }: Stripe.Refund): ProviderEffectAnswer {
  if (status === 'succeeded') return { kind: 'done', version: 0 };
  if (status === 'failed' || status === 'canceled') return { kind: 'refused', reason: 'REFUSED_BY_PROVIDER' };
  return { kind: 'received', version: 0 };
}

/** Said about this payment and this amount; a payment that is not there (404) is a defect. */
const isRefusal = (error: unknown): boolean =>
  error instanceof StripeCardError || (error instanceof StripeInvalidRequestError && error.statusCode === 400);
