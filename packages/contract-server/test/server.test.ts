import { describe, expect, it } from 'vitest';
import type { Answer } from '../src/check.ts';
import { readContract } from '../src/contract.ts';
import { createOncePerKey } from '../src/once-per-key.ts';
import { openContractServer } from '../src/server.ts';

const PAYMENT = {
  type: 'object',
  required: ['id', 'amount'],
  additionalProperties: false,
  properties: { id: { type: 'string' }, amount: { type: 'integer', exclusiveMinimum: true, minimum: 0 } },
};
const contract = readContract({
  openapi: '3.0.0',
  info: { title: 'Payments' },
  paths: {
    '/payments/{id}': {
      get: {
        operationId: 'find',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^p' } },
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 10 } },
          { name: 'page[size]', in: 'query', schema: { type: 'integer', maximum: 5 } },
          {
            name: 'fields',
            in: 'query',
            style: 'form',
            explode: false,
            schema: { type: 'array', items: { enum: ['a', 'b'] } },
          },
        ],
        responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Payment' } } } } },
      },
    },
    '/payments': {
      post: {
        operationId: 'pay',
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                required: ['amount'],
                additionalProperties: false,
                properties: { amount: { type: 'integer' }, tags: { type: 'array', items: { type: 'string' } } },
              },
            },
          },
        },
        responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Payment' } } } } },
      },
    },
  },
  components: { schemas: { Payment: PAYMENT } },
});

/** A double that numbers its payments. */
async function open(answer: (amount: number) => object = (amount) => ({ amount })) {
  let count = 0;
  const once = createOncePerKey(() => ({ status: 400, body: { error: 'another request under this key' } }));
  const pay = (amount: number): Answer => {
    count += 1;
    return { status: 200, body: { id: `p${count}`, ...answer(amount) } };
  };
  const server = await openContractServer({
    contracts: [contract],
    prefix: '/v1',
    answers: {
      pay: ({ body, headers, text }) => once(headers['idempotency-key'], text, () => pay(body.amount)),
      find: ({ params, query }) => ({ status: 200, body: { id: params.id, amount: (query.limit as number) ?? 1 } }),
    },
    besides: { 'POST /oauth/token': ({ query }) => ({ status: 200, body: { access_token: 't', ...query } }) },
  });
  const post = (body: string, key?: string) =>
    fetch(`${server.url}/v1/payments`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(key && { 'idempotency-key': key }) },
    });
  const paid = () => count;
  return { server, post, paid, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe('a contract server', () => {
  it('answers what the contract allows, with numbers where it wants numbers', async () => {
    await using one = await open();
    const answer = await one.post('amount=5&tags[]=x');
    expect([answer.status, await answer.json()]).toEqual([200, { id: 'p1', amount: 5 }]);
    expect(await (await fetch(`${one.server.url}/v1/payments/p7?limit=3&fields=a,b&page[size]=5`)).json()).toEqual({
      id: 'p7',
      amount: 3,
    });
    const token = await fetch(`${one.server.url}/oauth/token?for=a`, { method: 'POST' });
    expect([token.status, await token.json()]).toEqual([200, { access_token: 't', for: 'a' }]);
    expect(one.server.calls.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      'pay 200',
      'find 200',
      'POST /oauth/token 200',
    ]);
  });

  it.each([
    ['a body without what it must have', () => ['POST', '/v1/payments', 'tags[0]=x'] as const, /amount/],
    ['a body with something else', () => ['POST', '/v1/payments', 'amount=1&card=4242'] as const, /additional/],
    ['a text for a number', () => ['POST', '/v1/payments', 'amount=much'] as const, /integer/],
    ['no body', () => ['POST', '/v1/payments', ''] as const, /missing/],
    ['a parameter out of bounds', () => ['GET', '/v1/payments/p1?limit=11', null] as const, /limit: .*10/],
    ['a parameter in brackets out of bounds', () => ['GET', '/v1/payments/p1?page[size]=6', null] as const, /size.*5/],
    ['another one in brackets', () => ['GET', '/v1/payments/p1?page[number]=1', null] as const, /page\[number\]/],
    ['a parameter of another contract', () => ['GET', '/v1/payments/p1?page=1', null] as const, /page/],
    ['a path of another form', () => ['GET', '/v1/payments/x1', null] as const, /pattern/],
    ['a path of no operation', () => ['GET', '/v1/refunds', null] as const, /not in the contract/],
  ])('refuses %s, and says so', async (_name, ask, problem) => {
    await using one = await open();
    const [method, path, body] = ask();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(one.server.url + path, { method, body, ...(body !== null && { headers }) });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const violations = one.server.takeViolations();
    expect(violations.map(({ side }) => side)).toEqual(['request']);
    expect(violations[0]?.problems.join()).toMatch(problem);
    expect(one.paid()).toBe(0);
  });

  it.each([
    ['no positive amount', () => ({ amount: 0 })],
    ['something else', () => ({ amount: 1, owner: 'x' })],
    ['a text for a number', () => ({ amount: '1' })],
  ])('holds its own answer against the contract: one with %s', async (_name, answer) => {
    await using one = await open(answer);
    expect((await one.post('amount=5')).status).toBe(500);
    expect(one.server.takeViolations().map(({ side }) => side)).toEqual(['answer']);
  });

  it('fails the test that leaves a violation unread', async () => {
    const one = await open();
    await one.post('amount=much');
    await expect(one[Symbol.asyncDispose]()).rejects.toThrow(/request of pay/);
  });

  it('fails before the effect, and after it', async () => {
    await using one = await open();
    const { faults } = one.server;
    faults.add({ operation: 'pay', at: 'before', does: 'cut' });
    await expect(one.post('amount=5')).rejects.toThrow();
    expect(one.paid()).toBe(0);
    faults.add({ operation: 'pay', at: 'after', does: 'cut' });
    await expect(one.post('amount=5', 'k')).rejects.toThrow();
    expect(one.paid()).toBe(1);
    expect(await (await one.post('amount=5', 'k')).json()).toMatchObject({ id: 'p1' });
    expect(one.paid()).toBe(1);
    expect((await one.post('amount=6', 'k')).status).toBe(500); // 400 is not in this contract.
    expect(one.server.takeViolations()).toHaveLength(1);
  });

  it('fails one of the operations that share an address', async () => {
    await using server = await openContractServer({
      contracts: [],
      answers: {},
      besides: { 'POST /graphql': () => ({ status: 200, body: {} }) },
      nameOf: ({ text }) => /mutation (\w+)/.exec(text)?.[1] ?? null,
    });
    server.faults.add({ operation: 'Set', at: 'before', does: { status: 503 } });
    const send = async (body: string) => (await fetch(`${server.url}/graphql`, { method: 'POST', body })).status;
    expect([await send('mutation Add'), await send('mutation Set'), await send('{ a }')]).toEqual([200, 503, 200]);
    expect(server.calls.map(({ operation }) => operation)).toEqual(['Add', 'Set', 'POST /graphql']);
  });

  it('limits, comes late, and never answers', async () => {
    await using one = await open();
    const { faults } = one.server;
    faults.add(
      { at: 'before', does: { status: 429, headers: { 'retry-after': '1' } } },
      { at: 'before', does: { delayMs: 1 } },
    );
    const limited = await one.post('amount=5');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await one.post('amount=5')).status).toBe(200);
    faults.add({ at: 'after', does: 'hang' });
    const signal = AbortSignal.timeout(50);
    await expect(fetch(`${one.server.url}/v1/payments/p1`, { signal })).rejects.toThrow();
  });
});
