import { describe, expect, it } from 'vitest';
import { limits as schema } from '../settings/limits.ts';
import { checkJson } from './json.ts';

const { json: defaults } = schema.parse({});
const check = (text: string, changes: Partial<typeof defaults> = {}) => checkJson(text, { ...defaults, ...changes });

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('the body of a request', () => {
  it.each([
    '{}',
    ' \n\t\r{"query":"{ a(s: \\"[{[{[{[{\\") }","variables":{"a":[1,2,{"b":null}]}}',
    JSON.stringify({ query: '{'.repeat(1_000) + '"'.repeat(1_000) + '\\'.repeat(1_000) }),
    nested(32),
  ])('that asks for one thing passes: %.60s', (text) => {
    expect(JSON.parse(text)).toBeTypeOf('object');
    expect(check(text)).toBeNull();
  });

  it.each(['[]', ' [{"query":"{ a }"},{"query":"{ b }"}]', '\n[\n', '[1'])('that is a batch is refused: %s', (text) => {
    expect(check(text)).toEqual({
      status: 400,
      code: 'BAD_REQUEST',
      message: 'Batches are not accepted: send one operation per request.',
      headers: {},
    });
  });

  it.each(['', ' ', 'null', '"{}"', '1', 'query=%7Ba%7D', '\ufeff{}', '<x/>'])(
    'that is no object is refused: %j',
    (text) => {
      expect(check(text)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(check(text)?.message).toMatch(/must be one JSON object/);
    },
  );

  it.each([
    ['objects', nested(33)],
    ['lists', `{"variables":${'['.repeat(100_000)}`],
    ['both', `{"variables":${'[{"a":'.repeat(50_000)}`],
    ['lists after a string of brackets', `{"query":"]]]]}}}}\\"","variables":${'['.repeat(32)}`],
  ])('that nests %s too deep is refused', (_what, text) => {
    expect(check(text)).toEqual({
      status: 400,
      code: 'OPERATION_TOO_LARGE',
      message: 'The body nests more than 32 deep.',
      headers: {},
      extensions: { limit: 'json.nesting', allowed: 32 },
    });
  });

  it.each([
    ['items', JSON.stringify({ variables: { ids: Array(100_000).fill(0) } })],
    ['keys', JSON.stringify({ variables: Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`k${i}`, 0])) })],
    ['empty lists', JSON.stringify({ variables: { ids: Array(6_000).fill([]) } })],
  ])('with too many %s is refused', (_what, text) => {
    expect(check(text)?.extensions).toEqual({ limit: 'json.entries', allowed: 5_000 });
  });

  it('is counted as it is: 5 entries', () => {
    const text = '{"a":[1,2],"b":{"c":"1,2,3,4"}}';
    expect(check(text, { entries: 4 })?.code).toBe('OPERATION_TOO_LARGE');
    expect(check(text, { entries: 5 })).toBeNull();
  });

  it.each([
    '{"__proto__":{"query":"{ a }"}}',
    '{"variables":{"input":{"__proto__" : {"isStaff":true}}}}',
    '{"variables":{"\\u005f_proto__":1}}',
    '{"variables":{"\\u005F\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f":1}}',
    '{"variables":{"__pr\\u006fto__":1}}',
  ])('with a key that could become a prototype is refused: %s', (text) => {
    expect(JSON.stringify(JSON.parse(text))).toContain('"__proto__"');
    expect(check(text)?.message).toBe('No key of the body may be "__proto__".');
  });

  it.each(['{"query":"__proto__"}', '{"a":["__proto__"]}', '{"___proto___":1,"__proto_":2}', '{"a\\u005f_proto__":1}'])(
    'may say __proto__ where it is no key: %s',
    (text) => {
      expect(check(text)).toBeNull();
    },
  );

  it.each(['"', '\\"', '\\', '{"__proto_', '"\\u005f_proto__', '},', ']{'])(
    'that is no JSON is read once and never throws: %s over and over',
    (part) => {
      const text = `{${part.repeat(200_000)}`;
      const started = performance.now();
      checkJson(text, { nesting: 10_000_000, entries: 10_000_000 });
      expect(performance.now() - started).toBeLessThan(2_000);
    },
  );
});
