import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limits as schema } from '../settings/limits.ts';
import { checkDocument, introspects } from './document.ts';

const { document: defaults } = schema.parse({});
type Limits = typeof defaults;
const check = (text: string, changes: Partial<Limits> = {}) => checkDocument(parse(text), { ...defaults, ...changes });

const FAR = Number.MAX_SAFE_INTEGER;
/** Everything allowed but what a test is about. */
const only = (changes: Partial<Limits>): Limits => ({
  ...(Object.fromEntries(Object.keys(defaults).map((key) => [key, FAR])) as Limits),
  nesting: 500,
  ...changes,
});
const checkOnly = (text: string, changes: Partial<Limits>) => checkDocument(parse(text), only(changes));

const times = (n: number, text: (index: number) => string) => Array.from({ length: n }, (_, i) => text(i)).join(' ');

/** Each fragment spreads the next one twice: `levels` lines of text, two to the power of `levels` fields. */
const doubling = (levels: number, field = 'b') =>
  `{ ...F0 } ${times(levels, (i) => `fragment F${i} on T { ...F${i + 1} x: a { ...F${i + 1} } }`)} fragment F${levels} on T { ${field} }`;

/** The least limit of `name` under which `text` still passes. */
function measure(text: string, name: keyof Limits): number {
  for (let allowed = 0; ; allowed += 1) {
    const refusal = checkOnly(text, { [name]: allowed });
    if (!refusal) return allowed;
    expect(refusal).toMatchObject({ status: 400, code: 'OPERATION_TOO_LARGE', extensions: { limit: name, allowed } });
  }
}

describe('a document is measured with its fragments written out:', () => {
  const text = /* GraphQL */ `
    query Page($a: Int = 1, $b: [Int] = [1, 2, 3]) @live {
      one: shelf(ids: [1, 2, 3, 4]) @include(if: $a) @tag { ...Book ... on Shelf @skip(if: $b) { name } }
      shelf { book { ...Book } }
      ...Root
    }
    fragment Root on Query { two: shelf { name } shelf { name } }
    fragment Book on Book { id pages(in: { unit: [[1], []] }) writer { the: name ...Person } }
    fragment Person on Person { friend { name @tag } }
  `;
  it.each([
    ['height', 20],
    ['depth', 5],
    ['aliases', 4],
    ['rootFields', 4],
    ['directives', 6],
    ['directivesPerField', 2],
    ['fragments', 3],
    ['operations', 1],
    ['variables', 2],
    ['listItems', 4],
    ['nesting', 7],
    ['overlaps', 1],
  ] as const)('%s is %d', (name, expected) => {
    expect(measure(text, name)).toBe(expected);
  });

  it('what is too much is said, with what is allowed', () => {
    expect(check('query Deep { a { b { c } } }', { depth: 2 })).toEqual({
      status: 400,
      code: 'OPERATION_TOO_LARGE',
      message: '"Deep" is more than 2 fields deep, with fragments counted wherever they are spread.',
      headers: {},
      extensions: { limit: 'depth', allowed: 2 },
    });
  });
});

describe('a fragment', () => {
  it.each([
    ['itself', 'fragment A on T { a { ...A } }'],
    ['itself through others', 'fragment A on T { ...B } fragment B on T { b { ...C } } fragment C on T { ...A }'],
    ['itself where no operation uses it', 'fragment Z on T { a } fragment A on T { ...Z ...A }'],
  ])('that spreads %s is refused', (_how, fragments) => {
    expect(check(`{ b } ${fragments}`)).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      message: 'A fragment spreads itself, directly or through others.',
    });
  });

  it('that is there twice is refused, so that none of the two hides behind the other', () => {
    expect(check('{ ...A } fragment A on T { a } fragment A on T { b }')?.message).toBe(
      'There are two fragments named "A".',
    );
  });

  it('that is not there, or has a name like a property of every object, is nothing special', () => {
    expect(check('{ ...Missing ...__proto__ ...constructor }')).toBeNull();
    expect(check('{ ...__proto__ } fragment __proto__ on T { a b c }', { height: 2 })?.extensions).toEqual({
      limit: 'height',
      allowed: 2,
    });
  });

  it.each([20, 60, 90])('bomb of %d doublings is refused in milliseconds', (levels) => {
    const document = parse(doubling(levels));
    const started = performance.now();
    expect(checkDocument(document, defaults)?.code).toBe('OPERATION_TOO_LARGE');
    expect(checkDocument(document, only({ height: 500 }))?.extensions).toEqual({ limit: 'height', allowed: 500 });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('bomb of 1,500 doublings, far beyond what a number holds, is refused too', () => {
    const document = parse(`{ ...F0 } ${times(1_500, (i) => `fragment F${i} on T { ...F${i + 1} ...F${i + 1} }`)}
      fragment F1500 on T { a }`);
    expect(checkDocument(document, only({ nesting: FAR, height: 500 }))?.extensions?.limit).toBe('height');
  });

  it('bombs of aliases, directives and root fields are counted as they would be executed', () => {
    expect(checkOnly(doubling(30), { aliases: 50 })?.extensions?.limit).toBe('aliases');
    expect(checkOnly(doubling(30, 'b @tag'), { directives: 50 })?.extensions?.limit).toBe('directives');
    const roots = `{ ...F0 } ${times(30, (i) => `fragment F${i} on Q { ...F${i + 1} ... on Q { ...F${i + 1} } }`)} fragment F30 on Q { a }`;
    expect(checkOnly(roots, { rootFields: 20 })?.extensions?.limit).toBe('rootFields');
  });
});

describe('a document of', () => {
  it.each<[string, string, keyof Limits]>([
    ['10,000 aliases', `{ ${times(10_000, (i) => `a${i}: a`)} }`, 'height'],
    ['51 aliases', `{ ${times(51, (i) => `a${i}: a`)} }`, 'aliases'],
    ['10,000 aliases of the alias __proto__', `{ ${times(10_000, () => '__proto__: a')} }`, 'height'],
    ['21 root fields', `{ ${times(21, (i) => `f${i}`)} }`, 'rootFields'],
    ['6 directives on one field', `{ a ${times(6, (i) => `@d${i}`)} }`, 'directivesPerField'],
    ['5,000 directives on one field', `{ a ${times(5_000, () => '@d')} }`, 'directivesPerField'],
    ['101 directives', `{ a { ${times(101, (i) => `f${i} @d`)} } }`, 'directives'],
    ['directives on the operation', `query ${times(6, (i) => `@d${i}`)} { a }`, 'directivesPerField'],
    ['directives on a variable', `query ($a: Int ${times(6, (i) => `@d${i}`)}) { a }`, 'directivesPerField'],
    ['51 variables', `query (${times(51, (i) => `$v${i}: Int`)}) { a }`, 'variables'],
    ['251 items in a list', `{ a(ids: [${times(251, String)}]) }`, 'listItems'],
    ['251 items in a list deep inside', `{ a(in: { b: [{ c: [${times(251, String)}] }] }) }`, 'listItems'],
    ['251 items in a default', `query ($a: [Int] = [${times(251, String)}]) { a }`, 'listItems'],
    ['251 items in a directive', `{ a @d(x: [${times(251, String)}]) }`, 'listItems'],
    ['101 fragments', `{ a } ${times(101, (i) => `fragment F${i} on T { a }`)}`, 'fragments'],
    ['26 operations', times(26, (i) => `query Q${i} { a }`), 'operations'],
    ['21 levels', `${'{ a '.repeat(21)}${'}'.repeat(21)}`, 'depth'],
    ['65 inline fragments in each other', `${'{ ... '.repeat(65)} { a } ${'}'.repeat(65)}`, 'nesting'],
    [
      '70 fragments in each other',
      `{ ...F0 } ${times(70, (i) => `fragment F${i} on T { ...F${i + 1} }`)} fragment F70 on T { a }`,
      'nesting',
    ],
    ['the same field 110 times', `{ a { ${times(110, () => 'b')} } }`, 'overlaps'],
    ['the same fields in each other', `{ a { ${times(50, () => 'b { c { d e f } }')} } }`, 'overlaps'],
    [
      'the same fields through fragments',
      `{ a { ${times(50, (i) => `...F${i}`)} } } ${times(50, (i) => `fragment F${i} on T { b { c { d e f } } }`)}`,
      'overlaps',
    ],
  ])('%s is refused', (_what, text, limit) => {
    const document = parse(text);
    const started = performance.now();
    const refusal = checkDocument(document, defaults);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(refusal).toMatchObject({ status: 400, code: 'OPERATION_TOO_LARGE' });
    expect(refusal?.extensions).toEqual({ limit, allowed: defaults[limit] });
  });

  it('nothing but type definitions, or with brackets nested by hand, is measured without throwing', () => {
    expect(check('type T { a: Int } schema { query: T } directive @x on FIELD')).toBeNull();
    let set: any = { kind: 'SelectionSet', selections: [{ kind: 'Field', name: { kind: 'Name', value: 'a' } }] };
    for (let level = 0; level < 50_000; level += 1)
      set = {
        kind: 'SelectionSet',
        selections: [{ kind: 'Field', name: { kind: 'Name', value: 'a' }, selectionSet: set }],
      };
    const document: any = {
      kind: 'Document',
      definitions: [{ kind: 'OperationDefinition', operation: 'query', selectionSet: set }],
    };
    expect(checkDocument(document, defaults)?.extensions).toEqual({ limit: 'nesting', allowed: 64 });
  });
});

describe('the introspection', () => {
  it('that tools send passes', () => {
    const query = getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true, oneOf: true });
    expect(check(query)).toBeNull();
    expect(introspects(parse(query), defaults)).toBe(true);
  });

  it.each([
    '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
    '{ __type(name: "Query") { possibleTypes { interfaces { inputFields { name } } } } }',
    '{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { fields { name } } } }',
    '{ ...Q } fragment Q on Query { __schema { types { interfaces { ... on __Type { interfaces { interfaces { name } } } } } } }',
  ])('that multiplies the schema by itself is refused: %s', (text) => {
    expect(check(text)?.extensions).toEqual({ limit: 'introspectionLists', allowed: 2 });
  });

  it('is not what a shop calls fields', () => {
    expect(check('{ form { fields { fields { fields { fields { name __typename } } } } } }')).toBeNull();
    expect(introspects(parse('{ form { fields { __typename } } }'), defaults)).toBe(false);
    expect(introspects(parse('{ ...F } fragment F on Query { s: __type(name: "T") { name } }'), defaults)).toBe(true);
  });
});

describe('what passes', () => {
  const shop = buildSchema(`
    type Query { a: T n: N }
    interface N { a: T b: Int }
    type X implements N { a: T b: Int c: Int }
    type Y implements N { a: T b: Int d: Int }
    type T { a: T b: Int n: N }
  `);

  // Each is as large as the limits let it be: 500 fields, 5,000 pairs, 100 fragments, 25 operations.
  it.each([
    [
      'pairs of leaves',
      `{ a { ${times(5, (i) => `...F${i}`)} } } ${times(5, (i) => `fragment F${i} on T { ${times(19, () => 'b')} }`)}`,
    ],
    ['pairs with something below', `{ a { ${times(44, () => 'a { a { a { b } } }')} } }`],
    [
      'fragments that overlap',
      `{ a { ${times(44, (i) => `...F${i}`)} } } ${times(44, (i) => `fragment F${i} on T { a { a { b } } }`)}`,
    ],
    ['abstract types', `{ n { ${times(35, () => '... on X { a { b } } ... on Y { a { b } }')} } }`],
    [
      'operations over fragments',
      `${times(5, (i) => `query Q${i} { a { ...F0 } }`)} ${times(25, (i) => `fragment F${i} on T { a { a { b } } ...F${i + 1} }`)} fragment F25 on T { b }`,
    ],
  ])('is cheap to validate, also the worst of %s', (_what, text) => {
    const document = parse(text);
    validate(shop, document);
    const started = performance.now();
    for (let run = 0; run < 5; run += 1) validate(shop, document);
    expect(check(text)?.extensions ?? 'passes').toBe('passes');
    // About 10 ms each where nothing else runs; without the limit on pairs it is a second and more.
    expect((performance.now() - started) / 5).toBeLessThan(1_000);
  });
});
