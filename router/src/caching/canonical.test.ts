import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, canonicalVariables } from './canonical.ts';

describe('canonical JSON', () => {
  it('is the same for the same value whatever the order of its keys, and says the same', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, shuffled(inner)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('variables', () => {
  it('count as far as the operation knows them', () => {
    expect(canonicalVariables(['a', 'b'], { b: { y: 1, x: 2 }, c: 3, a: [1] })).toBe('{"a":[1],"b":{"x":2,"y":1}}');
  });

  it('that are left out differ from null', () => {
    expect(canonicalVariables(['a'], {})).toBe('{}');
    expect(canonicalVariables(['a'], { a: undefined })).toBe('{}');
    expect(canonicalVariables(['a'], { a: null })).toBe('{"a":null}');
  });

  it('are none of those that every object has', () => {
    expect(canonicalVariables(['constructor', 'toString'], {})).toBe('{}');
  });
});
