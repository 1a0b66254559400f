import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { ROOT } from '@cartograph/runtime/sdl';
import { type OperationDefinitionNode, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readCacheHints } from '../src/caching/cache-hints.ts';
import { compileCachePolicy } from '../src/caching/policy.ts';

const sdl = readFileSync(new URL('schema/supergraph.graphql', ROOT), 'utf8');
const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
const hints = readCacheHints(parse(sdl));

function policyOf(query: string) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return compileCachePolicy(hints, schema, document, document.definitions[0] as OperationDefinitionNode);
}

describe('the shop', () => {
  it.each([
    [
      'a product page',
      '{ product(handle: "x") { title seo { title } images { url } variants { nodes { price { amount } } } } }',
      60,
    ],
    ['a product page with stock', '{ product(handle: "x") { title variants { nodes { availableQuantity } } } }', 5],
    ['a search', '{ search(query: "x") { totalCount nodes { title } facets { name values { label count } } } }', 30],
    ['the menu', '{ collections { nodes { title children { nodes { title } } } } }', 300],
    ['the currencies', '{ priceLists { currencyCode } }', 300],
  ])('lets everybody share %s', (_what, query, maxAge) => {
    expect(policyOf(query)).toEqual({ maxAge, scope: 'PUBLIC' });
  });

  it.each([
    ['an account', '{ me { name } }'],
    ['orders', '{ orders { nodes { number } } }'],
    ['what only staff see of stock', '{ variant(sku: "x") { inventory { onHand } } }'],
    [
      'when a product could arrive, which depends on the hour',
      '{ product(handle: "x") { deliveryEstimate(countryCode: "DE") { earliest } } }',
    ],
  ])('keeps nothing of %s', (_what, query) => expect(policyOf(query)).toBeNull());

  it('shows callers nothing of how it says so', () => {
    expect(schema.getType('cacheControl__Scope')).toBeUndefined();
    expect(schema.getDirective('cacheControl')).toBeFalsy();
  });
});
