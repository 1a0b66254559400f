import type { Types } from '@adyen/api-library';
import type { Moved } from '../../domain/reconciliation.ts';
import type {
  PaymentProvider,
  ProviderAuthorization,
  ProviderEffectAnswer,
  ProviderEffectRequest,
  ProviderHistory,
  ProviderPayment,
  SoughtPayment,
} from '../../ports/payment-provider.ts';
import { toPayment } from './answers.ts';
import { type AdyenClient, type AdyenOptions, AdyenRefusal, createAdyenClient } from './client.ts';
import { type Item, nameOf, referenceOf, toPicture, VERSION } from './items.ts';
import { adyenUnits } from './units.ts';
import { openWebhook, readEvent } from './webhook.ts';

/**
 * Speaks Adyen so that nothing else has to. Adyen only receives what is asked of a payment and tells the outcome by
 * webhook, and it cannot be asked: `history` is what it has told.
 */
export function createAdyenPayments(
  options: AdyenOptions,
  history: ProviderHistory,
): PaymentProvider & { close(): Promise<void> } {
  const client = createAdyenClient(options);
  const { merchantAccount, clock = Date.now } = options;
  const itemsOf = async (reference: string) => (await history.ofPayment(reference)) as readonly Item[];
  return {
    name: 'adyen',
    authorize: (request) => authorize(client, options, request),
    async find(sought) {
      const told = toPicture(sought.reference, await itemsOf(sought.reference));
      return told ?? (sought.providerId === null ? null : waiting(sought));
    },
    async void(sought) {
      const told = toPicture(sought.reference, await itemsOf(sought.reference));
      return release(client, merchantAccount, sought, told);
    },
    capture: (request) => modify(client, options, request, 'capture', clock()),
    refund: (request) => modify(client, options, request, 'refund', clock()),
    // Adyen keeps a card when a payment is made with it, and gives no one-time tokens that could be kept apart.
    saveMethod: async () => ({ refused: 'REFUSED_BY_PROVIDER' }),
    forgetMethod: async () => {},
    moved: (from) => moved(history, from),
    returned: (query) => returned(client, query),
    openWebhook: async (webhook) => openWebhook(options.hmacKeys, merchantAccount, webhook),
    readEvent,
    close: () => client.close(),
  };
}

async function authorize(
  { payments }: AdyenClient,
  { merchantAccount, returnsUrl }: AdyenOptions,
  { reference, amount, token, buyerId, email }: ProviderAuthorization,
): Promise<ProviderPayment> {
  const value = adyenUnits.to(amount);
  const paymentMethod = readToken(token);
  if (value === null || paymentMethod === null) return neverMade(reference, amount.currency);
  const returnUrl = new URL(returnsUrl);
  returnUrl.searchParams.set('payment', reference);
  const request = {
    ...{ merchantAccount, reference, amount: { value, currency: amount.currency }, paymentMethod },
    ...{ returnUrl: returnUrl.href, shopperReference: buyerId, channel: 'Web' },
    ...{ shopperInteraction: 'Ecommerce' },
    ...(email && { shopperEmail: email }),
    // Whenever it is to be taken, a capture of ours does it, whose outcome is told.
    additionalData: { manualCapture: 'true' },
  } as unknown as Types.checkout.PaymentRequest;
  try {
    const answer = await payments.payments(request, { idempotencyKey: `authorize:${reference}` });
    return toPayment(reference, amount.currency, answer);
  } catch (error) {
    if (isRefusal(error)) return neverMade(reference, amount.currency);
    throw error;
  }
}

/** What Adyen's component in the browser gave, as JSON; anything else is the id of a card that Adyen keeps. */
function readToken(token: string): object | null {
  if (!token.startsWith('{')) return { type: 'scheme', storedPaymentMethodId: token };
  try {
    return JSON.parse(token) as object;
  } catch {
    return null;
  }
}

const neverMade = (reference: string, currency: string): ProviderPayment => ({
  ...{ providerId: '', reference, status: 'declined', version: VERSION.asked, currency, card: null, action: null },
  ...{ capturedMinor: 0, refundedMinor: 0, declineReason: 'INVALID_TOKEN', effects: [] },
});

/** Nothing was told yet of what Adyen has answered before: this says nothing new. */
const waiting = ({ reference, providerId, amount, isReserved }: SoughtPayment): ProviderPayment => ({
  ...{ providerId: providerId ?? '', reference, status: isReserved ? 'authorized' : 'action-required' },
  ...{ version: VERSION.asked, currency: amount.currency, capturedMinor: 0, refundedMinor: 0 },
  ...{ card: null, declineReason: null, action: null, effects: [] },
});

/** Reserved money is released when Adyen tells so; what waits for the buyer is given up at once, as nobody completes it. */
async function release(
  { modifications }: AdyenClient,
  merchantAccount: string,
  sought: SoughtPayment,
  told: ProviderPayment | null,
): Promise<ProviderPayment | null> {
  const { reference, providerId } = sought;
  if (told && told.status !== 'authorized') return told;
  const idempotencyKey = `void:${reference}`;
  const name = nameOf(reference, 'void');
  if (told || sought.isReserved) {
    const psp = told?.providerId ?? providerId ?? '';
    await modifications.cancelAuthorisedPaymentByPspReference(
      psp,
      { merchantAccount, reference: name },
      { idempotencyKey },
    );
    return told ?? waiting(sought);
  }
  // By our own reference, for whatever may still be on its way; the outcome is told like any other.
  await modifications.cancelAuthorisedPayment(
    { merchantAccount, paymentReference: reference, reference: name },
    { idempotencyKey: `stop:${reference}` },
  );
  return providerId === null ? null : { ...waiting(sought), status: 'voided', version: VERSION.givenUp };
}

/** Adyen keeps a key for a week; what was asked longer ago is waited for, and not asked a second time. */
const KEY_LIVES_MS = 6 * 86_400_000;

async function modify(
  { modifications }: AdyenClient,
  { merchantAccount }: AdyenOptions,
  { id, reference, providerId, amount }: ProviderEffectRequest,
  what: 'capture' | 'refund',
  now: number,
): Promise<ProviderEffectAnswer> {
  const value = adyenUnits.to(amount);
  if (value === null) return { kind: 'refused', reason: 'REFUSED_BY_PROVIDER' };
  if (now - madeAt(id) > KEY_LIVES_MS) return { kind: 'received', version: 0 };
  const request = { merchantAccount, reference: nameOf(reference, id), amount: { value, currency: amount.currency } };
  const options = { idempotencyKey: id };
  try {
    if (what === 'capture') await modifications.captureAuthorisedPayment(providerId, request, options);
    else await modifications.refundCapturedPayment(providerId, request, options);
    return { kind: 'received', version: 0 };
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused', reason: 'REFUSED_BY_PROVIDER' };
    throw error;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof AdyenRefusal && (error.status === 400 || error.status === 422);

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** When one of our ids was made, which its first ten letters say; infinity for an id of another form. */
function madeAt(id: string): number {
  const time = /:([0-9A-HJKMNP-TV-Z]{10})[0-9A-HJKMNP-TV-Z]{16}$/.exec(id)?.[1];
  return time ? [...time].reduce((sum, letter) => sum * 32 + LETTERS.indexOf(letter), 0) : Number.POSITIVE_INFINITY;
}

/** Completes what the buyer has confirmed on the bank's page. Repeated, Adyen gives the same answer. */
async function returned(
  { payments }: AdyenClient,
  { payment, redirectResult }: Readonly<Record<string, string>>,
): Promise<ProviderPayment | null> {
  if (!payment || !redirectResult) return null;
  try {
    const answer = await payments.paymentsDetails(
      { details: { redirectResult } },
      { idempotencyKey: `details:${payment}` },
    );
    if (answer.merchantReference !== payment) return null;
    return toPayment(payment, answer.amount?.currency ?? '', answer);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

/** What Adyen has told since then; the caller asks for the whole of older payments. */
async function* moved(history: ProviderHistory, from: Date): AsyncGenerator<Moved> {
  const byReference = new Map<string, Item[]>();
  for await (const payload of history.since(from)) {
    const item = payload as Item;
    const items = byReference.get(referenceOf(item)) ?? [];
    byReference.set(referenceOf(item), items);
    items.push(item);
  }
  for (const [reference, items] of byReference) {
    const picture = toPicture(reference, items);
    if (!picture || (picture.capturedMinor === 0 && picture.refundedMinor === 0)) continue;
    const { currency, capturedMinor, refundedMinor } = picture;
    yield { reference, currency, capturedMinor, refundedMinor };
  }
}
