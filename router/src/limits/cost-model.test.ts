import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readCostModel } from './cost-model.ts';

const compose = (...sdl: readonly string[]) => {
  const services = sdl.map((text, index) => ({ name: `s${index}`, url: 'http://127.0.0.1:1', typeDefs: parse(text) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.join('\n'));
  return supergraphSdl;
};
const subgraph = (link: string, { cost, listSize }: { cost: string; listSize: string }, type = 'Query') => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${link}])
  type ${type} {
    ${type}page(first: Int = 10 @${cost}(weight: 4), in: In${type}): [T${type}!]
      @${listSize}(slicingArguments: ["first"], assumedSize: 3, requireOneSlicingArgument: false)
      @${cost}(weight: 7)
    ${type}node: Page${type} @${listSize}(slicingArguments: ["f"], sizedFields: ["nodes"])
  }
  type Page${type} { nodes: [T${type}] f(f: Int): Int }
  type T${type} @${cost}(weight: 5) { id: ID kind: Kind${type} }
  enum Kind${type} @${cost}(weight: 2) { A }
  input In${type} { a: Int @${cost}(weight: 6) }
`;
const EXPECTED = {
  weights: { 'Query.Querypage': 7, 'Query.Querypage(first:)': 4, TQuery: 5, KindQuery: 2, 'InQuery.a': 6 },
  lists: {
    'Query.Querypage': {
      assumedSize: 3,
      slicingArguments: ['first'],
      sizedFields: [],
      requireOneSlicingArgument: false,
    },
    'Query.Querynode': {
      assumedSize: null,
      slicingArguments: ['f'],
      sizedFields: ['nodes'],
      requireOneSlicingArgument: true,
    },
  },
};
const read = (supergraph: string) => {
  const { weights, lists } = readCostModel(parse(supergraph));
  return { weights: Object.fromEntries(weights), lists: Object.fromEntries(lists) };
};

describe('the cost directives of a supergraph', () => {
  it.each([
    ['imported', '"@cost", "@listSize"', { cost: 'cost', listSize: 'listSize' }],
    ['written in full', '"@key"', { cost: 'federation__cost', listSize: 'federation__listSize' }],
    [
      'renamed',
      '{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@length" }',
      { cost: 'price', listSize: 'length' },
    ],
    ['imported in part', '"@listSize"', { cost: 'federation__cost', listSize: 'listSize' }],
  ])('are found where a subgraph has them %s', (_how, link, names) => {
    expect(
      read(
        compose(subgraph(link, names).replace('f(f: Int): Int', 'f: Int').replace('Querynode:', 'Querynode(f: Int):')),
      ),
    ).toEqual(EXPECTED);
  });

  it('are those of the spec alone', () => {
    const foreign = `
      schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/cost/v0.1", as: "c", import: ["@listSize"]) { query: Query }
      type Query { a: [Int] @cost(weight: 3) @c(weight: 8) b: [Int] @listSize(assumedSize: -2) d: [Int] @c__listSize(assumedSize: 2) }
    `;
    expect(read(foreign)).toEqual({
      weights: { 'Query.a': 8 },
      lists: { 'Query.b': { assumedSize: 0, slicingArguments: [], sizedFields: [], requireOneSlicingArgument: true } },
    });
  });

  it('may be missing altogether', () => {
    expect(read(compose('type Query { a: [Int] }'))).toEqual({ weights: {}, lists: {} });
  });
});
