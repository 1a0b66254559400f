import { expect, it } from 'vitest';
import { quantiles } from './report.ts';

it('a quantile is the smallest value that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(quantiles(hundred)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, longest: 100 });
  expect(quantiles([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, longest: 7 });
  expect(quantiles([]).longest).toBe(0);
});
