import type { FetchNode } from '@apollo/query-planner';
import { expect, it } from 'vitest';
import { compileTake } from './taking.ts';

const none: ReadonlySet<unknown> = new Set();
const fetch = (operation: string, more: Partial<FetchNode> = {}) =>
  ({ kind: 'Fetch', serviceName: 's', operation, ...more }) as FetchNode;
const entities = (selection: string) =>
  fetch(`query($r:[_Any!]!){_entities(representations:$r){...on A{${selection}}...on B{b}}}`, { requires: [] });

it('takes what was asked for of each type, objects and lists merged with what is known', () => {
  const target = { id: '1', deep: { a: 1 }, list: [{ a: 1 }, null] };
  const answer = { name: 'n', b: null, deep: { b: 2 }, list: [{ b: 2 }, { b: 3 }] };
  compileTake(entities('alias:name name deep{b} list{b}'), none)(target, answer);
  expect(target).toEqual({ id: '1', name: 'n', b: null, deep: { a: 1, b: 2 }, list: [{ a: 1, b: 2 }, { b: 3 }] });
});

it('leaves what nobody asked for where it is, but a type’s name, which has to agree', () => {
  const target: Record<string, unknown> = { id: '1' };
  compileTake(entities('name'), none)(target, JSON.parse('{"id":"2","__proto__":{"x":1},"name":"n","__typename":"C"}'));
  expect(target).toEqual({ id: '1', name: 'n', __typename: 'C' });
});

it('knows fields of fragments, at the root', () => {
  const target: Record<string, unknown> = {};
  compileTake(fetch('{...F} fragment F on Query{me{id}}'), none)(target, { me: { id: '1' }, you: 1 });
  expect(target).toEqual({ me: { id: '1' } });
});

it.each([
  ['names that every object inherits', 'constructor toString', {}],
  [
    'fields that are renamed',
    'x',
    { outputRewrites: [{ kind: 'KeyRenamer', path: ['y'], renameKeyTo: 'constructor' }] },
  ],
] as const)('takes %s as what they are', (_what, selection, more) => {
  const target: Record<string, unknown> = {};
  compileTake(fetch(`{${selection}}`, more as never), none)(target, { constructor: 'c', toString: 't' });
  expect(Object.entries(target)).toEqual([
    ['constructor', 'c'],
    ['toString', 't'],
  ]);
});
