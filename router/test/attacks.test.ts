import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSettings } from '../src/settings/settings-file.ts';
import { composed, openGraph, SDL } from './supergraph.ts';

const times = (n: number, text: (index: number) => string) => Array.from({ length: n }, (_, i) => text(i)).join(' ');
const doubling = (levels: number) =>
  `{ books { ...F0 } } ${times(levels, (i) => `fragment F${i} on Book { ...F${i + 1} ... on Book { ...F${i + 1} } }`)} fragment F${levels} on Book { id }`;

/** Documents that no router should work on, all of them valid GraphQL or close to it. */
const DOCUMENTS: readonly (readonly [string, string])[] = [
  ['10,000 aliases', `{ ${times(10_000, (i) => `a${i}: whoAmI`)} }`],
  ['200 aliases', `{ ${times(200, (i) => `a${i}: whoAmI`)} }`],
  ['100,000 tokens', `{ ${'whoAmI '.repeat(100_000)} }`],
  ['a bomb of 30 doublings', doubling(30)],
  ['a bomb of 95 doublings', doubling(95)],
  ['a fragment that spreads itself', '{ books { ...F } } fragment F on Book { id ...F }'],
  [
    'two fragments that spread each other',
    '{ books { ...F } } fragment F on Book { ...G } fragment G on Book { ...F }',
  ],
  ['selections 30,000 deep', '{a'.repeat(30_000)],
  ['lists 50,000 deep', `{ books(a: ${'['.repeat(50_000)}`],
  ['objects 20,000 deep', `{ books(a: ${'{a:'.repeat(20_000)}`],
  ['types 50,000 deep', `query ($a: ${'['.repeat(50_000)}`],
  ['inline fragments 10,000 deep', '{...'.repeat(10_000)],
  ['1,000 directives', `{ whoAmI ${'@skip(if: false) '.repeat(1_000)} }`],
  ['the same field 2,000 times', `{ ${'books { id } '.repeat(2_000)} }`],
  ['1,000 variables', `query (${times(1_000, (i) => `$v${i}: Int`)}) { whoAmI }`],
  ['1,000 operations', times(1_000, (i) => `query Q${i} { whoAmI }`)],
  ['1,000 fragments', `{ whoAmI } ${times(1_000, (i) => `fragment F${i} on Book { id }`)}`],
  ['the schema times itself', '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }'],
  ['types instead of operations', 'type Query { a: Int } directive @a on FIELD'],
  ['nothing', ''],
  ['blanks', ' \n\t,,,'],
  ['a comment of 60,000 letters', `#${'x'.repeat(60_000)}`],
  ['comments alone', '#\n'.repeat(20_000)],
  ['a string without end', `{ books(a: "${'x'.repeat(10_000)}`],
  ['quotes', '"'.repeat(50_000)],
  ['nulls', '\0'.repeat(1_000)],
  ['half a letter', '{ books { id } } \ud83d'],
  ['a subscription', 'subscription { books { id } }'],
];

const search = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();
const query = (text: string, more: object = {}) => JSON.stringify({ query: text, ...more });
const ADD = 'mutation ($book: BookInput) { addBook(title: "a", book: $book) { id } }';

/** Bodies that are no GraphQL requests, or whose variables are too much. */
const BODIES: readonly (readonly [string, string | Uint8Array])[] = [
  ['nothing', ''],
  ['no JSON', '{"query":'],
  ['a batch', `[${query('{ whoAmI }')},${query('{ whoAmI }')}]`],
  ['an empty batch', '[]'],
  ['a text', '"{ whoAmI }"'],
  ['null', 'null'],
  ['a number as query', '{"query":1}'],
  ['a list as query', '{"query":["{ whoAmI }"]}'],
  ['an object as operation name', query('{ whoAmI }', { operationName: {} })],
  ['a list as variables', query('{ whoAmI }', { variables: [1] })],
  ['a text as variables', query('{ whoAmI }', { variables: '{}' })],
  ['a text as extensions', query('{ whoAmI }', { extensions: 'a' })],
  ['an unknown hash', '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"__proto__"}}}'],
  ['a prototype', '{"__proto__":{"query":"{ whoAmI }"},"query":"{ whoAmI }"}'],
  ['a prototype in a variable', `{"query":${JSON.stringify(ADD)},"variables":{"book":{"__proto__":{"title":"a"}}}}`],
  ['an unknown key in a variable', query(ADD, { variables: { book: { title: 'a', constructor: 1 } } })],
  ['a variable of another type', query(ADD, { variables: { book: 'a' } })],
  [
    'variables 30,000 deep',
    `{"query":${JSON.stringify(ADD)},"variables":{"book":${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}}}`,
  ],
  ['a variable of 50,000 items', query(ADD, { variables: { book: Array(50_000).fill(1) } })],
  ['a body of 10 MB', query('{ whoAmI }', { variables: { a: 'x'.repeat(10_000_000) } })],
  ['bytes that are no UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
];

describe('an attack on the router', () => {
  let graph: Awaited<ReturnType<typeof openGraph>>;
  const settings = readSettings({});
  // How often is another question: here a thousand come from one address.
  const rates = { ...settings.rates, enforced: false };
  beforeAll(async () => {
    graph = await openGraph({ config: { production: true }, settings: { ...settings, rates } });
  });
  afterAll(() => graph[Symbol.asyncDispose]());

  const post = (body: string | Uint8Array) =>
    fetch(graph.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

  /** A refusal that says what it is in a few words and tells nothing of the inside; and the router goes on. */
  async function expectRefused(answer: Response) {
    const text = await answer.text();
    expect(answer.status, text).toBeGreaterThanOrEqual(400);
    expect(answer.status, text).toBeLessThan(500);
    expect(text.length).toBeLessThan(2_500);
    const { errors, data } = JSON.parse(text);
    expect(data ?? null).toBeNull();
    expect(errors[0]).toMatchObject({ message: expect.any(String), extensions: { code: expect.any(String) } });
    expect(text).not.toMatch(/stack|node_modules|INTERNAL|Did you mean|BookInput/);
    const next = await graph.ask({ query: '{ books { title } }' });
    expect(next.body).toEqual({ data: { books: [{ title: 'Atlas' }] } });
  }

  it.each(DOCUMENTS)('by a document of %s is refused', async (_what, document) => {
    await expectRefused(await post(query(document)));
  });

  it.each(DOCUMENTS.filter(([, document]) => document.length > 0 && search({ query: document }).length < 15_000))(
    'by a URL with a document of %s is refused',
    async (_what, document) => {
      const url = `${graph.url}?${search({ query: document })}`;
      await expectRefused(await fetch(url, { headers: { 'content-type': 'application/json' } }));
    },
  );

  it.each(BODIES)('by a body of %s is refused', async (_what, body) => {
    await expectRefused(await post(body));
  });

  it('by variables 2,000 deep in a URL is refused', async () => {
    const variables = `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`;
    const url = `${graph.url}?${search({ query: 'query ($a: [Int]) { whoAmI }', variables })}`;
    await expectRefused(await fetch(url, { headers: { 'content-type': 'application/json' } }));
  });

  it('by names that every object has is none: they are names', async () => {
    const { status, text } = await graph.ask({
      query:
        'query ($constructor: Boolean = true) { __proto__: books @include(if: $constructor) { constructor: title ...toString } } fragment toString on Book { __proto__: id }',
    });
    expect(status).toBe(200);
    expect(text.trim()).toBe('{"data":{"__proto__":[{"constructor":"Atlas","__proto__":"1"}]}}');
    expect(({} as { title?: string }).title).toBeUndefined();
  });

  it('by whatever JSON there is never ends in a 5xx', async () => {
    const member = fc.oneof(fc.json(), fc.constantFrom('"{ books { id } }"', '{"a":1}', 'null', '"Q"'));
    const body = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc
        .record({ query: member, variables: member, operationName: member, extensions: member }, { requiredKeys: [] })
        .map(
          (members) =>
            `{${Object.entries(members)
              .map(([key, json]) => `"${key}":${json}`)
              .join()}}`,
        ),
    );
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        expect((await post(text)).status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it('by whatever text there is in place of a document never ends in a 5xx', async () => {
    const parts = [
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      '...',
      'on',
      'Book',
      'books',
      'id',
      ':',
      '$a',
      '@skip',
      '"',
      '"""',
      '#',
      '\n',
      'fragment F',
      'query',
      'mutation',
      '1.5',
      '-',
      '__typename',
      '!',
      '=',
      '&',
      '|',
    ];
    const document = fc.oneof(
      fc.array(fc.constantFrom(...parts), { maxLength: 60 }).map((some) => some.join(' ')),
      fc.array(fc.constantFrom(...parts), { maxLength: 30 }).map((some) => `{ books { id ${some.join(' ')} } }`),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(document, async (text) => {
        expect((await post(query(text))).status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});

describe('asking too often', () => {
  const settings = readSettings({});
  /** Five at once, and then one an hour. */
  const few = { requests: 1, per: 3_600_000, burst: 5 };
  const clients = { ...settings.rates.clients, anonymous: few };
  // In development nobody is counted who asks from the same machine, as all tests do.
  const open = (rates: object) =>
    openGraph({ config: { production: true }, settings: { ...settings, rates: { ...settings.rates, ...rates } } });

  it('is answered with 429 and the time to wait, for strangers at one address', async () => {
    await using graph = await open({ clients });
    const answers = [];
    for (let i = 0; i < 8; i += 1) answers.push(await graph.ask({ query: '{ whoAmI }' }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    const last = answers.at(-1);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect(last?.body).toEqual({
      errors: [{ message: 'Too many requests. Retry later.', extensions: { code: 'RATE_LIMITED' } }],
    });
    const ada = { kind: 'customer', customerId: 'Customer:ada' } as const;
    const token = await graph.issue(ada, { lifetimeSeconds: 60, tokenId: 't' });
    expect((await graph.ask({ query: '{ whoAmI }' }, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('is not made easier by another X-Forwarded-For each time, nor by bad tokens', async () => {
    await using graph = await open({ clients, badTokens: few });
    const ask = async (headers: Record<string, string>) => (await graph.ask({ query: '{ whoAmI }' }, headers)).status;
    const forwarded = [];
    for (let i = 0; i < 7; i += 1) forwarded.push(await ask({ 'x-forwarded-for': `198.51.100.${i}` }));
    expect(forwarded).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const tokens = [];
    for (let i = 0; i < 7; i += 1) tokens.push(await ask({ authorization: `Bearer a.${i}.c` }));
    expect(tokens).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  it('of one operation is refused however it is called, and aliases count', async () => {
    await using graph = await open({ operations: [{ ...few, field: 'addBook', by: 'address', burst: 3 }] });
    const ask = async (query: string) => (await graph.ask({ query })).status;
    const add = (name: string) => ask(`mutation ${name} { addBook(title: "a") { id } }`);
    expect([await add('A'), await add('A'), await add('B'), await add('C')]).toEqual([200, 200, 200, 429]);
    expect(await ask('{ books { id } }')).toBe(200);
    const query = `mutation { ${times(4, (i) => `a${i}: addBook(title: "a") { id }`)} }`;
    const many = await graph.ask({ query });
    expect([many.status, many.body.errors[0].extensions.code]).toEqual([400, 'OPERATION_TOO_LARGE']);
  });
});

describe('what an operation costs', () => {
  const settings = readSettings({});
  const budgets = { ...settings.limits.cost.budgets, anonymous: 5 };
  const limits = { ...settings.limits, cost: { ...settings.limits.cost, budgets } };
  const priced = { ...SDL, books: SDL.books.replace('books: [Book!]!', '$& @federation__listSize(assumedSize: 7)') };

  it('is told on request, and refused over the budget, the second time as the first', async () => {
    const incidents: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => void incidents.push(line) });
    await using graph = await openGraph({ settings: { ...settings, limits }, logger });
    graph.publish(composed(priced));
    const tell = { 'x-cartograph-cost': 'tell' };
    await vi.waitFor(async () => expect((await graph.ask({ query: '{ books { id } }' })).status).toBe(400), 10_000);
    for (let run = 0; run < 2; run += 1) {
      const cheap = await graph.ask({ query: '{ whoAmI }' }, tell);
      expect(cheap.body.extensions).toEqual({ cost: { estimated: 0, budget: 5 } });
      expect((await graph.ask({ query: '{ whoAmI }' })).body.extensions).toBeUndefined();
      const { status, body } = await graph.ask({ query: '{ books { id } }' });
      expect(status).toBe(400);
      expect(body.errors[0].extensions).toEqual({ code: 'COST_TOO_HIGH', cost: { estimated: 7, budget: 5 } });
    }
    // What a caller does wrong wakes nobody.
    expect(incidents).toEqual([]);
  });
});
