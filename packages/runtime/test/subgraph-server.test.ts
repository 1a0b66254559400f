import { randomUUID } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import { CodedError } from '@cartograph/kernel/errors';
import { ANONYMOUS, type Viewer } from '@cartograph/kernel/viewer';
import { describe, expect, it, vi } from 'vitest';
import { createEnvelopeSigner, ENVELOPE_HEADER, ENVELOPE_LIFETIME_MS, envelopeKey } from '../src/envelope.ts';
import { createLogger } from '../src/logger.ts';
import { allow, isCustomer, isNeighbour } from '../src/permissions.ts';
import { createSubgraph } from '../src/subgraph-server.ts';
import { askSubgraph, TEST_SECRET } from '../src/testing/ask.ts';

const ADA: Viewer = { kind: 'customer', customerId: 'Customer:ada' };
const BOB: Viewer = { kind: 'customer', customerId: 'Customer:bob' };

const typeDefs = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  scalar CurrencyCode
  type Query {
    whoAmI: String!
    secret: String
    internal: String
    unruled: String
    boom: String
    refuse: String
    price(currencyCode: CurrencyCode!): String
  }
  type Thing @key(fields: "id") { id: ID!, owner: String }
`;

async function open(options: { clock?: () => number; ready?: () => Promise<void>; port?: number; boom?: Error } = {}) {
  const subgraph = createSubgraph({
    name: 'things',
    typeDefs,
    resolvers: {
      Query: {
        whoAmI: (_: unknown, __: unknown, { viewer }: { viewer: Viewer }) => JSON.stringify(viewer),
        secret: () => 'the secret',
        internal: () => 'the inside',
        unruled: () => 'nobody may see this',
        boom: () => {
          throw options.boom ?? new Error('SELECT password FROM customer at 10.0.0.7');
        },
        refuse: () => {
          throw new CodedError('CONFLICT');
        },
        price: (_: unknown, { currencyCode }: { currencyCode: string }) => currencyCode,
      },
      Thing: {
        __resolveReference: ({ id }: { id: string }, { viewer }: { viewer: Viewer }) => ({ id, owner: viewer.kind }),
      },
    },
    permissions: {
      Query: { whoAmI: allow, secret: isCustomer, internal: isNeighbour, boom: allow, refuse: allow, price: allow },
      Mutation: {},
    },
    context: (viewer) => ({ viewer }),
    port: 0,
    envelopeKey: envelopeKey(TEST_SECRET, 'things'),
    logger: createLogger('things', 'silent'),
    ...options,
  });
  return { url: await subgraph.listen(), [Symbol.asyncDispose]: () => subgraph.close() };
}

interface Tamper {
  readonly signFor?: string;
  readonly secret?: string;
  readonly skewMs?: number;
  readonly body?: string;
  readonly header?: (envelope: string) => string | undefined;
}

/** Sends a good request with exactly one thing wrong. */
async function sendTampered(
  url: string,
  { signFor = 'things', secret = TEST_SECRET, skewMs = 0, body, header = (it) => it }: Tamper,
) {
  const good = JSON.stringify({ query: '{ whoAmI }' });
  const sign = createEnvelopeSigner(
    'router',
    (audience) => envelopeKey(secret, audience),
    () => Date.now() + skewMs,
  );
  const envelope = header(sign({ audience: signFor, viewer: ADA, requestId: randomUUID(), body: good }));
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(envelope && { [ENVELOPE_HEADER]: envelope }) },
    body: body ?? good,
  });
  return { status: response.status, envelope, text: await response.text() };
}

describe('a subgraph and its callers', () => {
  it('answers its router, as the viewer in the envelope', async () => {
    await using things = await open();
    const { data } = await askSubgraph('things', things.url, ADA)('{ whoAmI }');
    expect(JSON.parse(data.whoAmI)).toEqual(ADA);
  });

  it('passes by the pipeline with a document that it has admitted, and answers the same', async () => {
    await using things = await open();
    const pipeline = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
    const sign = createEnvelopeSigner('router', (audience) => envelopeKey(TEST_SECRET, audience));
    const post = async (request: object, viewer: Viewer = ADA) => {
      const body = JSON.stringify(request);
      const envelope = sign({ audience: 'things', viewer, requestId: 'r', body });
      const headers = { 'content-type': 'application/json', [ENVELOPE_HEADER]: envelope };
      const response = await fetch(things.url, { method: 'POST', headers, body });
      return [response.status, response.headers.get('content-type'), await response.text()];
    };
    const asked = async (request: object, viewer?: Viewer) => {
      const [first, before] = [await post(request, viewer), pipeline.mock.calls.length];
      expect(await post(request, viewer)).toEqual(first);
      return pipeline.mock.calls.length - before;
    };
    const PRICE = 'query Price($code: CurrencyCode!) { price(currencyCode: $code) whoAmI }';
    expect(await asked({ query: PRICE, variables: { code: 'EUR' }, operationName: 'Price' })).toBe(0);
    expect(await asked({ query: '{ secret refuse }' })).toBe(0);
    expect(await asked({ query: '{ secret refuse }' }, ANONYMOUS)).toBe(0);
    // Nothing of these is executed: the pipeline says why.
    for (const variables of [{ code: 'x' }, {}, null, 'EUR', ['EUR']])
      expect(await asked({ query: PRICE, variables })).toBe(1);
    expect(await asked({ query: PRICE, variables: { code: 'EUR' }, operationName: 'Cost' })).toBe(1);
    expect(await asked({ query: '{ absent }' })).toBe(1);
    expect(await asked({ query: '{' })).toBe(1);
    expect(await asked({})).toBe(1);
    pipeline.mockRestore();
  });

  const swapViewer = (envelope: string) => {
    const [payload = '', signature] = envelope.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return `${Buffer.from(JSON.stringify({ ...claims, viewer: BOB })).toString('base64url')}.${signature}`;
  };
  const forKey = (audience: string) => envelopeKey(TEST_SECRET, audience);

  it.each<[string, Tamper]>([
    ['no envelope', { header: () => undefined }],
    ['an envelope without a signature', { header: (envelope) => envelope.split('.')[0] }],
    ['a signature by another secret', { secret: 'another-secret-0123456789abcdef0123456789' }],
    ['a swapped body', { body: JSON.stringify({ query: '{ secret }' }) }],
    ['a swapped viewer', { header: swapViewer }],
    ['the envelope of another subgraph', { signFor: 'others' }],
    ['a clock that is behind', { skewMs: -ENVELOPE_LIFETIME_MS - 1_000 }],
    ['a clock that is ahead', { skewMs: ENVELOPE_LIFETIME_MS + 1_000 }],
    ['garbage', { header: () => 'a.b' }],
  ])('refuses %s, and says nothing more', async (_case, tamper) => {
    await using things = await open();
    const { status, text } = await sendTampered(things.url, tamper);
    expect(status).toBe(401);
    expect(JSON.parse(text)).toEqual({
      errors: [{ message: 'This service answers its router only.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('refuses an audience that was signed with the right key', async () => {
    await using things = await open();
    const sign = createEnvelopeSigner('router', () => forKey('things'));
    const body = JSON.stringify({ query: '{ whoAmI }' });
    const envelope = sign({ audience: 'others', viewer: ADA, requestId: 'r', body });
    const response = await fetch(things.url, { method: 'POST', headers: { [ENVELOPE_HEADER]: envelope }, body });
    expect(response.status).toBe(401);
  });

  it('refuses a replayed envelope, and knows it until it would have expired anyway', async () => {
    let now = Date.now();
    await using things = await open({ clock: () => now });
    const { envelope, status } = await sendTampered(things.url, {});
    expect(status).toBe(200);
    expect((await sendTampered(things.url, { header: () => envelope })).status).toBe(401);
    now += ENVELOPE_LIFETIME_MS - 1_000;
    expect((await sendTampered(things.url, { header: () => envelope })).status).toBe(401);
  });

  it('has a key that is derived once by whoever signs for it', () => {
    const keyOf = vi.fn(forKey);
    const sign = createEnvelopeSigner('router', keyOf);
    for (const audience of ['things', 'others', 'things', 'things'])
      sign({ audience, viewer: ADA, requestId: 'r', body: '{}' });
    expect(keyOf.mock.calls).toEqual([['things'], ['others']]);
  });

  it('answers a signed body that is no JSON with BAD_REQUEST', async () => {
    await using things = await open();
    const sign = createEnvelopeSigner('router', forKey);
    const headers = { [ENVELOPE_HEADER]: sign({ audience: 'things', viewer: ADA, requestId: 'r', body: '{' }) };
    const response = await fetch(things.url, { method: 'POST', headers, body: '{' });
    expect(response.status).toBe(400);
  });
});

describe('permissions', () => {
  it('deny what has no rule, also to neighbours', async () => {
    await using things = await open();
    const { data, errors } = await askSubgraph('things', things.url, { kind: 'service', service: 'orders' })(
      '{ unruled internal }',
    );
    expect(data).toEqual({ unruled: null, internal: 'the inside' });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('tell strangers to sign in, and the known that it does not suffice', async () => {
    await using things = await open();
    const stranger = await askSubgraph('things', things.url)('{ secret internal }');
    expect(stranger.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    const ada = await askSubgraph('things', things.url, ADA)('{ secret internal }');
    expect(ada.data.secret).toBe('the secret');
    expect(ada.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });

  it('leave entities to the store, which reads as the viewer', async () => {
    await using things = await open();
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { id owner } } }';
    const { data } = await askSubgraph('things', things.url, BOB)(query, { r: [{ __typename: 'Thing', id: '1' }] });
    expect(data._entities).toEqual([{ id: '1', owner: 'customer' }]);
  });
});

describe('errors', () => {
  it('hide a defect behind an incident id', async () => {
    await using things = await open();
    const { errors } = await askSubgraph('things', things.url)('{ boom }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', incidentId: expect.any(String) });
    expect(JSON.stringify(errors)).not.toMatch(/SELECT|10\.0\.0\.7|stack/);
  });

  it.each([
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
    new Error('Connection terminated unexpectedly'),
    Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' }),
    new Error('Prisma failed', { cause: Object.assign(new Error('too many clients'), { code: '53300' }) }),
  ])('say that it is safe to retry where the database gave no answer, and not what: %s', async (error) => {
    await using things = await open({ boom: error });
    const { errors } = await askSubgraph('things', things.url, ADA)('{ boom }');
    const message = 'A part of the shop does not answer now. Safe to retry with the same idempotency key.';
    expect(errors).toEqual([expect.objectContaining({ message, extensions: { code: 'SERVICE_UNAVAILABLE' } })]);
  });

  it('let a coded message through, and name what is wrong with a value', async () => {
    await using things = await open();
    const ask = askSubgraph('things', things.url);
    expect((await ask('{ refuse }')).errors?.[0]?.extensions.code).toBe('CONFLICT');
    const { errors } = await ask('{ price(currencyCode: "EURO") }');
    expect(errors?.[0]?.message).toContain('"EURO" is not a currency code. Use an ISO 4217 code');
  });
});

describe('readiness', () => {
  it('says which setting to change when its port is taken', async () => {
    await using subgraph = await open();
    const port = Number(new URL(subgraph.url).port);
    await expect(open({ port })).rejects.toThrow(
      `Port ${port} for things is in use. Stop what listens there, or set PORT`,
    );
  });

  it('is refused while the subgraph cannot work, without saying why to the caller', async () => {
    await using things = await open({ ready: () => Promise.reject(new Error('no database at 10.0.0.7')) });
    const response = await fetch(new URL('/readyz', things.url));
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('10.0.0.7');
  });
});
