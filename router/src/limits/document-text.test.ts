import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limits as schema } from '../settings/limits.ts';
import { checkDocumentText } from './document-text.ts';

const { document: defaults } = schema.parse({});
const check = (text: string, changes: Partial<typeof defaults> = {}) =>
  checkDocumentText(text, { ...defaults, ...changes });

/** As graphql-js counts, comments included. */
function tokensOf(text: string): number {
  let tokens = 0;
  for (let token = parse(text).loc?.startToken.next; token && token.kind !== '<EOF>'; token = token.next) tokens += 1;
  return tokens;
}

/** The most tokens that `text` is refused for. */
function counted(text: string): number {
  for (let tokens = 0; ; tokens += 1) if (!check(text, { tokens })) return tokens;
}

describe('the text of a document', () => {
  it.each([
    '{ a }',
    'query Q($a: [Int!]! = [1, -2, 3.5e-3, 0.1E+7]) @d(x: {y: "}", z: """ { \\""" " """}) { ...F ...on T{b:c(d:$a)} }',
    '# { comment "\n{ a # another """\r\n, b }\n#last',
    'fragment F on T { a(s: "\\"{\\u007b\\\\", e: "", b: """""", n: null, t: true, v: ENUM) }',
    '\ufeff{ a }',
  ])('is cut into the tokens that the parser finds: %s', (text) => {
    expect(counted(text)).toBe(tokensOf(text) + (text.startsWith('\ufeff') ? 1 : 0));
  });

  it('is refused when it has too many bytes, also in letters of several bytes', () => {
    expect(check('{ a }', { bytes: 4 })).toMatchObject({ code: 'OPERATION_TOO_LARGE', extensions: { limit: 'bytes' } });
    expect(check('{ a }', { bytes: 5 })).toBeNull();
    expect(check('{ a(s: "€€") }', { bytes: 17 })?.extensions).toEqual({ limit: 'bytes', allowed: 17 });
    expect(check('{ a(s: "€€") }', { bytes: 18 })).toBeNull();
  });

  it('of 100,000 tokens is refused after the first few thousand, and told what is allowed', () => {
    const refusal = check('{'.concat('a '.repeat(100_000), '}'), { bytes: 1_000_000 });
    expect(refusal).toEqual({
      status: 400,
      code: 'OPERATION_TOO_LARGE',
      message: 'The document has more than 5000 tokens.',
      headers: {},
      extensions: { limit: 'tokens', allowed: 5_000 },
    });
  });

  it.each([
    ['selections', '{a'.repeat(2_000)],
    ['lists', `{a(b:${'['.repeat(2_000)}`],
    ['objects', `{a(b:${'{c:'.repeat(1_000)}`],
    ['types of variables', `query(${'$a:'}${'['.repeat(2_000)}`],
    ['inline fragments', '{...'.repeat(1_000)],
  ])('that nests %s deep enough to end the stack of a parser is refused', (_what, text) => {
    expect(check(text)?.extensions).toEqual({ limit: 'nesting', allowed: 64 });
  });

  it('may hold brackets in strings and comments', () => {
    const brackets = '{[('.repeat(300);
    expect(check(`#${brackets}\n{ a(s: "${brackets}", b: """${brackets} \\""" ${brackets}""") }`)).toBeNull();
  });

  it.each(['"', '"""', '\\"', '"\\', '#', '.', '-.', '{}', '\u{1f600}'])(
    'that is no GraphQL is read once and never throws: %j over and over',
    (part) => {
      const started = performance.now();
      check(part.repeat(100_000), { bytes: 10_000_000, tokens: 10_000_000 });
      expect(performance.now() - started).toBeLessThan(2_000);
    },
  );
});
