import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import fc from 'fast-check';
import { buildSchema, isObjectType, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readCacheHints } from './cache-hints.ts';
import { compileCachePolicy } from './policy.ts';

const DIRECTIVE = `
  directive @cacheControl(maxAge: Int, scope: Scope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum Scope { PUBLIC PRIVATE }`;

function policyOf(sdl: string, query: string) {
  const document = parse(query);
  const [operation] = document.definitions;
  return compileCachePolicy(
    readCacheHints(parse(sdl)),
    buildSchema(sdl),
    document,
    operation as OperationDefinitionNode,
  );
}

const SHOP = `${DIRECTIVE}
  type Query {
    shop: String @cacheControl(maxAge: 100)
    time: String
    me: Customer @cacheControl(maxAge: 50, scope: PRIVATE)
    product: Product
    thing: Thing @cacheControl(maxAge: 90)
  }
  type Mutation { buy: Product }
  type Product @cacheControl(maxAge: 60) {
    id: ID! price: Money maker: Maker stock: Int @cacheControl(maxAge: 5) secret: Int @cacheControl(maxAge: 0)
  }
  type Money @cacheControl(inheritMaxAge: true) { amount: String }
  type Maker { name: String }
  type Customer { name: String }
  interface Thing { weight: Int }
  type Stone implements Thing { weight: Int @cacheControl(maxAge: 70) }
  type Cloud implements Thing { weight: Int @cacheControl(maxAge: 20) }`;

describe('the policy of an operation', () => {
  it.each([
    ['{ product { id } }', { maxAge: 60, scope: 'PUBLIC' }],
    ['{ product { id price { amount } } }', { maxAge: 60, scope: 'PUBLIC' }],
    ['{ product { id stock } }', { maxAge: 5, scope: 'PUBLIC' }],
    ['{ product { id } shop }', { maxAge: 60, scope: 'PUBLIC' }],
    ['{ product { id } me { name } }', { maxAge: 50, scope: 'PRIVATE' }],
    ['query ($no: Boolean!) { product { id stock @include(if: $no) } }', { maxAge: 5, scope: 'PUBLIC' }],
    [
      '{ product { ...F } } fragment F on Product { ...G } fragment G on Product { stock }',
      { maxAge: 5, scope: 'PUBLIC' },
    ],
    ['{ thing { weight } }', { maxAge: 20, scope: 'PUBLIC' }],
    ['{ thing { ... on Stone { weight } } }', { maxAge: 70, scope: 'PUBLIC' }],
  ])('of %s is the lowest of its fields', (query, expected) => expect(policyOf(SHOP, query)).toEqual(expected));

  it.each([
    ['a root field without a hint', '{ time }'],
    ['an object without a hint', '{ product { id maker { name } } }'],
    ['a field with the hint zero', '{ product { id secret } }'],
    ['introspection', '{ shop __schema { types { name } } }'],
    ['nothing but the name of the root', '{ __typename }'],
    ['a mutation', 'mutation { buy { id } }'],
  ])('is none for %s', (_what, query) => expect(policyOf(SHOP, query)).toBeNull());
});

/** Hints anywhere on a small schema in which every field answers, and abstract ones with each of their types. */
const some = fc.constantFrom('maxAge: 10', 'maxAge: 25', 'maxAge: 40', 'inheritMaxAge: true');
const age = fc.oneof({ arbitrary: some, weight: 10 }, fc.constantFrom('', 'maxAge: 0'));
const scope = fc.oneof({ arbitrary: fc.constantFrom('', 'scope: PUBLIC'), weight: 12 }, fc.constant('scope: PRIVATE'));
const hint = fc.tuple(age, scope).map(([first, second]) => (first + second ? `@cacheControl(${first} ${second})` : ''));
const schemas = fc.array(hint, { minLength: 16, maxLength: 16 }).map((hints) => {
  const next = () => hints.pop() ?? '';
  const fields = () => `s: Int ${next()} a: A ${next()} i: [I!] ${next()} u: [U!] ${next()}`;
  return `${DIRECTIVE}
    type Query { ${fields()} }
    interface I ${next()} { s: Int a: A i: [I!] u: [U!] }
    type A implements I ${next()} { ${fields()} }
    type B implements I ${next()} { ${fields()} }
    union U ${next()} = A | B`;
});

const selections = fc
  .letrec<{ set: string; field: string }>((tie) => ({
    set: fc.array(tie('field'), { minLength: 1, maxLength: 3 }).map((fields) => fields.join(' ')),
    field: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom('s', '__typename', 'x: s'),
      tie('set').map((set) => `a { ${set} }`),
      tie('set').map((set) => `i { ${set} }`),
      fc
        .tuple(tie('set'), tie('set'))
        .map(([one, two]) => `u { ... on A { ${one} } ... on B { ${two} } ... on I { s } }`),
    ),
  }))
  // Names of their own, so that no two fields are in each other's way.
  .set.map((set) =>
    [...set.matchAll(/\b[aiu] \{/g)].reduce(
      (text, _match, n) => text.replace(/(?<!: )\b([aiu]) \{/, `n${n}: $1 {`),
      set,
    ),
  );

function answering(types: string) {
  const schema = buildSchema(types);
  const one = (__typename: string) => ({ __typename, s: 1 });
  const answers = { s: 1, a: one('A'), i: [one('A'), one('B')], u: [one('A'), one('B')] };
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values(type.getFields()))
        field.resolve = () => answers[field.name as keyof typeof answers];
  return schema;
}

/** What Apollo Server's own plugin says of the same operation after it has executed it. */
async function askApollo(types: string, query: string) {
  const server = new ApolloServer({
    schema: answering(types),
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginCacheControl()],
  });
  await server.start();
  const headers = new HeaderMap([['content-type', 'application/json']]);
  const answer = await server.executeHTTPGraphQLRequest({
    context: async () => ({}),
    httpGraphQLRequest: { method: 'POST', headers, search: '', body: { query } },
  });
  await server.stop();
  expect(answer.body).toEqual({ kind: 'complete', string: expect.stringMatching(/^\{"data"/) });
  return answer.headers.get('cache-control');
}

it('the policy is the one that Apollo Server comes to while it executes', async () => {
  await fc.assert(
    fc.asyncProperty(schemas, selections, async (types, set) => {
      const policy = policyOf(types, `{ ${set} }`);
      const header = policy ? `max-age=${policy.maxAge}, ${policy.scope.toLowerCase()}` : 'no-store';
      expect(await askApollo(types, `{ ${set} }`)).toBe(header);
    }),
    { numRuns: 300 },
  );
});
