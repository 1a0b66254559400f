import { expect, it } from 'vitest';
import { differences } from './difference.ts';

it('finds nothing in equal answers, whatever the order of their keys', () => {
  expect(differences({ a: [{ b: 1, c: null }] }, { a: [{ c: null, b: 1 }] })).toEqual([]);
});

it('names the path of what is different, missing or too much', () => {
  const expected = { users: [{ id: '1', name: 'Ada' }, { id: '2' }], gone: 0 };
  const actual = { users: [{ id: '1', name: 'Bob', age: 3 }], more: {} };
  expect(differences(expected, actual)).toEqual([
    'data.users.0.name: expected "Ada", got "Bob"',
    'data.users.0.age: expected nothing, got 3',
    'data.users.1: expected {"id":"2"}, got nothing',
    'data.gone: expected 0, got nothing',
    'data.more: expected nothing, got {}',
  ]);
});

it('tells a list from an object and null from nothing', () => {
  expect(differences([], {})).toHaveLength(1);
  expect(differences({ a: null }, {})).toHaveLength(1);
  expect(differences(null, null)).toEqual([]);
});
