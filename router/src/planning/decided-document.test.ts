import { parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { decidedDocument } from './decided-document.ts';

const decided = (query: string, values: Record<string, boolean> = {}) =>
  print(decidedDocument(parse(query), new Map(Object.entries(values)))).replaceAll(/\s+/g, ' ');

describe('a document with its conditions decided', () => {
  it('has what is included, without the condition', () => {
    expect(
      decided('query ($a: Boolean!) { x @include(if: $a) y @skip(if: $a) z @skip(if: false) @d }', { a: true }),
    ).toBe('query ($a: Boolean!) { x z @d }');
  });

  it('keeps objects of which nothing is left', () => {
    expect(
      decided(
        '{ a { b @skip(if: true) } c { ... @include(if: false) { d } ...F } } fragment F on C { e @skip(if: true) }',
      ),
    ).toBe('{ a { __typename } c { __typename } }');
  });

  it('takes what is both included and skipped for what it says', () => {
    const query = 'query ($a: Boolean!) { x @include(if: $a) { y @skip(if: $a) } z @include(if: $a) @skip(if: $a) }';
    expect(decided(query, { a: true })).toBe('query ($a: Boolean!) { x { __typename } }');
    expect(decided(query, { a: false })).toBe('query ($a: Boolean!) { __typename }');
  });

  it('has fragments with what is left of them', () => {
    expect(
      decided('{ a { ...F } } fragment F on A { b @include(if: false) c ...G } fragment G on A { d @skip(if: true) }'),
    ).toBe('{ a { ...F } } fragment F on A { c }');
  });
});
