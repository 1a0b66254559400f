import { describe, expect, it } from 'vitest';
import { lineIssues, MAX_LINE_QUANTITY, mergeLines } from './stock-lines.ts';

const line = (variantId: string, quantity: number) => ({ variantId, quantity });

describe('stock lines', () => {
  it('must be there, and not more than a caller may send', () => {
    expect(lineIssues([], 2)).toHaveLength(1);
    expect(lineIssues([line('a', 1), line('b', 1)], 2)).toEqual([]);
    expect(lineIssues([line('a', 1), line('b', 1), line('c', 1)], 2)).toHaveLength(1);
  });

  it('must have a quantity that somebody can count', () => {
    const bad = [0, -1, 1.5, Number.NaN, MAX_LINE_QUANTITY + 1];
    const issues = lineIssues([line('a', 1), ...bad.map((quantity) => line('b', quantity))], 10);
    expect(issues.map(({ path }) => path.join('.'))).toEqual(bad.map((_, index) => `lines.${index + 1}.quantity`));
  });

  it('of one variant are one line', () => {
    expect(mergeLines([line('b', 2), line('a', 1), line('b', 3)])).toEqual([line('b', 5), line('a', 1)]);
  });
});
