import { randomBytes } from 'node:crypto';
import type { Answer, Call } from '@cartograph/contract-server/check';
import { type Contract, readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import type { JsonObject } from '@cartograph/contract-server/json-schema';
import { createOncePerKey } from '@cartograph/contract-server/once-per-key';
import { type ContractServer, openContractServer } from '@cartograph/contract-server/server';
import { createValidation, type Validation } from '@cartograph/contract-server/validation';
import { createWebhooks, type Webhooks } from '@cartograph/contract-server/webhooks';
import Stripe from 'stripe';
import { createStripeBooks, failed } from './stripe-books.ts';

export const STRIPE_KEY = 'sk_test_of_the_double';
export const STRIPE_WEBHOOK_SECRET = 'whsec_of_the_double_0123456789abcdef';

export interface StripeDouble extends AsyncDisposable {
  readonly server: ContractServer;
  readonly webhooks: Webhooks;
  readonly books: ReturnType<typeof createStripeBooks>;
  /** As if the keys were older than a day: what repeats them is a new request. */
  forgetKeys(): void;
}

/** Stripe in memory: its state, its idempotency, its signed webhooks, all as its official contract says. */
export async function openStripeDouble({ target = (): string => '' } = {}): Promise<StripeDouble> {
  const { contract, requests } = readOnce();
  const webhooks = createWebhooks(target);
  const books = createStripeBooks((type, object) => {
    const id = `evt_${randomBytes(8).toString('hex')}`;
    const created = Math.floor(Date.now() / 1000);
    const event = { id, object: 'event', type, api_version: '2023-08-16', created, livemode: false };
    const whole = { ...event, pending_webhooks: 1, request: { id: null, idempotency_key: null }, data: { object } };
    const problems = contract.validation.problems('#/components/schemas/event', whole);
    if (problems.length > 0) throw new Error(problems.join('; '));
    const body = JSON.stringify(whole);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: STRIPE_WEBHOOK_SECRET });
    webhooks.add({ body, headers: { 'stripe-signature': signature } });
  });

  let once = createOncePerKey(otherRequest);
  let seen = new Set<string>();
  const keyed = (schema: string | null, make: (call: Call) => Answer) => async (call: Call) => {
    // The library asks for its own version of the API, which its types are of; who asks for none has the account's.
    if (schema && call.headers['stripe-version']) {
      const { problems } = requests.read(REQUESTS + schema, call.body ?? {});
      if (problems.length > 0) throw new Error(`not what the SDK's types say: ${problems.join('; ')}`);
    }
    const key = call.headers['idempotency-key'];
    const isReplayed = key !== undefined && seen.has(key);
    if (key) seen.add(key);
    const answer = await once(key, `${call.operation} ${JSON.stringify(call.params)} ${call.text}`, () => make(call));
    return isReplayed ? { ...answer, headers: { 'idempotent-replayed': 'true' } } : answer;
  };

  const server = await openContractServer({
    contracts: [contract],
    badRequest: (problems) => failed(400, { type: 'invalid_request_error', message: problems.join('; ') }),
    refuse: ({ headers }) =>
      headers.authorization === `Bearer ${STRIPE_KEY}`
        ? null
        : failed(401, { type: 'invalid_request_error', message: 'Invalid API Key provided.' }),
    answers: {
      PostPaymentIntents: keyed('paymentIntentCreate', ({ body }) => books.create(body)),
      PostPaymentIntentsIntent: keyed(null, ({ params, body }) => books.update(params.intent, body)),
      PostPaymentIntentsIntentConfirm: keyed('paymentIntentConfirm', ({ params, body }) =>
        books.confirm(params.intent, body),
      ),
      PostPaymentIntentsIntentCapture: keyed('paymentIntentCapture', ({ params, body }) =>
        books.capture(params.intent, body ?? {}),
      ),
      PostPaymentIntentsIntentCancel: keyed('paymentIntentCancel', ({ params, body }) =>
        books.cancel(params.intent, body ?? {}),
      ),
      GetPaymentIntentsIntent: ({ params, query }) => books.get(params.intent, query),
      GetPaymentIntents: ({ query }) => books.listIntents(query),
      PostRefunds: keyed('refundCreate', ({ body }) => books.refund(body)),
      GetRefunds: ({ query }) => books.listRefunds(query),
      PostCustomers: keyed('customerCreate', ({ body }) => books.createCustomer(body)),
      GetPaymentMethod: ({ params }) => books.getMethod(params.payment_method),
      PostPaymentMethodDetach: keyed(null, ({ params }) => books.detach(params.payment_method)),
    },
  });
  return {
    server,
    webhooks,
    books,
    forgetKeys() {
      once = createOncePerKey(otherRequest);
      seen = new Set();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const REQUESTS = '#/definitions/StripeRequests/properties/';

let read: { readonly contract: Contract; readonly requests: Validation } | null = null;

/** To compile such schemas takes longer than a call may last: it is done before, and once for all doubles of a file. */
function readOnce() {
  if (read) return read;
  const contract = readContract(readContractFile('stripe/openapi.json'), mend);
  const types = readContractFile('stripe/stripe-node-23.1.0.requests.schema.json') as JsonObject;
  const requests = createValidation(types, false);
  contract.compile();
  const { StripeRequests } = types.definitions as { StripeRequests: { properties: JsonObject } };
  for (const name of Object.keys(StripeRequests.properties)) requests.read(REQUESTS + name, {});
  read = { contract, requests };
  return read;
}

const otherRequest = (key: string): Answer =>
  failed(400, { type: 'idempotency_error', message: `Keys are for one request alone: ${key}` });

/** What the copy of the contract leaves out: expanded charges, and the saved card's own operations. */
function mend(document: JsonObject): void {
  const schemas = (document.components as { schemas: Record<string, { properties: JsonObject }> }).schemas;
  const charge = { anyOf: [{ type: 'string' }, { $ref: '#/components/schemas/charge' }], nullable: true };
  (schemas.payment_intent as { properties: JsonObject }).properties.latest_charge = charge;
  const content = (name: string) => ({
    description: '',
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
  });
  const operation = (operationId: string): JsonObject => ({
    operationId,
    parameters: [{ name: 'payment_method', in: 'path', required: true, schema: { type: 'string' } }],
    responses: { 200: content('payment_method'), default: content('error') },
  });
  Object.assign(document.paths as JsonObject, {
    '/v1/payment_methods/{payment_method}': { get: operation('GetPaymentMethod') },
    '/v1/payment_methods/{payment_method}/detach': { post: operation('PostPaymentMethodDetach') },
  });
}
