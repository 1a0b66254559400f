import Stripe from 'stripe';
import type { PaymentProvider, ProviderAuthorization, ProviderPayment } from '../../ports/payment-provider.ts';
import { createStripeClient, type StripeClient, type StripeOptions } from './client.ts';
import { capture, refund, refundsOf } from './effects.ts';
import { endIntent, expand, isUntouched, openIntent, retrieve, seekIntent, UNEXPECTED_STATE } from './intents.ts';
import { moved } from './moved.ts';
import { GIVEN_UP, toCard, toPayment } from './picture.ts';
import { reasonOf } from './reasons.ts';
import { openWebhook, readEvent } from './webhook.ts';

const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;

/** Speaks Stripe so that nothing else has to: its types and its codes stop in this folder. */
export function createStripePayments(options: StripeOptions): PaymentProvider & { close(): Promise<void> } {
  const client = createStripeClient(options);
  const { clock = Date.now, returnUrl } = options;
  return {
    name: 'stripe',
    authorize: (request) => authorize(client, request, returnUrl),
    async find(sought) {
      const intent = await seekIntent(client, sought, clock());
      return intent && !isUntouched(intent) ? toWhole(client, intent) : null;
    },
    async void(sought) {
      const intent = await seekIntent(client, sought, clock());
      return intent && toWhole(client, await endIntent(client, intent.id, 'requested_by_customer'));
    },
    capture: (request) => capture(client, request),
    refund: (request) => refund(client, request),
    saveMethod: (token, customerId) => saveMethod(client, token, customerId),
    forgetMethod: (token) => forgetMethod(client, token),
    moved: (from) => moved(client, from),
    openWebhook: async (webhook) => openWebhook(options.webhookSecrets, webhook, clock()),
    readEvent,
    close: () => client.close(),
  };
}

async function authorize(
  client: StripeClient,
  request: ProviderAuthorization,
  returnUrl: string | undefined,
): Promise<ProviderPayment> {
  const { reference, amount, token, email } = request;
  const intent = await openIntent(client, request).catch(refused);
  if (!intent) return neverMade(reference, amount.currency, 'REFUSED_BY_PROVIDER');
  if (!isUntouched(intent)) return toWhole(client, intent);
  const { customer, method } = readToken(token);
  const params: Stripe.PaymentIntentConfirmParams = {
    payment_method: method,
    ...(email && { receipt_email: email }),
    ...(returnUrl && { return_url: returnUrl }),
    ...expand,
  };
  const idempotencyKey = `confirm:${reference}`;
  try {
    // A saved card belongs to a customer at Stripe, and pays for that customer alone.
    if (customer) await client.ask((stripe) => stripe.paymentIntents.update(intent.id, { customer }));
    const confirmed = await client.ask((stripe) =>
      stripe.paymentIntents.confirm(intent.id, params, { idempotencyKey }),
    );
    // The answer of an earlier call with this key may be out of date.
    const isReplayed = confirmed.lastResponse.headers['idempotent-replayed'] === 'true';
    return toWhole(client, isReplayed ? await retrieve(client, intent.id) : confirmed);
  } catch (error) {
    if (error instanceof StripeInvalidRequestError && error.code === UNEXPECTED_STATE)
      return toWhole(client, await retrieve(client, intent.id));
    const declineReason = declineOf(error);
    if (declineReason === null) throw error;
    const ended = await endIntent(client, intent.id, GIVEN_UP);
    const payment = await toWhole(client, ended);
    return payment.status === 'declined' ? { ...payment, declineReason } : payment;
  }
}

/** Stripe refuses the amount or the currency itself: nothing was made. */
function refused(error: unknown): null {
  if (error instanceof StripeInvalidRequestError && error.statusCode === 400) return null;
  throw error;
}

function declineOf(error: unknown) {
  if (error instanceof StripeCardError) return reasonOf(error);
  const isToken = error instanceof StripeInvalidRequestError && /^(payment_method|customer)/.test(error.param ?? '');
  return isToken ? 'INVALID_TOKEN' : null;
}

/**
 * The picture with its refunds. A decline is final for us and not for Stripe, whose client secret can pay again with
 * another card: such an intent is ended before anybody hears of the decline.
 */
async function toWhole(client: StripeClient, intent: Stripe.PaymentIntent): Promise<ProviderPayment> {
  const isDeclined = intent.status === 'requires_payment_method' && intent.last_payment_error;
  const current = isDeclined ? await endIntent(client, intent.id, GIVEN_UP) : intent;
  const payment = toPayment(current, current.status === 'succeeded' ? await refundsOf(client, intent.id) : []);
  // Ending an intent may take its error away.
  const reason = isDeclined ? reasonOf(intent.last_payment_error) : null;
  return reason && payment.status === 'declined' ? { ...payment, declineReason: reason } : payment;
}

const neverMade = (reference: string, currency: string, declineReason: string): ProviderPayment => ({
  ...{ providerId: '', reference, status: 'declined', version: 1, currency, capturedMinor: 0, refundedMinor: 0 },
  ...{ card: null, declineReason, action: null, effects: [] },
});

/** A saved card is known by its customer at Stripe and its own id. */
function readToken(token: string): { readonly customer: string | null; readonly method: string } {
  const [first = '', method] = token.split(':');
  return method === undefined ? { customer: null, method: first } : { customer: first, method };
}

async function saveMethod({ ask }: StripeClient, token: string, customerId: string) {
  try {
    const customer = await ask((stripe) =>
      stripe.customers.create(
        { payment_method: token, metadata: { customer: customerId } },
        { idempotencyKey: `save:${customerId}:${token}` },
      ),
    );
    const { id, card } = await ask((stripe) => stripe.paymentMethods.retrieve(token));
    if (!card) return { refused: 'INVALID_TOKEN' };
    return { token: `${customer.id}:${id}`, ...toCard(card) };
  } catch (error) {
    const reason = declineOf(error);
    if (reason === null) throw error;
    return { refused: reason };
  }
}

async function forgetMethod({ ask }: StripeClient, token: string): Promise<void> {
  try {
    await ask((stripe) => stripe.paymentMethods.detach(readToken(token).method));
  } catch (error) {
    // It is not there, or not attached, any more.
    if (!(error instanceof StripeInvalidRequestError)) throw error;
  }
}
