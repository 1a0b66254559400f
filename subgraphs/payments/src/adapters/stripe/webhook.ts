import { readWebhook } from '@cartograph/runtime/signed-webhook';
import Stripe from 'stripe';
import type { OpenedWebhook, ProviderEvent, Webhook } from '../../ports/payment-provider.ts';

/** How old a signature may be, in seconds: what was recorded cannot be sent again later. */
const TOLERANCE_SECONDS = 300;

/** Checked on the raw bytes by Stripe's own library, with each of our secrets. */
export function openWebhook(secrets: readonly string[], { headers, body }: Webhook, now: number): OpenedWebhook {
  const header = String(headers['stripe-signature'] ?? '');
  const isSigned = (secret: string): boolean => {
    try {
      return Stripe.webhooks.signature?.verifyHeader(body, header, secret, TOLERANCE_SECONDS, undefined, now) === true;
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
      throw error;
    }
  };
  if (!secrets.some(isSigned)) return { kind: 'unsigned' };
  const event = readWebhook(body);
  return event ? { kind: 'events', events: [event] } : { kind: 'malformed' };
}

/**
 * Which payment an event is about. What it says of it is not used: events come in any order and carry an object of the
 * API version that the endpoint was registered with, so the payment is asked for as it stands.
 */
export function readEvent(payload: unknown): ProviderEvent | null {
  const { id, type, data } = payload as { id: string; type: string; data?: { object?: { metadata?: unknown } } };
  if (!/^(payment_intent|charge|refund)\./.test(type)) return null;
  const { reference } = (data?.object?.metadata ?? {}) as { reference?: unknown };
  return typeof reference === 'string' ? { id, type, reference, payment: null } : null;
}
