import { describe, expect, it } from 'vitest';
import { type Named, OperationMeters } from './operation-meters.ts';

const operation = (name: string | null, kind: 'query' | 'mutation' = 'query'): Named => ({ compiled: { name, kind } });
const MINUTE = 60_000;

describe('operation meters', () => {
  it('are one per kind and name, however many documents have it', () => {
    const meters = new OperationMeters(10);
    const cart = meters.of(operation('Cart'), 0);
    expect(meters.of(operation('Cart'), 0)).toBe(cart);
    expect(meters.of(operation('Cart', 'mutation'), 0)).not.toBe(cart);
    expect(meters.of(operation(null), 0)).toMatchObject({ name: '(unnamed)', kind: 'query' });
  });

  it('count whoever finds no room under "(other)"', () => {
    const meters = new OperationMeters(2);
    for (const name of ['A', 'B', 'C', 'D']) meters.of(operation(name), 0).count('ok', '');
    meters.of(operation('E', 'mutation'), 0).count('ok', '');
    const counts = [...meters].map(({ name, kind, ok }) => [name, kind, ok.total]);
    expect(counts).toEqual([
      ['A', 'query', 1],
      ['B', 'query', 1],
      ['(other)', 'query', 2],
      ['(other)', 'mutation', 1],
      ['(other)', 'unknown', 0],
    ]);
  });

  it('keep no name that is longer than a label should be', () => {
    const meters = new OperationMeters(2);
    expect(meters.of(operation('A'.repeat(101)), 0).name).toBe('(other)');
    expect(meters.of(operation('A'.repeat(100)), 0).name).toBe('A'.repeat(100));
  });

  it('give the room of names that nobody uses any more to others, and lose no count', () => {
    const meters = new OperationMeters(2);
    const [old, used, newcomer] = [operation('Old'), operation('Used'), operation('Newcomer')];
    const before = meters.of(old, 0);
    before.count('refused', 'RATE_LIMITED');
    before.count('ok', '');
    before.durations.observe(7);
    meters.of(used, 5 * MINUTE);
    expect(meters.of(newcomer, 9 * MINUTE).name).toBe('(other)');
    expect(meters.of(newcomer, 11 * MINUTE).name).toBe('Newcomer');
    const other = meters.of(old, 11 * MINUTE);
    expect(other.name).toBe('(other)');
    expect(other.ok.total).toBe(1);
    expect(other.errors.total).toBe(1);
    expect([...other.others.values()]).toEqual([{ outcome: 'refused', code: 'RATE_LIMITED', times: 1 }]);
    expect(other.durations.cumulative()).toMatchObject({ count: 1, sum: 7 });
  });

  it('are not searched for room with each request while all are in use', () => {
    const meters = new OperationMeters(1);
    const used = operation('Used');
    meters.of(used, 0);
    expect(meters.of(operation('B'), 9.9 * MINUTE).name).toBe('(other)');
    // Idle since, but the next search is ten seconds after the last.
    expect(meters.of(operation('B'), 10.01 * MINUTE).name).toBe('(other)');
    expect(meters.of(operation('B'), 10.1 * MINUTE).name).toBe('B');
  });
});
