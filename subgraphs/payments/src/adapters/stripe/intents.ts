import Stripe from 'stripe';
import type { ProviderAuthorization, SoughtPayment } from '../../ports/payment-provider.ts';
import type { StripeClient } from './client.ts';
import type { GIVEN_UP } from './picture.ts';
import { stripeUnits } from './units.ts';

type Intent = Stripe.PaymentIntent;

/** Stripe keeps a key for a day. Later the same key would make another intent. */
const KEY_LIVES_MS = 23 * 3_600_000;

export const expand = { expand: ['latest_charge'] };

/**
 * The intent of a payment, made when it is not there: one per reference, because the key is the reference and whatever
 * goes with it is the same each time. It charges nothing until it is confirmed. So a lost answer is asked for by asking
 * for the same intent again, which Stripe answers at once and for sure; its search lags behind by up to a minute.
 */
export async function openIntent(
  { ask }: StripeClient,
  { reference, amount, capture, buyerId, orderId }: Omit<ProviderAuthorization, 'token' | 'email'>,
): Promise<Intent | null> {
  const units = stripeUnits.to(amount);
  if (units === null) return null;
  const params: Stripe.PaymentIntentCreateParams = {
    amount: units,
    currency: amount.currency.toLowerCase(),
    capture_method: capture === 'AUTOMATIC' ? 'automatic' : 'manual',
    // Cards and wallets; 3-D Secure is no redirect in this sense.
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { reference, buyer: buyerId, order: orderId },
  };
  const made = await ask((stripe) =>
    stripe.paymentIntents.create(params, { idempotencyKey: `authorize:${reference}` }),
  );
  // A repeated key gives the answer of that time, not how the intent stands now.
  return made.lastResponse.headers['idempotent-replayed'] === 'true' ? retrieve({ ask }, made.id) : made;
}

export const retrieve = ({ ask }: Pick<StripeClient, 'ask'>, id: string): Promise<Intent> =>
  ask((stripe) => stripe.paymentIntents.retrieve(id, expand));

/** The intent of a payment, if anything was ever done with it or may be. */
export async function seekIntent(client: StripeClient, sought: SoughtPayment, now: number): Promise<Intent | null> {
  if (sought.providerId) return retrieve(client, sought.providerId);
  if (now - sought.createdAt.getTime() < KEY_LIVES_MS) return openIntent(client, sought);
  return findInList(client, sought);
}

/** Nobody has tried to pay with it yet. */
export const isUntouched = ({ status, last_payment_error }: Intent): boolean =>
  status === 'requires_payment_method' && !last_payment_error;

async function findInList({ ask }: StripeClient, { reference, createdAt }: SoughtPayment): Promise<Intent | null> {
  const second = Math.floor(createdAt.getTime() / 1000);
  const created = { gte: second - 3600, lt: second + 86_400 };
  for (let after: string | undefined; ; ) {
    const page = await ask((stripe) =>
      stripe.paymentIntents.list({ created, limit: 100, ...(after && { starting_after: after }) }),
    );
    const found = page.data.find(({ metadata }) => metadata.reference === reference);
    if (found) return retrieve({ ask }, found.id);
    after = page.data.at(-1)?.id;
    if (!page.has_more || !after) return null;
  }
}

/** Ends an intent that nothing was taken from. One that went on meanwhile stays, and is given as it is. */
export async function endIntent(
  client: StripeClient,
  id: string,
  reason: 'requested_by_customer' | typeof GIVEN_UP,
): Promise<Intent> {
  try {
    // Without a key: it would give today's refusal again when the intent can be ended tomorrow.
    return await client.ask((stripe) => stripe.paymentIntents.cancel(id, { cancellation_reason: reason, ...expand }));
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError) || error.code !== UNEXPECTED_STATE) throw error;
    return retrieve(client, id);
  }
}

export const UNEXPECTED_STATE = 'payment_intent_unexpected_state';
