import type { FieldFaultKind } from './faults.ts';
import { hash } from './hash.ts';

type Json = Record<string, unknown>;

const WRONG: readonly unknown[] = [
  {},
  [],
  'text',
  3.5,
  true,
  { __typename: 'Nope' },
  [[null]],
  -7,
  [{ id: 'x' }],
  { length: 2, 0: 'a', 1: 'b' },
  1e21,
];

/** Left out of the answer. */
export const ABSENT = Symbol('absent');

/** What a subgraph writes in place of `honest` when it lies in this way. */
export function lieFor(kind: FieldFaultKind, honest: unknown, id: string): unknown {
  switch (kind) {
    case 'null':
      return null;
    case 'absent':
      return ABSENT;
    case 'wrong':
      return WRONG[hash(id) % WRONG.length];
    case 'unknownEnum':
      return inLists(honest, (value) => (typeof value === 'string' ? 'NOT_A_VALUE' : value));
    case 'longer':
      return Array.isArray(honest) ? [...honest, null] : honest;
    case 'extra':
      return eachObject(honest, withExtras);
    case 'typenameMissing':
      return eachObject(honest, ({ __typename, ...rest }) => rest);
    case 'typenameWrong':
      return eachObject(honest, (object) => ({ ...object, __typename: [7, 'Nope', 'Query', {}, ''][hash(id) % 5] }));
    default:
      return honest;
  }
}

const inLists = (value: unknown, change: (item: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map((item) => inLists(item, change)) : change(value);

const eachObject = (value: unknown, change: (object: Json) => Json): unknown =>
  inLists(value, (item) => (typeof item === 'object' && item !== null ? change(item as Json) : item));

/** Names that mean something to JavaScript, as own properties, as `JSON.parse` makes them; what was asked for stays. */
function withExtras(object: Json): Json {
  const text =
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"hasOwnProperty":1,"nobodyAsked":[{}]}';
  const extended = Object.create(null, Object.getOwnPropertyDescriptors(JSON.parse(text)));
  return Object.defineProperties(extended, Object.getOwnPropertyDescriptors(object));
}
