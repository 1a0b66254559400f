import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limits } from '../settings/limits.ts';
import { checkCost, compileCost, costExtension, wantsCost } from './cost.ts';
import { readCostModel } from './cost-model.ts';

const { cost: settings } = limits.parse({});

const SDL = /* GraphQL */ `
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(
    assumedSize: Int
    slicingArguments: [String!]
    sizedFields: [String!]
    requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION

  type Query {
    book: Book
    books: [Book!]!
    shelf(first: Int! = 20, after: ID): BookPage! @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
    either(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
    any(first: Int, last: Int): [Book]
      @listSize(slicingArguments: ["first", "last"], assumedSize: 7, requireOneSlicingArgument: false)
    found(in: Search = { page: { size: 4 } }): [Book] @listSize(slicingArguments: ["in.page.size"])
    byIds(ids: [ID!]!): [Book] @listSize(slicingArguments: ["ids"])
    assumed: [Book] @listSize(assumedSize: 3)
    grid: [[Book]]
    report(deep: Boolean @cost(weight: 40), cheap: Boolean @cost(weight: -100)): Report @cost(weight: 30)
    ranked(by: [Rank!]): Book
    filtered(filter: Filter): Book
    image: Image
    images: [Image]
    thing: Thing
    things: [Thing]
    named: Named
  }
  type Mutation { add(filter: Filter): Book remove: Boolean }
  type BookPage { nodes: [Book!]! edges: [BookEdge!]! total: Int }
  type BookEdge { node: Book! cursor: String }
  type Book implements Named { id: ID title: String writer: Writer similar: [Book!]! name: String portrait: Image }
  type Writer implements Named { name: String books(first: Int = 5): [Book!]! @listSize(slicingArguments: ["first"]) portrait: Image @cost(weight: 9) }
  interface Named { name: String portrait: Image }
  type Report @cost(weight: 5) { pages: [Page] }
  type Page @cost(weight: 2) { text: String }
  scalar Image @cost(weight: 6)
  enum Rank @cost(weight: 3) { UP DOWN }
  input Search { page: PageInput = { size: 6 } }
  input PageInput { size: Int }
  input Filter { word: String @cost(weight: 11) ranks: [Rank] and: [Filter!] }
  union Thing = Book | Report
`;
const schema = buildSchema(SDL);
const model = readCostModel(parse(SDL));

function compile(text: string) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return compileCost({ schema, model, document, operation, settings });
}
function cost(text: string, variables: Record<string, unknown> = {}): number {
  const estimate = compile(text);
  if (typeof estimate !== 'function') throw new Error(estimate.message);
  return estimate(variables);
}

describe('the cost of an operation', () => {
  it.each([
    ['an object is 1, a leaf 0', '{ book { id title __typename } }', 1],
    ['objects in each other add up', '{ book { writer { name } } }', 2],
    ['a list without a hint is as long as the settings say', '{ books { title writer { name } } }', 20],
    ['lists in lists multiply', '{ books { similar { similar { id } } } }', 10 + 100 + 1_000],
    ['a list of lists multiplies too', '{ grid { id } }', 100],
    ['an assumed size counts', '{ assumed { id } }', 3],
    [
      'a slicing argument sizes the fields it names',
      '{ shelf(first: 50) { nodes { id } edges { node { id } } total } }',
      1 + 50 + 100,
    ],
    ['its default counts where it is left out', '{ shelf { nodes { id } } }', 21],
    ['a slicing argument sizes the list itself', '{ either(last: 4) { id } }', 4],
    ['of several slicing arguments the largest counts', '{ any(first: 2, last: 30) { id } }', 30],
    ['with none of them the assumed size', '{ any { id } }', 7],
    ['null is none', '{ any(first: null) { id } }', 7],
    ['a slicing argument inside an input', '{ found(in: { page: { size: 9 } }) { id } }', 9],
    ['the default of such an input', '{ found { id } }', 4],
    ['the default inside such an input', '{ found(in: {}) { id } }', 6],
    ['a list of ids asks for as many', '{ byIds(ids: ["a", "b", "c"]) { id } }', 3],
    ['a page below a page', '{ shelf(first: 3) { nodes { writer { books(first: 2) { id } } } } }', 1 + 3 * (1 + 1 + 2)],
    ['weight of a field comes before that of its type', '{ report { pages { text } } }', 30 + 10 * 2],
    ['a given argument adds its weight', '{ report(deep: true) { pages { text } } }', 90],
    [
      'a negative weight never takes more than the field itself',
      '{ report(cheap: true) { pages { text } } book { id } }',
      1,
    ],
    ['a scalar may have a weight, in lists each', '{ image images }', 6 + 60],
    ['an enum in an argument, each', '{ ranked(by: [UP, DOWN]) { id } }', 7],
    [
      'fields of an input object, also nested',
      '{ filtered(filter: { word: "a", and: [{ word: "b", ranks: [UP] }] }) { id } }',
      1 + 11 + 11 + 3,
    ],
    ['of an abstract type the dearest', '{ thing { __typename } things { __typename } }', 5 + 50],
    [
      'its members as if all came',
      '{ thing { ... on Book { writer { name } } ... on Report { pages { text } } } }',
      5 + 1 + 20,
    ],
    ['an interface does not hide what is dear behind it', '{ named { portrait } }', 1 + 9],
    ['a mutation field has a price of its own', 'mutation { add { id } remove }', 10 + 1 + 10],
    ['an alias is a field again', '{ a: book { id } b: book { id } }', 2],
    ['the introspection is free', '{ __schema { types { name } } __type(name: "Book") { fields { name } } }', 0],
    ['what is never included is free', '{ books @include(if: false) { id } book @skip(if: true) { id } }', 0],
    [
      'an inline fragment changes nothing',
      '{ ... on Query { ... { shelf(first: 2) { ... on BookPage { nodes { id } } } } } }',
      3,
    ],
    [
      'a fragment counts wherever it is spread, with the size of its place',
      `{ a: shelf(first: 2) { ...P } b: shelf(first: 40) { ...P } } fragment P on BookPage { ...N } fragment N on BookPage { nodes { id writer { name } } }`,
      2 + 2 * 2 + 40 * 2,
    ],
    ['a negative page size counts like "the last n"', '{ shelf(first: -30) { nodes { id } } }', 31],
    [
      'an absurd page size stops at a number',
      '{ shelf(first: 99999999999999999999) { nodes { similar { similar { id } } } } }',
      1_000_000_000_000,
    ],
  ])('%s', (_rule, text, expected) => {
    expect(cost(text)).toBe(expected);
  });
});

describe('a variable', () => {
  const PAGE = 'query ($n: Int) { shelf(first: $n) { nodes { id } } }';
  const WITH_DEFAULT = 'query ($n: Int! = 8) { shelf(first: $n) { nodes { id } } }';
  it.each([
    ['sizes a page', PAGE, { n: 50 }, 51],
    ['that is missing leaves the default of the argument', PAGE, {}, 21],
    ['that is null too', PAGE, { n: null }, 21],
    ['has a default of its own', WITH_DEFAULT, {}, 9],
    ['comes before its default', WITH_DEFAULT, { n: 3 }, 4],
    ['that is no number counts as missing', PAGE, { n: { valueOf: 1 } }, 21],
    ['that is a number in a text counts', PAGE, { n: '30' }, 31],
    ['that is negative counts like "the last n"', PAGE, { n: -30 }, 31],
    ['that is absurd stops at a number', PAGE, { n: 1e300 }, 1_000_000_000_000],
    ['without any default leaves the assumed size', 'query ($n: Int) { any(first: $n) { id } }', {}, 7],
    ['reaches into an input', 'query ($in: Search) { found(in: $in) { id } }', { in: { page: { size: 12 } } }, 12],
    [
      'that leaves out a part of an input takes its default',
      'query ($in: Search) { found(in: $in) { id } }',
      { in: {} },
      6,
    ],
    ['that leaves out the whole input takes its default', 'query ($in: Search) { found(in: $in) { id } }', {}, 4],
    ['may be inside an input', 'query ($n: Int) { found(in: { page: { size: $n } }) { id } }', { n: 13 }, 13],
    ['may be part of an input', 'query ($p: PageInput) { found(in: { page: $p }) { id } }', { p: { size: 14 } }, 14],
    ['may be a list of ids', 'query ($ids: [ID!]!) { byIds(ids: $ids) { id } }', { ids: ['a', 'b'] }, 2],
    [
      'weighs what is in it',
      'query ($f: Filter) { filtered(filter: $f) { id } }',
      { f: { word: 'a', and: [{ ranks: ['UP', 'DOWN'] }, { word: 'b' }] } },
      1 + 11 + 6 + 11,
    ],
    ['weighs its default', 'query ($f: Filter = { word: "a" }) { filtered(filter: $f) { id } }', {}, 12],
    [
      'weighs what is around it',
      'query ($w: String) { filtered(filter: { word: $w, ranks: [UP] }) { id } }',
      { w: 'a' },
      15,
    ],
    [
      'named like a property of every object is nothing special',
      'query ($constructor: Int) { shelf(first: $constructor) { nodes { id } } }',
      {},
      21,
    ],
    ['includes', 'query ($i: Boolean!) { books @include(if: $i) { id } book { id } }', { i: true }, 11],
    ['leaves out', 'query ($i: Boolean!) { books @include(if: $i) { id } book { id } }', { i: false }, 1],
    [
      'skips',
      'query ($s: Boolean = true) { books @skip(if: $s) { id } ...B @skip(if: $s) } fragment B on Query { book { id } }',
      {},
      0,
    ],
    [
      'that does not say whether to skip costs all',
      'query ($s: Boolean!) { ... @skip(if: $s) { book { id } } }',
      {},
      1,
    ],
  ])('%s', (_rule, text, variables, expected) => {
    expect(cost(text, variables)).toBe(expected);
  });

  it('is asked anew each time, and what was computed before leaves no trace', () => {
    const estimate = compile(
      'query ($n: Int, $m: Int) { a: shelf(first: $n) { nodes { id } } b: shelf(first: $m) { nodes { id } } }',
    );
    if (typeof estimate !== 'function') throw new Error(estimate.message);
    expect([estimate({ n: 1, m: 2 }), estimate({}), estimate({ n: 1, m: 2 })]).toEqual([5, 42, 5]);
  });
});

describe('a field that wants one slicing argument', () => {
  it.each([
    ['none', '{ either { id } }'],
    ['two', '{ either(first: 1, last: 2) { id } }'],
    ['null', '{ either(first: null) { id } }'],
    [
      'two, one by variable, in a fragment',
      'query ($n: Int) { ...F } fragment F on Query { either(first: $n, last: 2) { id } }',
    ],
  ])('is refused with %s', (_what, text) => {
    expect(compile(text)).toEqual({
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
      message: '"either" takes exactly one of the arguments "first", "last".',
      headers: {},
    });
  });
});

describe('an operation that nobody answers', () => {
  it.each(['subscription { book { id } }', 'subscription S { a }'])('is refused: %s', (text) => {
    expect(compile(text)).toMatchObject({ status: 400, message: 'A subscription is not answered here.' });
  });
});

describe('estimating', () => {
  it('takes one look at each fragment, also in a bomb', () => {
    const text = `query ($n: Int) { shelf(first: 2) { ...F0 } } ${Array.from({ length: 60 }, (_, i) => `fragment F${i} on BookPage { ...F${i + 1} nodes { writer { books(first: $n) { similar { writer { portrait } } } } } ... on BookPage { ...F${i + 1} } }`).join(' ')} fragment F60 on BookPage { nodes { id } }`;
    const started = performance.now();
    expect(cost(text, { n: 3 })).toBe(1_000_000_000_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('ends where fragments spread each other or are missing, and where fields do not exist', () => {
    expect(cost('{ book { ...A } nothing { id } } fragment A on Book { writer { name } ...A ...Missing }')).toBe(2);
  });

  it('takes microseconds once it is compiled', () => {
    const estimate = compile('query ($n: Int) { shelf(first: $n) { nodes { id writer { name } } } }');
    if (typeof estimate !== 'function') throw new Error(estimate.message);
    const started = performance.now();
    for (let run = 0; run < 10_000; run += 1) estimate({ n: run });
    // Milliseconds: a thousand times what is seen, as other tests run beside.
    expect((performance.now() - started) / 10_000).toBeLessThan(0.5);
  });
});

describe('a budget', () => {
  it('refuses what costs more, and says cost and budget', () => {
    expect(checkCost(settings.budgets.anonymous, 'anonymous', settings)).toBeNull();
    expect(checkCost(settings.budgets.anonymous + 1, 'staff', settings)).toBeNull();
    expect(checkCost(5_001, 'guest', { ...settings, budgets: { ...settings.budgets, guest: 5_000 } })).toEqual({
      status: 400,
      code: 'COST_TOO_HIGH',
      message:
        'The operation costs 5001, and this caller may spend 5000 at once. Ask for smaller pages or fewer fields.',
      headers: {},
      extensions: { cost: { estimated: 5_001, budget: 5_000 } },
    });
  });

  it('is only told where it is not enforced', () => {
    expect(checkCost(1e12, 'anonymous', { ...settings, enforced: false })).toBeNull();
    expect(costExtension(12, 'customer', settings)).toEqual({ estimated: 12, budget: settings.budgets.customer });
    expect([wantsCost('tell'), wantsCost(undefined), wantsCost(['tell']), wantsCost('no')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
