import { Unavailable } from '@cartograph/kernel/errors';
import { isSignedWebhook, readWebhook } from '@cartograph/runtime/signed-webhook';
import type { Card } from '../domain/card.ts';
import type { Moved } from '../domain/reconciliation.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import type {
  PaymentProvider,
  ProviderEffectAnswer,
  ProviderEffectRequest,
  ProviderPayment,
} from '../ports/payment-provider.ts';
import { createSandboxHttp, type SandboxAnswer } from './sandbox-http.ts';

export interface SandboxPaymentsOptions {
  readonly url: string;
  readonly apiKey: string;
  /** How long an authorisation may take before its outcome counts as unknown. */
  readonly timeoutMs?: number;
  /** Where the buyer returns to after the bank's page. */
  readonly returnUrl?: string;
  /** Which sign its webhooks: several while one replaces the other. */
  readonly webhookSecrets?: readonly string[];
  readonly clock?: () => number;
}

interface SandboxMove {
  readonly reference: string | null;
}

/** The parts of the sandbox's payment that matter here. */
interface SandboxPayment {
  readonly id: string;
  readonly reference: string;
  readonly status: 'requires_action' | 'processing' | 'authorized' | 'captured' | 'declined' | 'voided';
  readonly currency: string;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly version: number;
  readonly card: SandboxCard;
  readonly decline_code: string | null;
  readonly client_secret: string;
  readonly next_action: { readonly redirect_url: string } | null;
  readonly captures: readonly SandboxMove[];
  readonly refunds: readonly SandboxMove[];
}

interface SandboxCard {
  readonly brand: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
}

interface LedgerPage {
  readonly data: readonly { type: 'charge' | 'refund'; reference: string; amount: number; currency: string }[];
  readonly next: string | null;
}

/** Speaks the sandbox's HTTP API so that nothing else has to: its types and its codes stop in this file. */
export function createSandboxPayments(options: SandboxPaymentsOptions): PaymentProvider & { close(): Promise<void> } {
  const http = createSandboxHttp(options);
  const path = (providerId: string, rest: string) => `/v1/payments/${encodeURIComponent(providerId)}/${rest}`;

  async function move(what: 'capture' | 'refunds', { id, providerId, amount }: ProviderEffectRequest) {
    const answer = await http.post(path(providerId, what), id, { amount: amount.minor, reference: id });
    return toEffectAnswer(answer);
  }

  return {
    name: 'sandbox',
    async authorize({ reference, amount, token, capture, buyerId, orderId, email }) {
      const answer = await http.post('/v1/payments', reference, {
        reference,
        amount: amount.minor,
        currency: amount.currency,
        token,
        capture_method: capture === 'AUTOMATIC' ? 'automatic' : 'manual',
        ...(options.returnUrl && { return_url: options.returnUrl }),
        metadata: { buyer: buyerId, order: orderId, ...(email && { email }) },
      });
      // 402 carries the declined payment.
      if (answer.status === 200 || answer.status === 402) return toPayment(answer.body as SandboxPayment);
      if (answer.code === 'invalid_token') return neverMade(reference, amount.currency);
      throw unexpected(answer);
    },
    async find({ reference }) {
      const answer = await http.get(`/v1/payments?reference=${encodeURIComponent(reference)}`);
      if (answer.status !== 200) throw unexpected(answer);
      const [found] = (answer.body as { data: readonly SandboxPayment[] }).data;
      return found ? toPayment(found) : null;
    },
    capture: (request) => move('capture', request),
    refund: (request) => move('refunds', request),
    async void({ reference, providerId }) {
      if (providerId === null) return null;
      const answer = await http.post(path(providerId, 'void'), `void:${reference}`, {});
      if (answer.status === 200) return toPayment(answer.body as SandboxPayment);
      if (answer.code !== 'not_voidable') throw unexpected(answer);
      const current = await http.get(`/v1/payments/${encodeURIComponent(providerId)}`);
      if (current.status !== 200) throw unexpected(current);
      return toPayment(current.body as SandboxPayment);
    },
    async saveMethod(token, customerId) {
      const answer = await http.post('/v1/payment_methods', `save:${customerId}:${token}`, {
        token,
        customer: customerId,
      });
      if (answer.status === 402) return { refused: 'DECLINED' };
      if (answer.code === 'invalid_token') return { refused: 'INVALID_TOKEN' };
      if (answer.status !== 200) throw unexpected(answer);
      const { id, card } = answer.body as { id: string; card: SandboxCard };
      return { token: id, ...toCard(card) };
    },
    async forgetMethod(token) {
      const answer = await http.delete(`/v1/payment_methods/${encodeURIComponent(token)}`);
      if (answer.status !== 204 && answer.status !== 404) throw unexpected(answer);
    },
    moved: (from) => movedByReference(http.get, from),
    openWebhook: async ({ headers, body }) => {
      const { webhookSecrets = [], clock = Date.now } = options;
      if (!isSignedWebhook(webhookSecrets, headers['sandbox-signature'], body, clock())) return { kind: 'unsigned' };
      const event = readWebhook(body);
      return event ? { kind: 'events', events: [event] } : { kind: 'malformed' };
    },
    readEvent(payload) {
      const { id, type, data } = payload as { id?: unknown; type?: unknown; data?: SandboxPayment };
      if (typeof id !== 'string' || typeof type !== 'string' || !type.startsWith('payment.') || !data?.reference)
        return null;
      return { id, type, reference: data.reference, payment: toPayment(data) };
    },
    close: () => http.close(),
  };
}

/** Sums the provider's lines per payment. */
async function* movedByReference(get: (path: string) => Promise<SandboxAnswer>, from: Date): AsyncGenerator<Moved> {
  const sums = new Map<string, { reference: string; currency: string; capturedMinor: number; refundedMinor: number }>();
  for (let after: string | null = '0'; after !== null; ) {
    const answer = await get(`/v1/ledger?from=${from.toISOString()}&after=${after}&limit=1000`);
    if (answer.status !== 200) throw unexpected(answer);
    const { data, next }: LedgerPage = answer.body as LedgerPage;
    for (const { type, reference, amount, currency } of data) {
      const sum = sums.get(reference) ?? { reference, currency, capturedMinor: 0, refundedMinor: 0 };
      if (type === 'charge') sum.capturedMinor += amount;
      else sum.refundedMinor += amount;
      sums.set(reference, sum);
    }
    after = next;
  }
  yield* sums.values();
}

const STATUS = {
  requires_action: 'action-required',
  processing: 'pending',
  authorized: 'authorized',
  captured: 'captured',
  declined: 'declined',
  voided: 'voided',
} as const;

const DECLINES: Readonly<Record<string, RefusalReason>> = {
  card_declined: 'DECLINED',
  insufficient_funds: 'INSUFFICIENT_FUNDS',
  expired_card: 'EXPIRED_CARD',
  fraudulent: 'SUSPECTED_FRAUD',
  authentication_failed: 'AUTHENTICATION_FAILED',
};

const toCard = ({ brand, last4, exp_month, exp_year }: SandboxCard): Card => ({
  brand,
  last4,
  expMonth: exp_month,
  expYear: exp_year,
});

function toPayment(payment: SandboxPayment): ProviderPayment {
  const { id, reference, status, version, currency, card, decline_code, next_action, client_secret } = payment;
  const ours = [...payment.captures, ...payment.refunds].flatMap((move) => (move.reference ? [move.reference] : []));
  return {
    providerId: id,
    reference,
    status: STATUS[status],
    version,
    currency,
    capturedMinor: payment.amount_captured,
    refundedMinor: payment.amount_refunded,
    card: toCard(card),
    declineReason: decline_code === null ? null : (DECLINES[decline_code] ?? 'DECLINED'),
    action: next_action && { redirectUrl: next_action.redirect_url, clientSecret: client_secret },
    effects: ours.map((effectId) => ({ id: effectId, status: 'SUCCEEDED', refusal: null })),
  };
}

/** A token that means nothing makes no payment there; for us it is a decline like any other. */
const neverMade = (reference: string, currency: string): ProviderPayment => ({
  providerId: '',
  reference,
  status: 'declined',
  version: 1,
  currency,
  capturedMinor: 0,
  refundedMinor: 0,
  card: null,
  declineReason: 'INVALID_TOKEN',
  action: null,
  effects: [],
});

const REFUSALS: Readonly<Record<string, RefusalReason>> = { not_authorized: 'NOT_AUTHORIZED' };

function toEffectAnswer(answer: SandboxAnswer): ProviderEffectAnswer {
  if (answer.status === 200) return { kind: 'done', version: (answer.body as SandboxPayment).version };
  if (answer.status === 409 && answer.code !== 'idempotency_key_reused')
    return { kind: 'refused', reason: REFUSALS[answer.code ?? ''] ?? 'REFUSED_BY_PROVIDER' };
  throw unexpected(answer);
}

/** A 5xx leaves the outcome open, as a lost answer does; anything else is a defect of this adapter or its settings. */
const unexpected = ({ status, code }: SandboxAnswer): Error =>
  status >= 500
    ? new Unavailable('payment provider', { cause: new Error(`answered ${status}`) })
    : new Error(
        status === 401
          ? 'The payment provider refuses the API key: correct PAYMENTS_SANDBOX_KEY.'
          : `The payment provider answered ${status} ${code ?? ''}`,
      );
