import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedMap } from './bounded-map.ts';

const open = (bounds: Partial<{ maxBytes: number; maxEntries: number }>) =>
  createBoundedMap<string>({ maxBytes: 10_000, maxEntries: 100, ...bounds, bytesOf: (value) => value.length });

describe('a bounded map', () => {
  it('forgets what was not used for longest', () => {
    const map = open({ maxEntries: 2 });
    map.set('a', '1');
    map.set('b', '2');
    map.get('a');
    map.set('c', '3');
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual(['1', undefined, '3']);
  });

  it('forgets until the new value has room, and leaves out what never has', () => {
    const map = open({ maxBytes: 1_000 });
    map.set('a', 'x'.repeat(400));
    map.set('b', 'x'.repeat(700));
    expect([map.get('a'), map.get('b')?.length]).toEqual([undefined, 700]);
    map.set('c', 'x'.repeat(2_000));
    expect([map.get('b')?.length, map.get('c')]).toEqual([700, undefined]);
    map.set('b', 'x'.repeat(2_000));
    expect(map.size).toBe(0);
  });

  it('stays within its bounds and accounts for what it holds, whatever is done to it', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key, length: fc.nat(600) }),
      fc.record({ do: fc.constant('get' as const), key }),
      fc.record({ do: fc.constant('delete' as const), key }),
      fc.record({ do: fc.constant('clear' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const map = open({ maxBytes: 1_500, maxEntries: 4 });
        for (const one of steps) {
          if (one.do === 'set') map.set(one.key, 'x'.repeat(one.length));
          else if (one.do === 'clear') map.clear();
          else map[one.do](one.key);
          expect(map.bytes).toBeLessThanOrEqual(1_500);
          expect(map.size).toBeLessThanOrEqual(4);
        }
        const held = ['a', 'b', 'c', 'd', 'e', 'f'].map((one) => map.get(one)).filter((one) => one !== undefined);
        expect(map.size).toBe(held.length);
        expect(map.bytes).toBe(held.reduce((sum, one) => sum + 102 + one.length, 0));
      }),
    );
  });
});
