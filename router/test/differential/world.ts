import {
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  type SelectionSetNode,
} from 'graphql';
import { concreteTypes, type Declared, type Graph, ownerOf } from './graph.ts';
import { canonical, hash } from './hash.ts';

/** An object of the world, by its type and a name. Everything else about it follows from these and the seed. */
export class Ref {
  readonly type: string;
  readonly id: string;
  constructor(type: string, id: string) {
    this.type = type;
    this.id = id;
  }
}

export type WorldValue =
  | null
  | string
  | number
  | boolean
  | Ref
  | readonly WorldValue[]
  | { readonly [key: string]: unknown };

const TEXTS = [
  '',
  'plain',
  'with "quotes" and \\',
  'Zürich ✓ \u2028',
  'line\nbreak\t',
  '__typename',
  'null',
  '{}',
  'x'.repeat(40),
];
const DOCUMENTS = [
  { a: [1, { b: null }] },
  'text',
  12.5,
  [],
  {},
  [[null, true]],
  { __typename: 'NotThis', id: '{' },
  false,
];
/** Fields from which an entity can be found again. */
const KEYS = new Set(['code', 'tag']);

/** The data that all subgraphs share: each field of each object has one value, whoever is asked. */
export class World {
  readonly #graph: Graph;
  readonly #seed: number;
  constructor(graph: Graph, seed: number) {
    this.#graph = graph;
    this.#seed = seed;
  }

  /** `required` is what the field has been computed from, where it requires something. */
  value({ type, id }: Ref, field: string, args: unknown, required: string): WorldValue {
    const owner = ownerOf(this.#graph, type, field);
    const declared = owner && this.#graph.declared.get(`${owner}.${field}`);
    if (!owner || !declared) throw new Error(`nobody answers ${type}.${field}`);
    const known = this.#keyValue(owner, id, field);
    if (known !== undefined) return known;
    const types = declared.map((one) => one.field.type);
    return this.#make(types, declared, id, `${this.#seed}|${owner}|${id}|${field}|${canonical(args)}|${required}`);
  }

  /** The value as it truly is, with what it requires taken from the world. */
  truth(ref: Ref, field: string, args: unknown): WorldValue {
    const selection = this.requirement(ref.type, field);
    return this.value(ref, field, args, selection ? canonical(this.pick(ref, selection)) : '');
  }

  requirement(type: string, field: string): SelectionSetNode | undefined {
    const owner = ownerOf(this.#graph, type, field) ?? type;
    for (const { requires } of this.#graph.subgraphs.values()) {
      const selection = requires.get(`${owner}.${field}`);
      if (selection) return selection;
    }
    return undefined;
  }

  /** The entity that a representation means; null where it means none. */
  find(type: string, representation: Readonly<Record<string, unknown>>, keys: readonly SelectionSetNode[]): Ref | null {
    for (const key of keys) {
      const ids = new Set(leaves(key, representation));
      const [id] = ids;
      if (ids.size !== 1 || id === undefined || id === '?') continue;
      const concrete = id.split(':')[0] ?? '';
      const isOne = concrete === type || this.#graph.interfaces.get(concrete)?.has(type);
      return isOne && /^\w+:[0-2]$/.test(id) ? new Ref(concrete, id) : null;
    }
    return null;
  }

  /** What a selection truly is for an object. */
  pick(ref: Ref, { selections }: SelectionSetNode): unknown {
    const picked: Record<string, unknown> = {};
    for (const selection of selections) {
      if (selection.kind !== 'Field') continue;
      const { name, selectionSet } = selection;
      const below = (value: WorldValue): unknown =>
        Array.isArray(value)
          ? value.map(below)
          : value instanceof Ref && selectionSet
            ? this.pick(value, selectionSet)
            : value;
      picked[name.value] = below(this.truth(ref, name.value, {}));
    }
    return picked;
  }

  #keyValue(owner: string, id: string, field: string): WorldValue | undefined {
    if (owner.startsWith('Key')) return field === 'sub' ? undefined : `${field}~${id}`;
    if (!this.#graph.entities.has(owner)) return undefined;
    return field === 'id' ? id : KEYS.has(field) ? `${field}~${id}` : undefined;
  }

  #make(types: readonly GraphQLOutputType[], declared: readonly Declared[], id: string, key: string): WorldValue {
    const h = hash(key);
    // Where one subgraph says that there is no null, there is none for any.
    if (!types.some(isNonNullType) && h % 7 === 0) return null;
    const nullable = types.map((type) => getNullableType(type) as GraphQLOutputType);
    const items = nullable.flatMap((type) => (isListType(type) ? [type.ofType as GraphQLOutputType] : []));
    if (items.length > 0) {
      const length = hash(`${key}#`) % (items.some((one) => isListType(getNullableType(one))) ? 3 : 4);
      return Array.from({ length }, (_, index) => this.#make(items, declared, id, `${key}[${index}]`));
    }
    const names = nullable.map((type) => getNamedType(type).name);
    if (!nullable.some(isCompositeType)) return this.#leaf(nullable, hash(`${key}=`));
    const possible = declared
      .map(({ subgraph }, index) => concreteTypes(this.#graph, subgraph, names[index] ?? ''))
      .reduce((both, one) => both.filter((name) => one.includes(name)));
    return this.#object(possible, id, h);
  }

  #object(possible: readonly string[], id: string, h: number): WorldValue {
    const type = [...possible].sort()[(h % 97) % possible.length];
    if (!type) return null;
    if (type.startsWith('Key')) return new Ref(type, id.endsWith('.part') ? id : `${id}.part`);
    return new Ref(type, this.#graph.entities.has(type) ? `${type}:${h % 3}` : `v${h.toString(36)}`);
  }

  #leaf(types: readonly GraphQLOutputType[], h: number): WorldValue {
    const type = getNamedType(types[0] as GraphQLOutputType);
    if (isEnumType(type)) {
      const values = type.getValues().map(({ name }) => name);
      return values[h % values.length] ?? null;
    }
    switch (type.name) {
      case 'Int':
        return h % 11 === 0 ? 2147483647 : (h % 2000) - 1000;
      case 'Float':
        return h % 5 === 0 ? h : (h % 1000) / 8 - 60;
      case 'Boolean':
        return h % 2 === 0;
      case 'String':
        return `${TEXTS[h % TEXTS.length]}${h % 10}`;
      case 'ID':
        return `i${h % 100}`;
      default:
        return DOCUMENTS[h % DOCUMENTS.length] as WorldValue;
    }
  }
}

/** The entity's name in every leaf of a key; text that is no such name where the key is incomplete. */
function leaves({ selections }: SelectionSetNode, value: unknown): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind !== 'Field') return [];
    const { name, selectionSet } = selection;
    const below =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name.value] : undefined;
    if (selectionSet) return leaves(selectionSet, below);
    return [typeof below === 'string' ? (below.split('~').at(-1) ?? '').replace(/\.part$/, '') : '?'];
  });
}
