import { createHmac, randomBytes } from 'node:crypto';
import type { Answer, Call } from '@cartograph/contract-server/check';
import { type Contract, readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import { createOncePerKey } from '@cartograph/contract-server/once-per-key';
import { openContractServer } from '@cartograph/contract-server/server';
import { createWebhooks } from '@cartograph/contract-server/webhooks';
import { createPaypalBooks, failed, type Row } from './paypal-books.ts';
import { inWords, readWords } from './paypal-words.ts';

export const PAYPAL_CLIENT = { id: 'client-of-the-double', secret: 'secret-of-the-double' };
export const PAYPAL_WEBHOOK_ID = '1JE4291016473214C';

/** PayPal in memory: orders that a buyer approves, and webhooks that it says itself whether it has signed. */
export async function openPaypalDouble({ target = (): string => '' } = {}) {
  const contracts = readOnce();
  const webhooks = createWebhooks(target);
  const key = randomBytes(16);
  // Contracts want a word character first, which base64 does not always have.
  const sign = (event: Row) => `s${createHmac('sha256', key).update(JSON.stringify(event)).digest('hex')}`;
  const books = createPaypalBooks((event_type, resource) => {
    const event = {
      ...{ id: `WH-${randomBytes(8).toString('hex').toUpperCase()}`, event_version: '1.0', event_type },
      ...{ create_time: new Date().toISOString(), resource_type: 'checkout-order', summary: 'Something changed' },
      ...{ resource: structuredClone(resource), links: [] },
    };
    webhooks.add({
      body: JSON.stringify(event),
      headers: {
        ...{ 'paypal-auth-algo': 'SHA256withRSA', 'paypal-cert-url': 'https://api.paypal.com/cert.pem' },
        ...{ 'paypal-transmission-id': '69cd13f0-d67a-11e5-baa3-778b53f4ae55' },
        ...{ 'paypal-transmission-sig': sign(event), 'paypal-transmission-time': '2026-11-26T12:00:00Z' },
      },
    });
  });
  let once = createOncePerKey(() => failed(422, 'DUPLICATE_REQUEST_ID'));
  const keyed = (make: (call: Call) => Answer) => (call: Call) =>
    once(call.headers['paypal-request-id'], `${call.operation} ${JSON.stringify(call.params)} ${call.text}`, () =>
      inWords(call.operation, make(call)),
    );
  const tokens = new Set<string>();
  const server = await openContractServer({
    contracts,
    badRequest: (problems) => failed(400, problems.join('; ')),
    refuse: ({ path, headers }) =>
      path === '/v1/oauth2/token' || tokens.has(headers.authorization ?? '') ? null : failed(401, 'INVALID_TOKEN'),
    answers: {
      'orders.create': keyed(({ body }) => books.create(body)),
      'orders.get': ({ params }) => books.get(params.id),
      'orders.authorize': keyed(({ params }) => books.complete(params.id, 'AUTHORIZE')),
      'orders.capture': keyed(({ params }) => books.complete(params.id, 'CAPTURE')),
      'authorizations.capture': keyed(({ params, body }) => books.capture(params.authorization_id, body)),
      'authorizations.void': keyed(({ params }) => books.void(params.authorization_id)),
      'captures.refund': keyed(({ params, body }) => books.refund(params.capture_id, body)),
      'verify-webhook-signature.post': ({ body }) => ({
        status: 200,
        body: {
          verification_status:
            body.webhook_id === PAYPAL_WEBHOOK_ID && body.transmission_sig === sign(body.webhook_event)
              ? 'SUCCESS'
              : 'FAILURE',
        },
      }),
    },
    // Documented, and in no copy of a contract.
    besides: {
      'POST /v1/oauth2/token': ({ headers }) => {
        const basic = Buffer.from(`${PAYPAL_CLIENT.id}:${PAYPAL_CLIENT.secret}`).toString('base64');
        if (headers.authorization !== `Basic ${basic}`) return { status: 401, body: { error: 'invalid_client' } };
        const access_token = randomBytes(16).toString('hex');
        tokens.add(`Bearer ${access_token}`);
        return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: 32_400 } };
      },
      'GET /v1/reporting/transactions': ({ query }) => {
        const [from, to] = [Date.parse(String(query.start_date)), Date.parse(String(query.end_date))];
        const isIn = ({ at }: { at: number }) => at >= from && at <= to;
        const found = books.transactions.filter(isIn).map(({ transaction_info }) => ({ transaction_info }));
        return { status: 200, body: { transaction_details: found, total_pages: 1 } };
      },
    },
  });
  return {
    ...{ server, webhooks, books },
    /** As if all access tokens had ended. */
    endTokens: () => tokens.clear(),
    /** As if the keys were older than PayPal keeps them. */
    forgetKeys() {
      once = createOncePerKey(() => failed(422, 'DUPLICATE_REQUEST_ID'));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

let read: readonly Contract[] | null = null;

function readOnce(): readonly Contract[] {
  read ??= ['checkout_orders_v2', 'payments_payment_v2', 'notifications_webhooks_v1'].map((name) => {
    const published = readContractFile(`paypal/${name}.json`);
    readWords(published as Row);
    const contract = readContract(published);
    contract.compile();
    return contract;
  });
  return read;
}
