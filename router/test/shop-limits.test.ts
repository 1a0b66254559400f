import { readdirSync, readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { getNamedType, getOperationAST, isCompositeType, isObjectType, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { checkCost, compileCost } from '../src/limits/cost.ts';
import { readCostModel } from '../src/limits/cost-model.ts';
import { checkDocument } from '../src/limits/document.ts';
import { checkDocumentText } from '../src/limits/document-text.ts';
import { limits as schemaOfLimits } from '../src/settings/limits.ts';

const settings = schemaOfLimits.parse({});
const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
const model = readCostModel(parse(sdl));

function costOf(text: string): number {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  expect(checkDocumentText(text, settings.document) ?? checkDocument(document, settings.document)).toBeNull();
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  const estimate = compileCost({ schema, model, document, operation, settings: settings.cost });
  if (typeof estimate !== 'function') throw new Error(estimate.message);
  return estimate({});
}

const EXAMPLES = new URL('../examples/', import.meta.url);
const examples = readdirSync(EXAMPLES)
  .filter((file) => file.endsWith('.graphql'))
  .map((file): [string, string] => [file, readFileSync(new URL(file, EXAMPLES), 'utf8')]);

/** What storefronts show, page by page. */
const PAGES: readonly [string, string][] = [
  ...examples,
  [
    'a category of 24 products with all variants',
    `query ($first: Int! = 24) { collection(handle: "x") { title products(first: $first) {
      nodes { id handle title featuredImage { url } priceRange(currencyCode: "EUR") { min { amount currencyCode } max { amount } }
        options { name values } variants(first: 20) { nodes { id title price(currencyCode: "EUR") { amount } available } } }
      pageInfo { hasNextPage endCursor } } } }`,
  ],
  [
    'a product with 100 variants',
    `{ product(handle: "x") { id title images(first: 20) { url } options { name values } attributes { key value }
      variants(first: 100) { nodes { id sku price(currencyCode: "EUR") { amount currencyCode } selectedOptions { name value } } } } }`,
  ],
  [
    'a search over 48 products with facets',
    `{ search(query: "a", first: 48, currencyCode: "EUR") { totalCount facets { kind name values { label count } }
      nodes { id title featuredImage { url } priceRange(currencyCode: "EUR") { min { amount } max { amount } } } } }`,
  ],
];

const GREEDY: readonly [string, string][] = [
  ['all variants of all products', '{ products(first: 100) { nodes { variants(first: 100) { nodes { id } } } } }'],
  [
    'products of products',
    '{ products(first: 50) { nodes { collections(first: 20) { nodes { products(first: 50) { nodes { title } } } } } } }',
  ],
  [
    'many pages under other names',
    `{ ${Array.from({ length: 20 }, (_, i) => `p${i}: products(first: 100) { nodes { featuredImage { url } variants(first: 5) { nodes { id } } } }`).join(' ')} }`,
  ],
];

describe('the limits of the shop', () => {
  it.each(PAGES)('leave room for %s', (_page, text) => {
    const cost = costOf(text);
    expect(cost).toBeGreaterThan(0);
    expect(cost * 3).toBeLessThan(settings.cost.budgets.anonymous);
  });

  it.each(GREEDY)('refuse %s', (_what, text) => {
    for (const viewer of ['anonymous', 'guest', 'customer'] as const)
      expect(checkCost(costOf(text), viewer, settings.cost)).toMatchObject({ status: 400, code: 'COST_TOO_HIGH' });
  });

  it('let staff list a hundred orders with all that belongs to them', () => {
    const text = `{ orders(first: 100) { nodes { number status total { amount } customer { name email } payment { status amount { amount } }
      lines { quantity variant { sku product { title } } } shipments { status } } } }`;
    const cost = costOf(text);
    expect(checkCost(cost, 'staff', settings.cost)).toBeNull();
    expect(checkCost(cost * 4, 'staff', settings.cost)).not.toBeNull();
  });

  it('know the size of every connection', () => {
    const unknown = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields())
            .filter(
              (field) =>
                isCompositeType(getNamedType(field.type)) && getNamedType(field.type).name.endsWith('Connection'),
            )
            .map((field) => `${type.name}.${field.name}`)
            .filter((coordinate) => !model.lists.get(coordinate)?.slicingArguments.includes('first'))
        : [],
    );
    expect(unknown).toEqual([]);
  });
});
