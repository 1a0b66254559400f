import { randomBytes } from 'node:crypto';
import type { Answer } from '@cartograph/contract-server/check';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';

/** One of Stripe’s objects, whose form the contract server checks. */
export type Row = Record<string, any>;
type Fields = Row;

const now = () => Math.floor(Date.now() / 1000);
const newId = (prefix: string) => `${prefix}_${randomBytes(8).toString('hex')}`;
export const failed = (status: number, error: Row): Answer => ({ status, body: { error } });
const ok = (body: Row): Answer => ({ status: 200, body });

/** Stripe's own test cards, and what each of them does. */
const DECLINES: Readonly<Record<string, string>> = {
  pm_card_chargeDeclined: 'generic_decline',
  pm_card_visa_chargeDeclined: 'generic_decline',
  pm_card_visa_chargeDeclinedInsufficientFunds: 'insufficient_funds',
  pm_card_visa_chargeDeclinedFraudulent: 'fraudulent',
};
const CARDS = ['pm_card_visa', 'pm_card_authenticationRequired', 'pm_card_processing', ...Object.keys(DECLINES)];

/** Intents, charges and refunds as Stripe moves them; `tell` gets each event. */
export function createStripeBooks(tell: (type: string, object: Row) => void) {
  const samples = (readContractFile('stripe/fixtures3.2023-08-16.json') as { resources: Record<string, Row> })
    .resources;
  const make = (kind: string, fields: Fields): Row => ({
    ...structuredClone(samples[kind]),
    created: now(),
    ...fields,
  });
  const intents = new Map<string, Row>();
  const charges = new Map<string, Row>();
  const refunds: Row[] = [];
  const owners = new Map<string, string>();

  const shown = (intent: Row, asked?: Fields): Row => {
    const wants = Object.values(asked?.expand ?? {}).some((path) => String(path).endsWith('latest_charge'));
    return structuredClone(
      wants && intent.latest_charge ? { ...intent, latest_charge: charges.get(intent.latest_charge) } : intent,
    );
  };
  const on = (id: string | undefined, work: (intent: Row) => Answer): Answer => {
    const intent = intents.get(id ?? '');
    return intent
      ? work(intent)
      : failed(404, { type: 'invalid_request_error', code: 'resource_missing', param: 'intent', message: 'None.' });
  };
  const wrongState = (intent: Row): Answer =>
    failed(400, {
      type: 'invalid_request_error',
      code: 'payment_intent_unexpected_state',
      message: `Its status is ${intent.status}.`,
      payment_intent: shown(intent),
    });
  const badAmount = (message: string): Answer => failed(400, { type: 'invalid_request_error', message });

  function decline(intent: Row, error: Row): void {
    intent.last_payment_error = { type: 'card_error', message: 'The payment failed.', ...error };
    Object.assign(intent, { status: 'requires_payment_method', next_action: null, payment_method: null });
    tell('payment_intent.payment_failed', shown(intent));
  }

  function charge(intent: Row): void {
    const isAutomatic = intent.capture_method !== 'manual';
    const made = make('charge', {
      id: newId('ch'),
      ...{ amount: intent.amount, currency: intent.currency, metadata: { ...intent.metadata } },
      ...{ payment_intent: intent.id, payment_method: intent.payment_method, captured: isAutomatic },
      amount_captured: isAutomatic ? intent.amount : 0,
    });
    charges.set(made.id, made);
    Object.assign(intent, { latest_charge: made.id, next_action: null, last_payment_error: null });
    if (isAutomatic) {
      Object.assign(intent, { status: 'succeeded', amount_received: intent.amount });
      tell('payment_intent.succeeded', shown(intent));
    } else {
      Object.assign(intent, { status: 'requires_capture', amount_capturable: intent.amount });
      tell('payment_intent.amount_capturable_updated', shown(intent));
    }
  }

  function confirm(intent: Row, body: Fields): Answer {
    if (!['requires_payment_method', 'requires_confirmation'].includes(intent.status)) return wrongState(intent);
    const method = body.payment_method as string;
    const owner = owners.get(method);
    if (!CARDS.includes(method) || (owner && owner !== intent.customer))
      return failed(400, {
        ...{ type: 'invalid_request_error', code: 'resource_missing', param: 'payment_method' },
        message: `No such PaymentMethod: '${method}'`,
      });
    Object.assign(intent, { payment_method: method, receipt_email: body.receipt_email ?? null });
    const reason = DECLINES[method];
    if (reason) {
      decline(intent, { code: 'card_declined', decline_code: reason });
      return failed(402, { ...intent.last_payment_error, payment_intent: shown(intent) });
    }
    if (method === 'pm_card_authenticationRequired') {
      const url = `https://hooks.stripe.com/redirect/authenticate/${intent.id}`;
      const redirect = { type: 'redirect_to_url', redirect_to_url: { url, return_url: body.return_url } };
      const inApp = { type: 'use_stripe_sdk', use_stripe_sdk: {} };
      Object.assign(intent, { status: 'requires_action', next_action: body.return_url ? redirect : inApp });
      tell('payment_intent.requires_action', shown(intent));
    } else if (method === 'pm_card_processing') {
      intent.status = 'processing';
      tell('payment_intent.processing', shown(intent));
    } else charge(intent);
    return ok(shown(intent, body));
  }

  const page = (all: readonly Row[], query: Fields, url: string): Answer => {
    const from = Number(query.created?.gte ?? 0);
    const until = Number(query.created?.lt ?? Number.POSITIVE_INFINITY);
    const found = all.filter(({ created }) => created >= from && created < until).reverse();
    const start = query.starting_after ? found.findIndex(({ id }) => id === query.starting_after) + 1 : 0;
    const limit = query.limit ?? 10;
    const data = found.slice(start, start + limit);
    return ok({ object: 'list', url, has_more: found.length > start + limit, data });
  };

  return {
    intents,
    refunds,
    /** What was charged under one of our references, and what went back. */
    ledger(reference: string) {
      const made = [...charges.values()].filter(({ metadata }) => metadata.reference === reference);
      const sum = (field: string) => made.reduce((total, one) => total + one[field], 0);
      return { charges: made.length, captured: sum('amount_captured'), refunded: sum('amount_refunded') };
    },
    /** Test's own: what the buyer does on the bank's page. */
    decide(id: string, isApproved: boolean): void {
      const intent = intents.get(id);
      if (intent?.status !== 'requires_action') throw new Error('nothing waits for the bank');
      if (isApproved) charge(intent);
      else decline(intent, { code: 'payment_intent_authentication_failure' });
    },
    create(body: Fields): Answer {
      if (body.amount < 1) return badAmount('Amounts are positive.');
      const id = newId('pi');
      const automatic = { enabled: true, allow_redirects: 'never' };
      const intent = make('payment_intent', {
        ...{ id, amount: body.amount, currency: body.currency, metadata: body.metadata ?? {} },
        ...{ capture_method: body.capture_method ?? 'automatic', automatic_payment_methods: automatic },
        description: body.description ?? null,
        client_secret: `${id}_secret_${randomBytes(8).toString('hex')}`,
      });
      intents.set(id, intent);
      tell('payment_intent.created', shown(intent));
      return body.confirm ? confirm(intent, body) : ok(shown(intent, body));
    },
    update: (id: string | undefined, body: Fields): Answer =>
      on(id, (intent) => {
        Object.assign(intent, body.customer && { customer: body.customer });
        return ok(shown(intent, body));
      }),
    confirm: (id: string | undefined, body: Fields): Answer => on(id, (intent) => confirm(intent, body)),
    capture: (id: string | undefined, body: Fields): Answer =>
      on(id, (intent) => {
        if (intent.status !== 'requires_capture') return wrongState(intent);
        const amount = body.amount_to_capture ?? intent.amount_capturable;
        if (amount > intent.amount_capturable) return badAmount('More than what can be captured.');
        Object.assign(intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0 });
        Object.assign(intent.metadata, body.metadata);
        Object.assign(charges.get(intent.latest_charge) ?? {}, { captured: true, amount_captured: amount });
        tell('payment_intent.succeeded', shown(intent));
        return ok(shown(intent, body));
      }),
    cancel: (id: string | undefined, body: Fields): Answer =>
      on(id, (intent) => {
        if (['succeeded', 'canceled', 'processing'].includes(intent.status)) return wrongState(intent);
        Object.assign(intent, { status: 'canceled', canceled_at: now(), next_action: null, amount_capturable: 0 });
        Object.assign(intent, { cancellation_reason: body.cancellation_reason ?? null, last_payment_error: null });
        tell('payment_intent.canceled', shown(intent));
        return ok(shown(intent, body));
      }),
    get: (id: string | undefined, query: Fields): Answer => on(id, (intent) => ok(shown(intent, query))),
    listIntents: (query: Fields): Answer =>
      page(
        [...intents.values()].map((intent) => shown(intent, query)),
        query,
        '/v1/payment_intents',
      ),
    refund: (body: Fields): Answer =>
      on(body.payment_intent, (intent) => {
        const charged = charges.get(intent.latest_charge);
        if (!charged?.captured) return badAmount('This has no captured charge.');
        const left = charged.amount_captured - charged.amount_refunded;
        const amount = body.amount ?? left;
        if (amount > left) return badAmount(`More than what is left of the charge, ${left}.`);
        charged.amount_refunded += amount;
        charged.refunded = charged.amount_refunded === charged.amount;
        const made = make('refund', {
          ...{ id: newId('re'), amount, currency: intent.currency, charge: charged.id },
          ...{ payment_intent: intent.id, metadata: body.metadata ?? {}, status: 'succeeded' },
        });
        refunds.push(made);
        tell('charge.refunded', structuredClone(charged));
        return ok(structuredClone(made));
      }),
    listRefunds: (query: Fields): Answer =>
      page(
        refunds.filter(({ payment_intent }) => !query.payment_intent || payment_intent === query.payment_intent),
        query,
        '/v1/refunds',
      ),
    createCustomer(body: Fields): Answer {
      const method = body.payment_method as string;
      const code = DECLINES[method];
      if (code)
        return failed(402, { type: 'card_error', code: 'card_declined', decline_code: code, message: 'Declined.' });
      const customer = make('customer', { id: newId('cus'), metadata: body.metadata ?? {} });
      owners.set(method, customer.id);
      return ok(customer);
    },
    getMethod: (id = ''): Answer => ok(make('payment_method', { id, customer: owners.get(id) ?? null, metadata: {} })),
    detach(id = ''): Answer {
      if (!owners.delete(id))
        return failed(400, { type: 'invalid_request_error', message: 'It is not attached to a customer.' });
      return ok(make('payment_method', { id, customer: null, metadata: {} }));
    },
  };
}
