import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { createLogger } from '@cartograph/runtime/logger';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { Webhook } from 'standardwebhooks';
import { createWebhookSender } from '../src/adapters/webhook-sender.ts';
import { createWebhookQueue } from '../src/datasources/webhook-queue.ts';
import type { ClaimedDelivery } from '../src/domain/webhook.ts';
import { createSendWebhooks } from '../src/jobs/webhook-jobs.ts';
import { deliverWebhook } from '../src/operations/deliver-webhook.ts';
import type { Webhooks } from '../src/ports/webhooks.ts';
import { createStores } from '../src/subgraph.ts';
import { createFakeShop } from './fake-shop.ts';
import { openShop } from './open-shop.ts';

export const admin: Viewer = { kind: 'staff', staffId: newId('Staff'), roles: ['ADMIN'] };

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

type Answer = number | ((answer: ServerResponse) => void);

/** A merchant's server. It takes everything, unless told to answer otherwise. */
export async function openReceiver() {
  const received: Received[] = [];
  const script: Answer[] = [];
  let always: Answer = 204;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString(), path: request.url ?? '' });
      const answer = script.shift() ?? always;
      if (typeof answer === 'number') response.writeHead(answer).end('what a receiver says');
      else answer(response);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    script,
    port,
    url: `http://127.0.0.1:${port}/hook`,
    answerAlways(answer: Answer) {
      always = answer;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** The specification's own library, which knows nothing of us. Throws for what is not signed with the secret. */
export const verify = (secret: string, { body, headers }: Received): any =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

const ENDPOINT = 'id url description eventTypes status disabledReason failingSince';
const DELIVERY =
  'id eventId endpointId type subjectId status attemptCount nextAttemptAt lastStatusCode lastError attempts { nodes { number endedAt statusCode error response } }';
const REFUSED = '... on UserError { message }';

const DOCUMENTS = {
  create: `mutation ($input: CreateWebhookEndpointInput!) { result: createWebhookEndpoint(input: $input) {
    __typename ... on CreateWebhookEndpointSuccess { secret endpoint { ${ENDPOINT} } } ${REFUSED} } }`,
  update: `mutation ($input: UpdateWebhookEndpointInput!) { result: updateWebhookEndpoint(input: $input) {
    __typename ... on UpdateWebhookEndpointSuccess { endpoint { ${ENDPOINT} } } ${REFUSED} } }`,
  enable: `mutation ($id: ID!) { result: enableWebhookEndpoint(id: $id) {
    __typename ... on EnableWebhookEndpointSuccess { endpoint { ${ENDPOINT} } } ${REFUSED} } }`,
  disable: `mutation ($id: ID!) { result: disableWebhookEndpoint(id: $id) {
    __typename ... on DisableWebhookEndpointSuccess { endpoint { ${ENDPOINT} } } ${REFUSED} } }`,
  remove: `mutation ($id: ID!) { result: deleteWebhookEndpoint(id: $id) {
    __typename ... on DeleteWebhookEndpointSuccess { id } ${REFUSED} } }`,
  rotate: `mutation ($input: RotateWebhookSecretInput!) { result: rotateWebhookSecret(input: $input) {
    __typename ... on RotateWebhookSecretSuccess { secret previousValidUntil } ${REFUSED} } }`,
  test: `mutation ($id: ID!) { result: sendTestWebhook(id: $id) {
    __typename ... on SendTestWebhookSuccess { delivery { ${DELIVERY} } } ${REFUSED} } }`,
  replay: `mutation ($id: ID!) { result: replayWebhookDelivery(id: $id) {
    __typename ... on ReplayWebhookDeliverySuccess { delivery { ${DELIVERY} } } ${REFUSED} } }`,
  replayAll: `mutation ($input: ReplayWebhookDeliveriesInput!) { result: replayWebhookDeliveries(input: $input) {
    __typename ... on ReplayWebhookDeliveriesSuccess { count hasMore } ${REFUSED} } }`,
  endpoint: `query ($id: ID!) { result: webhookEndpoint(id: $id) { ${ENDPOINT} } }`,
  endpoints: `query ($first: Int!, $after: String, $status: WebhookEndpointStatus) {
    result: webhookEndpoints(first: $first, after: $after, status: $status) {
      nodes { ${ENDPOINT} } pageInfo { hasNextPage endCursor } } }`,
  deliveries: `query ($first: Int!, $after: String, $filter: WebhookDeliveryFilter) {
    result: webhookDeliveries(first: $first, after: $after, filter: $filter) {
      nodes { ${DELIVERY} } pageInfo { hasNextPage endCursor } } }`,
};

/** A shop whose clock for webhooks can be moved on, and whose chance is always the middle. */
export async function openWebhooks({ timeoutMs = 2_000 } = {}) {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const shop = await openShop(db, neighbours);
  let ahead = 0;
  const clock = () => new Date(Date.now() + ahead);
  const stores = createStores(db, undefined as never, () => {}).webhooks;
  const webhooks: Webhooks = { ...stores, queue: createWebhookQueue(db, clock) };
  const sender = createWebhookSender({ privateAllowed: true, timeoutMs });
  const disabled: string[] = [];
  const ports = { webhooks };
  const deliver = deliverWebhook(ports, { sender, random: () => 0.5, onDisabled: ({ id }) => disabled.push(id) });
  const ask = async (name: keyof typeof DOCUMENTS, variables: object, viewer: Viewer = admin) => {
    const { data, errors } = await shop.as(viewer)(DOCUMENTS[name], variables);
    return errors ? (errors[0]?.extensions.code ?? 'NO_CODE') : data.result;
  };
  return {
    ...{ db, neighbours, shop, webhooks, sender, disabled, ask, deliver },
    now: () => clock().getTime(),
    advance: (ms: number) => {
      ahead += ms;
    },
    /** An endpoint at that URL, with its secret. */
    async endpoint(url: string, eventTypes: readonly string[] = []) {
      const { endpoint, secret } = await ask('create', { input: { url, eventTypes } });
      return { id: endpoint.id as string, secret: secret as string };
    },
    deliveries: async (filter: object = {}): Promise<readonly any[]> =>
      (await ask('deliveries', { first: 100, filter })).nodes,
    /** Sends what is due now, and says how many attempts that were. */
    async sendDue(): Promise<number> {
      let sent = 0;
      for (;;) {
        const { claimed } = await webhooks.queue.claim(new Map());
        if (claimed.length === 0) return sent;
        sent += claimed.length;
        await Promise.all(claimed.map((one) => deliver(one, AbortSignal.timeout(60_000))));
      }
    },
    /** One process that sends by itself. */
    process(how: (delivery: ClaimedDelivery, signal: AbortSignal) => Promise<void> = deliver) {
      const job = createSendWebhooks({ queue: webhooks.queue, deliver: how }, createLogger('orders', 'silent'));
      job.start();
      return { kick: job.kick, [Symbol.asyncDispose]: () => job.stop() };
    },
    async [Symbol.asyncDispose]() {
      await sender.close();
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}
