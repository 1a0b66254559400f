import { buildSchema, type GraphQLFormattedError, getVariableValues, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limits as schemaOfLimits } from '../settings/limits.ts';
import { invalid, tooLarge } from './refusal.ts';
import { answerErrors, answerRefusal, mayIntrospect, NO_INTROSPECTION, NOT_VALID } from './validation-answer.ts';

const settings = schemaOfLimits.parse({});
const schema = buildSchema(`
  type Query { book(id: ID!, in: BookInput, kind: Kind): Book }
  type Book { title: String }
  input BookInput { title: String! pages: Int }
  enum Kind { NOVEL ATLAS }
`);

const withCode = (code: string) => (error: { toJSON(): GraphQLFormattedError }) => ({
  ...error.toJSON(),
  extensions: { code },
});
function failuresOf(text: string): GraphQLFormattedError[] {
  try {
    return validate(schema, parse(text)).map(withCode('GRAPHQL_VALIDATION_FAILED'));
  } catch (error) {
    return [withCode('GRAPHQL_PARSE_FAILED')(error as { toJSON(): GraphQLFormattedError })];
  }
}
const answer = (
  errors: readonly GraphQLFormattedError[],
  viewer: Parameters<typeof answerErrors>[1]['viewer'] = 'anonymous',
  production = true,
) => answerErrors(errors, { viewer, production }, settings.errors);

const size = (errors: unknown) => Buffer.byteLength(JSON.stringify(errors));

const INVALID = [
  '{ bok { title } }',
  '{ book { title } }',
  '{ book(id: 1) { titel } }',
  '{ book(id: 1, in: { titel: "x" }) { title } }',
  '{ book(id: 1, kind: NOVELL) { title } }',
  '{ book(id: 1) { ...Missing } }',
  '{ ... on Bok { title } }',
  'query ($a: BokInput) { book(id: 1) { title } }',
  '{ book(id: 1',
  '¿',
  '',
  `{ ${Array.from({ length: 300 }, (_, i) => `f${i}`).join(' ')} }`,
];

describe('a stranger in production', () => {
  it.each(INVALID)('learns nothing of the schema from %.60s', (text) => {
    const failures = failuresOf(text);
    expect(failures.length).toBeGreaterThan(0);
    expect(answer(failures)).toEqual([NOT_VALID]);
    expect(answer(failures, 'guest')).toEqual([NOT_VALID]);
  });

  it.each([
    ['{ "titel": "x" }', 'Variable "$in" got invalid value.'],
    ['{ "title": "x", "pages": 1, "x": 1 }', 'Variable "$in" got invalid value.'],
    ['{}', 'Variable "$in" got invalid value.'],
    ['null', 'Variable "$in" of non-null type "BookInput!" must not be null.'],
  ])('is told which of its variables is wrong, and not what would be right: %s', (value, message) => {
    const operation: any = parse('query ($in: BookInput!) { book(id: 1, in: $in) { title } }').definitions[0];
    const { errors = [] } = getVariableValues(schema, operation.variableDefinitions, { in: JSON.parse(value) });
    const answered = answer(errors.map(withCode('BAD_USER_INPUT')));
    expect(answered[0]?.message).toBe(message);
    expect(answered[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is refused in the same words where a limit or the cost would tell of the schema', () => {
    const refusal = invalid('"either" takes exactly one of the arguments "first", "last".');
    const hidden = { ...refusal, message: NOT_VALID.message };
    expect(answerRefusal(refusal, { viewer: 'anonymous', production: true })).toEqual(hidden);
    expect(answerRefusal(NO_INTROSPECTION, { viewer: 'guest', production: true })).toEqual(hidden);
    expect(answerRefusal(refusal, { viewer: 'customer', production: true })).toBe(refusal);
    expect(answerRefusal(refusal, { viewer: 'anonymous', production: false })).toBe(refusal);
    const large = tooLarge('depth', 20, 'too deep');
    expect(answerRefusal(large, { viewer: 'anonymous', production: true })).toBe(large);
  });

  it('is told everything else as it is', () => {
    const errors = [
      { message: '"first" must be from 1 to 100.', path: ['books'], extensions: { code: 'BAD_USER_INPUT' } },
      {
        message: 'The document has more than 5000 tokens.',
        extensions: { code: 'OPERATION_TOO_LARGE', limit: 'tokens', allowed: 5_000 },
      },
    ];
    expect(answer(errors)).toEqual(errors);
  });
});

describe('everybody else', () => {
  it('is told what is wrong, in production without suggestions', () => {
    const failures = failuresOf('{ book(id: 1) { titel } }');
    expect(answer(failures, 'anonymous', false)[0]?.message).toBe(
      'Cannot query field "titel" on type "Book". Did you mean "title"?',
    );
    expect(answer(failures, 'customer')[0]?.message).toBe('Cannot query field "titel" on type "Book".');
    expect(answer(failures, 'staff')[0]?.message).not.toContain('Did you mean');
  });
});

describe('the errors of an answer', () => {
  const many = (n: number, message: string, path?: (string | number)[]): GraphQLFormattedError[] =>
    Array.from({ length: n }, (_, i) => ({
      message: `${i} ${message}`,
      locations: [{ line: 1, column: i }],
      ...(path && { path: [...path, i] }),
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    }));

  it.each([
    ['no errors', []],
    ['five', many(5, 'short')],
  ])('stay as they are when they are few: %s', (_what, errors) => {
    expect(answer(errors, 'staff')).toEqual(errors);
  });

  it('are five at most, and the last says how many there are', () => {
    const errors = answer(many(300, 'short', ['books', 0, 'writer']), 'anonymous', false);
    expect(errors.map(({ message }) => message)).toEqual(['0 short', '1 short', '2 short', '3 short', '4 short']);
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      ...Array(4).fill({ code: 'SERVICE_UNAVAILABLE' }),
      { code: 'SERVICE_UNAVAILABLE', furtherErrors: 295 },
    ]);
  });

  it.each([
    ['one long message', many(1, 'x'.repeat(100_000))],
    ['many long messages', many(50, 'x'.repeat(1_000))],
    ['letters of four bytes', many(3, '😀'.repeat(2_000))],
    ['letters that JSON escapes', many(3, '\u0000"\\'.repeat(2_000))],
    ['half letters', many(3, '\ud83d'.repeat(2_000))],
    ['long paths', many(5, 'short', Array(200).fill('someField'))],
    ['one path that alone is too long', many(1, 'short and clear', Array(1_000).fill('someField'))],
    ['extensions', [{ message: 'short and clear', extensions: { code: 'CONFLICT', more: 'x'.repeat(5_000) } }]],
    ['an absurd code', [{ message: 'short and clear', extensions: { code: 'X'.repeat(5_000) } }]],
  ])('are 2 kB at most: %s', (_what, errors) => {
    for (const production of [true, false]) {
      const answered = answer(errors, 'anonymous', production);
      expect(size(answered)).toBeLessThanOrEqual(2_048);
      expect(answered.length).toBeGreaterThan(0);
      expect(answered[0]?.message).toMatch(/./);
    }
  });

  it('are cut between letters, and keep code and path as long as there is room', () => {
    const [error] = answer(many(1, '😀'.repeat(2_000), ['books']), 'anonymous', false);
    expect(error?.message).toMatch(/^0 (😀)+…$/u);
    expect(error).toMatchObject({ path: ['books', 0], extensions: { code: 'SERVICE_UNAVAILABLE' } });
    expect(size([error])).toBeGreaterThan(1_950);
  });
});

describe('the introspection', () => {
  it('is for staff in production, and for everybody in development', () => {
    const viewers = ['anonymous', 'guest', 'customer', 'staff', 'service'] as const;
    const allowed = (production: boolean) =>
      viewers.filter((viewer) => mayIntrospect({ viewer, production }, settings.introspection));
    expect(allowed(true)).toEqual(['staff', 'service']);
    expect(allowed(false)).toEqual(viewers);
    const closed = schemaOfLimits.parse({ introspection: { staff: 'never' } }).introspection;
    expect(mayIntrospect({ viewer: 'staff', production: false }, closed)).toBe(false);
  });
});
