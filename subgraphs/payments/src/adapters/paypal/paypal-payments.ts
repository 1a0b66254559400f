import type { RefusalReason } from '../../domain/refusal.ts';
import type {
  PaymentProvider,
  ProviderAuthorization,
  ProviderPayment,
  SoughtPayment,
} from '../../ports/payment-provider.ts';
import { toPaypalAmount } from './amounts.ts';
import { createPaypalClient, issueOf, type PaypalClient, type PaypalOptions, unexpected } from './client.ts';
import { capture, readOrder, refund } from './effects.ts';
import { BOOKS_LAG_MS, moved } from './moved.ts';
import { toName } from './names.ts';
import { authorizationOf, GIVEN_UP, type Order, toPayment } from './picture.ts';
import { openWebhook, readEvent } from './webhook.ts';

/**
 * Speaks PayPal so that nothing else has to. Every payment waits for the buyer, who approves it on PayPal's page; nothing
 * is reserved or taken before we complete it.
 */
export function createPaypalPayments(options: PaypalOptions): PaymentProvider & { close(): Promise<void> } {
  const client = createPaypalClient(options);
  return {
    name: 'paypal',
    booksLagMs: BOOKS_LAG_MS,
    authorize: (request) => authorize(client, request, options.returnUrl),
    async find({ providerId }) {
      // Without its id nobody has seen the page where it is approved, and it can charge nothing.
      const order = providerId ? await readOrder(client, providerId) : null;
      return order && toPayment(order);
    },
    complete: (sought) => complete(client, sought),
    void: (sought) => release(client, sought),
    capture: (request) => capture(client, request),
    refund: (request) => refund(client, request),
    saveMethod: async () => ({ refused: 'REFUSED_BY_PROVIDER' }),
    forgetMethod: async () => {},
    moved: (from) => moved(client, from, Date.now()),
    openWebhook: (webhook) => openWebhook(client, options.webhookId, webhook),
    readEvent,
    close: () => client.close(),
  };
}

/** The buyer needs no token: whatever is sent for one says only that PayPal is to be used. */
async function authorize(
  client: PaypalClient,
  { reference, amount, capture: mode }: ProviderAuthorization,
  returnUrl: string,
): Promise<ProviderPayment> {
  const wanted = toPaypalAmount(amount);
  if (!wanted) return neverMade(reference, amount.currency, 'REFUSED_BY_PROVIDER');
  const answer = await client.post('/v2/checkout/orders', `authorize:${reference}`, {
    intent: mode === 'AUTOMATIC' ? 'CAPTURE' : 'AUTHORIZE',
    purchase_units: [{ custom_id: toName(reference), amount: wanted }],
    payment_source: {
      paypal: { experience_context: { return_url: returnUrl, cancel_url: returnUrl, user_action: 'PAY_NOW' } },
    },
  });
  if (answer.status === 422 || answer.status === 400)
    return neverMade(reference, amount.currency, 'REFUSED_BY_PROVIDER');
  if (answer.status !== 200 && answer.status !== 201) throw unexpected(answer);
  // A repeated key may give the answer of that time: the order itself says how it stands.
  const { id } = answer.body as Order;
  return toPayment((await readOrder(client, id)) ?? (answer.body as Order));
}

const REASONS: Readonly<Record<string, RefusalReason>> = {
  TRANSACTION_REFUSED: 'SUSPECTED_FRAUD',
  COMPLIANCE_VIOLATION: 'SUSPECTED_FRAUD',
  CARD_EXPIRED: 'EXPIRED_CARD',
};
/** Another call was faster, or the buyer has not approved it after all: the order says which. */
const SETTLED = ['ORDER_ALREADY_AUTHORIZED', 'ORDER_ALREADY_CAPTURED', 'ORDER_NOT_APPROVED'];

async function complete(client: PaypalClient, { reference, providerId, capture: mode }: SoughtPayment) {
  const id = providerId ?? '';
  const what = mode === 'AUTOMATIC' ? 'capture' : 'authorize';
  const answer = await client.post(`/v2/checkout/orders/${id}/${what}`, `complete:${reference}`, {});
  if (answer.status === 422 && !SETTLED.includes(issueOf(answer))) {
    const order = await readOrder(client, id);
    if (!order) throw unexpected(answer);
    const declineReason = REASONS[issueOf(answer)] ?? 'DECLINED';
    // Only we complete it, so that it is declined for good.
    return { ...toPayment(order), status: 'declined' as const, version: GIVEN_UP, declineReason, action: null };
  }
  if (![200, 201, 422].includes(answer.status)) throw unexpected(answer);
  const order = await readOrder(client, id);
  if (!order) throw unexpected(answer);
  return toPayment(order);
}

async function release(
  client: PaypalClient,
  { reference, providerId }: SoughtPayment,
): Promise<ProviderPayment | null> {
  const order = providerId ? await readOrder(client, providerId) : null;
  if (!order) return null;
  const payment = toPayment(order);
  if (payment.status === 'action-required' || payment.status === 'approved')
    return { ...payment, status: 'voided', version: GIVEN_UP, action: null };
  const authorization = authorizationOf(order);
  if (payment.status !== 'authorized' || !authorization) return payment;
  const answer = await client.post(`/v2/payments/authorizations/${authorization.id}/void`, `void:${reference}`);
  // Refused when it was voided or captured meanwhile.
  if (![200, 204, 409, 422].includes(answer.status)) throw unexpected(answer);
  return toPayment((await readOrder(client, order.id)) ?? order);
}

const neverMade = (reference: string, currency: string, declineReason: RefusalReason): ProviderPayment => ({
  ...{ providerId: '', reference, status: 'declined', version: 1, currency, capturedMinor: 0, refundedMinor: 0 },
  ...{ card: null, declineReason, action: null, effects: [] },
});
