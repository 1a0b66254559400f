import { Unavailable } from '@cartograph/kernel/errors';
import { isSignedWebhook, readWebhook } from '@cartograph/runtime/signed-webhook';
import { SIGNATURE_HEADER } from '@cartograph/sandbox/webhooks';
import type { Card } from '../src/domain/card.ts';
import type { Moved } from '../src/domain/reconciliation.ts';
import type {
  PaymentProvider,
  ProviderEffectAnswer,
  ProviderEffectRequest,
  ProviderPayment,
} from '../src/ports/payment-provider.ts';

type Call = 'authorize' | 'capture' | 'refund' | 'void' | 'find';

export interface FakeProvider extends PaymentProvider {
  /** Money that was taken, less what went back. */
  readonly net: (reference: string) => number;
  /** Payments that were ever made there. */
  readonly count: () => number;
  readonly calls: Record<Call, number>;
  /** Run around each effect; may wait, or throw to lose the answer. */
  before: (call: Call, reference: string) => Promise<void> | void;
  after: (call: Call, reference: string) => Promise<void> | void;
  /** The bank's answer to 3-D Secure, or a late settlement. */
  decide(reference: string, answer: boolean | 'later'): ProviderPayment;
  snapshot(reference: string): ProviderPayment;
  /** Moves money behind our back, as somebody in the provider's dashboard could. */
  refundByHand(reference: string, minor: number): void;
}

export const WEBHOOK_SECRET = 'a-webhook-secret-for-tests-0123456789';

const CARD: Card = { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2034 };

const DECLINES: Readonly<Record<string, string>> = {
  tok_declined: 'DECLINED',
  tok_insufficient_funds: 'INSUFFICIENT_FUNDS',
  tok_fraud: 'SUSPECTED_FRAUD',
};

interface Held {
  payment: ProviderPayment;
  readonly amountMinor: number;
  readonly isAutomatic: boolean;
}

const first = (token: string): Pick<ProviderPayment, 'status' | 'declineReason' | 'action'> => {
  const declineReason = DECLINES[token] ?? null;
  if (declineReason) return { status: 'declined', declineReason, action: null };
  if (token.endsWith('3ds')) {
    const action = { redirectUrl: 'https://bank.example/confirm', clientSecret: 'secret_1' };
    return { status: 'action-required', declineReason: null, action };
  }
  return { status: token === 'tok_late' ? 'pending' : 'authorized', declineReason: null, action: null };
};

/** The provider's rules in memory; the contract suite keeps it honest beside the real adapter. */
export function createFakeProvider(name = 'fake'): FakeProvider {
  const held = new Map<string, Held>();
  const answers = new Map<string, ProviderEffectAnswer>();
  const get = (reference: string): Held => {
    const found = held.get(reference);
    if (!found) throw new Error(`the provider has no ${reference}`);
    return found;
  };
  const change = (reference: string, next: Partial<ProviderPayment>): ProviderPayment => {
    const one = get(reference);
    one.payment = { ...one.payment, ...next, version: one.payment.version + 1 };
    return one.payment;
  };

  async function call<T>(name: Call, reference: string, effect: () => T): Promise<T> {
    fake.calls[name] += 1;
    await fake.before(name, reference);
    const answer = effect();
    await fake.after(name, reference);
    return answer;
  }

  const move = (kind: 'capture' | 'refund', { id, reference, amount }: ProviderEffectRequest) =>
    call(kind, reference, (): ProviderEffectAnswer => {
      const earlier = answers.get(id);
      if (earlier) return earlier;
      const { payment, amountMinor } = get(reference);
      const left =
        kind === 'capture' ? amountMinor - payment.capturedMinor : payment.capturedMinor - payment.refundedMinor;
      const isOpen = kind === 'refund' || payment.status === 'authorized' || payment.status === 'captured';
      if (!isOpen) return { kind: 'refused', reason: 'NOT_AUTHORIZED' };
      if (amount.minor > left) return { kind: 'refused', reason: 'REFUSED_BY_PROVIDER' };
      const effects = [...payment.effects, { id, status: 'SUCCEEDED' as const, refusal: null }];
      const changed = change(
        reference,
        kind === 'capture'
          ? { status: 'captured', capturedMinor: payment.capturedMinor + amount.minor, effects }
          : { refundedMinor: payment.refundedMinor + amount.minor, effects },
      );
      const answer: ProviderEffectAnswer = { kind: 'done', version: changed.version };
      answers.set(id, answer);
      return answer;
    });

  const fake: FakeProvider = {
    name,
    calls: { authorize: 0, capture: 0, refund: 0, void: 0, find: 0 },
    before: () => {},
    after: () => {},
    count: () => held.size,
    net: (reference) => get(reference).payment.capturedMinor - get(reference).payment.refundedMinor,
    snapshot: (reference) => get(reference).payment,
    authorize: async ({ reference, amount, token, capture }) => {
      let isNew = false;
      const payment = await call('authorize', reference, () => {
        const earlier = held.get(reference);
        if (earlier) return earlier.payment;
        isNew = true;
        const answer = first(token);
        const isCharged = capture === 'AUTOMATIC' && answer.status === 'authorized';
        const made: ProviderPayment = {
          ...answer,
          providerId: `${name}_${held.size + 1}`,
          reference,
          status: isCharged ? 'captured' : answer.status,
          version: 1,
          currency: amount.currency,
          capturedMinor: isCharged ? amount.minor : 0,
          refundedMinor: 0,
          card: CARD,
          effects: [],
        };
        held.set(reference, { payment: made, amountMinor: amount.minor, isAutomatic: capture === 'AUTOMATIC' });
        return made;
      });
      if (isNew && token === 'tok_timeout') throw new Unavailable('payment provider', { timedOut: true });
      return payment;
    },
    find: ({ reference }) => call('find', reference, () => held.get(reference)?.payment ?? null),
    capture: (request) => move('capture', request),
    refund: (request) => move('refund', request),
    void: async ({ reference, providerId }) => {
      if (providerId === null) return null;
      return call('void', reference, () => {
        const { payment } = get(reference);
        const isVoidable =
          payment.status !== 'captured' && payment.status !== 'declined' && payment.status !== 'voided';
        return isVoidable ? change(reference, { status: 'voided', action: null }) : payment;
      });
    },
    saveMethod: async (token, customerId) =>
      token === 'tok_declined' ? { refused: 'DECLINED' } : { token: `pm_${customerId.slice(-4)}_${token}`, ...CARD },
    forgetMethod: async () => {},
    async *moved() {
      for (const [reference, { payment }] of held) {
        const { currency, capturedMinor, refundedMinor } = payment;
        if (capturedMinor > 0) yield { reference, currency, capturedMinor, refundedMinor } satisfies Moved;
      }
    },
    readEvent: (payload) => {
      const event = payload as { id: string; type: string; payment?: ProviderPayment };
      return event.payment ? { ...event, reference: event.payment.reference, payment: event.payment } : null;
    },
    openWebhook: async ({ headers, body }) => {
      if (!isSignedWebhook(WEBHOOK_SECRET, headers[SIGNATURE_HEADER], body)) return { kind: 'unsigned' };
      const event = readWebhook(body);
      return event ? { kind: 'events', events: [event] } : { kind: 'malformed' };
    },
    decide(reference, answer) {
      const { isAutomatic, amountMinor } = get(reference);
      if (answer === 'later') return change(reference, { status: 'pending', action: null });
      if (!answer)
        return change(reference, { status: 'declined', declineReason: 'AUTHENTICATION_FAILED', action: null });
      return change(
        reference,
        isAutomatic
          ? { status: 'captured', capturedMinor: amountMinor, action: null }
          : { status: 'authorized', action: null },
      );
    },
    refundByHand(reference, minor) {
      change(reference, { refundedMinor: get(reference).payment.refundedMinor + minor });
    },
  };
  return fake;
}
