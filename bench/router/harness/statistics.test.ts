import { expect, it } from 'vitest';
import { median, percentile, ratio } from './statistics.ts';

it('takes the middle, and between two the mean', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 3])).toBe(4);
  expect(median([])).toBeNaN();
});

it('takes as a percentile the smallest value that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(percentile(hundred, 50)).toBe(50);
  expect(percentile(hundred, 99)).toBe(99);
  expect(percentile([7], 99)).toBe(7);
});

it('compares round by round, so that a slow round of both changes nothing', () => {
  expect(ratio([2, 20, 2], [1, 10, 1])).toBe(2);
  // One more round of the one has nothing to be compared with.
  expect(ratio([2, 4, 900], [1, 2])).toBe(2);
});
