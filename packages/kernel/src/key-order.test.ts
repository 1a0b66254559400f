import { expect, it } from 'vitest';
import { groupBy, matchBy } from './key-order.ts';

const rows = [
  { id: 'b', of: 'x' },
  { id: 'a', of: 'y' },
  { id: 'c', of: 'x' },
];

it('gives one row per key in the order of the keys, and null for a key without one', () => {
  expect(matchBy(['a', 'none', 'b'], rows, ({ id }) => id)).toEqual([rows[1], null, rows[0]]);
});

it('gives the rows of each key in the order in which they came, and leaves out what nobody asked for', () => {
  expect(groupBy(['none', 'x'], rows, ({ of }) => of)).toEqual([[], [rows[0], rows[2]]]);
});
