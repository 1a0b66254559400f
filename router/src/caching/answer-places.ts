import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { EntityKeys } from './entity-keys.ts';

/** What to look for in an object of one type. */
export interface Spot {
  /** The names under which changes of it are announced; none for what is no entity. */
  readonly names: readonly string[];
  /** Where the answer has its id; null where it was not asked for. */
  readonly idKey: string | null;
  readonly below: readonly { readonly key: string; readonly place: Place }[];
}

/** A place in an answer where objects of some types stand. */
export interface Place {
  readonly spots: ReadonlyMap<string, Spot>;
  /** The spot where only one type is possible. */
  readonly only: Spot | null;
  /** Where the answer says which type it is; null where it does not. */
  readonly typeKey: string | null;
  /** The names of all entities that can be here or below. */
  readonly names: ReadonlySet<string>;
}

export interface PlaceCompiler {
  /** The fields of an object of this type, by their keys in the answer. */
  collect(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): ReadonlyMap<string, readonly FieldNode[]>;
  place(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Place;
  /** The entities that a type leads to without crossing another entity; its own name where it leads to none. */
  leadsTo(type: GraphQLCompositeType): readonly string[];
}

export function createPlaceCompiler(schema: GraphQLSchema, keys: EntityKeys, document: DocumentNode): PlaceCompiler {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);

  function collect(type: GraphQLObjectType, sets: readonly SelectionSetNode[]) {
    const fields = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    const add = (set: SelectionSetNode): void => {
      for (const node of set.selections) {
        if (node.kind === Kind.FIELD) {
          const key = node.alias?.value ?? node.name.value;
          const nodes = fields.get(key);
          if (nodes) nodes.push(node);
          else fields.set(key, [node]);
          continue;
        }
        if (node.kind === Kind.FRAGMENT_SPREAD) {
          if (spread.has(node.name.value)) continue;
          spread.add(node.name.value);
        }
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
        if (fragment && applies(fragment.typeCondition?.name.value, type)) add(fragment.selectionSet);
      }
    };
    for (const set of sets) add(set);
    return fields;
  }

  function applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const other = schema.getType(condition);
    return isAbstractType(other) && schema.isSubType(other, type);
  }

  function spot(type: GraphQLObjectType, sets: readonly SelectionSetNode[]) {
    const idField = keys.idField(type.name);
    const below: { key: string; place: Place }[] = [];
    let idKey: string | null = null;
    let typeKey: string | null = null;
    for (const [key, nodes] of collect(type, sets)) {
      const name = nodes[0]?.name.value ?? '';
      if (name === '__typename') typeKey = key;
      if (name === idField) idKey = key;
      const named = getNamedType(type.getFields()[name]?.type);
      if (!isCompositeType(named)) continue;
      const inner = place(named, setsOf(nodes));
      if (inner.names.size > 0) below.push({ key, place: inner });
    }
    return { spot: { names: keys.namesOf(type.name), idKey, below }, typeKey };
  }

  function place(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Place {
    const objects = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
    const spots = new Map<string, Spot>();
    const typeKeys = new Set<string | null>();
    const names = new Set<string>();
    for (const object of objects) {
      const made = spot(object, sets);
      spots.set(object.name, made.spot);
      typeKeys.add(made.typeKey);
      for (const name of made.spot.names) names.add(name);
      for (const { place: inner } of made.spot.below) for (const name of inner.names) names.add(name);
    }
    const [only = null] = spots.size === 1 ? spots.values() : [];
    const [typeKey = null] = typeKeys.size === 1 ? typeKeys : [];
    return { spots, only, typeKey, names };
  }

  return { collect, place, leadsTo: (type) => leadsTo(schema, keys, type) };
}

function leadsTo(schema: GraphQLSchema, keys: EntityKeys, from: GraphQLCompositeType): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const follow = (type: GraphQLCompositeType): void => {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    const names = keys.namesOf(type.name);
    for (const name of names) found.add(name);
    if (isAbstractType(type)) for (const object of schema.getPossibleTypes(type)) follow(object);
    else if (names.length === 0)
      for (const field of Object.values(type.getFields())) {
        const named = getNamedType(field.type);
        if (isCompositeType(named)) follow(named);
      }
  };
  follow(from);
  return found.size > 0 ? [...found] : [from.name];
}

export const setsOf = (nodes: readonly FieldNode[]): readonly SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
