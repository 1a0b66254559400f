import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
} from 'graphql';
import { below, fragmentsOf, placeAt } from '../planning/response-places.ts';
import type { ObjectShape, ValueShape } from './shape.ts';
import { type FetchTask, fetchesOf, mapFetches, type Task, type Where } from './tasks.ts';

/** A place in the answer without the positions in its lists: `.books.author`. */
type Place = string;

/**
 * The planner asks for the `__typename` of every object of which another subgraph is to be asked more. Where the schema lets
 * an object be of one type only that says nothing, and is a fifth of a deep answer: it is left out of what subgraphs are
 * asked, and the entities found there are told by the type that the schema knows.
 */
export function withoutKnownTypes(task: Task, schema: GraphQLSchema, shape: ObjectShape): Task {
  const fetches = fetchesOf(task);
  // What is renamed, set, or taken from above stands elsewhere than the operation says.
  if (fetches.some(isRewritten)) return task;
  const found = new TypesByPlace(schema);
  found.addShape(shape, '');
  const asked = new Map(fetches.map((fetch) => [fetch, parse(fetch.node.operation, { noLocation: true })]));
  for (const [fetch, document] of asked) if (!found.addFetch(fetch, document)) return task;
  const known = found.known();
  const types = new Map(fetches.map((fetch) => [fetch, entityTypeOf(fetch, known)]));
  for (const fetch of fetches) for (const place of neededBy(fetch, types.get(fetch))) known.delete(place);
  return mapFetches(task, (fetch) => {
    const document = stripped(asked.get(fetch) as DocumentNode, fetch, known);
    const entityType = types.get(fetch);
    return { ...fetch, ...(document && { node: asking(fetch.node, document) }), ...(entityType && { entityType }) };
  });
}

const isRewritten = ({ node }: FetchTask): boolean =>
  [node.inputRewrites, node.outputRewrites, node.contextRewrites].some((rewrites) => rewrites && rewrites.length > 0);

const placeOf = (path: Where): Place => placeAt('', path);

/** Every type that the schema gives a place, by what is fetched for it and by what the caller asked for. */
class TypesByPlace {
  readonly #schema: GraphQLSchema;
  readonly #types = new Map<Place, Set<GraphQLCompositeType>>();
  readonly #seen = new Set<string>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  addShape(shape: ObjectShape, place: Place): void {
    const visit = `${shape.id} ${place}`;
    if (this.#seen.has(visit)) return;
    this.#seen.add(visit);
    this.#add(place, this.#schema.getType(shape.type) as GraphQLCompositeType);
    for (const { fields } of shape.variants.values())
      for (const field of fields) {
        const inner = field.kind === 'field' ? objectIn(field.value) : null;
        if (inner && field.kind === 'field') this.addShape(inner, placeAt(place, [field.source]));
      }
  }

  /** False where it asks for something that the supergraph does not know. */
  addFetch({ node, paths }: FetchTask, document: DocumentNode): boolean {
    const operation = getOperationAST(document);
    const root = operation && this.#schema.getRootType(operation.operation);
    if (!operation || !root) return false;
    const set = node.requires ? entitiesIn(operation) : operation.selectionSet;
    const fragments = fragmentsOf(document);
    return (
      !!set && paths.every((path) => this.#addSelections(set, node.requires ? null : root, placeOf(path), fragments))
    );
  }

  /** The places that can hold objects of one type only, with its name. */
  known(): Map<Place, string> {
    const known = new Map<Place, string>();
    for (const [place, types] of this.#types) {
      const [type] = types;
      if (types.size === 1 && isObjectType(type)) known.set(place, type.name);
    }
    return known;
  }

  #addSelections(
    { selections }: SelectionSetNode,
    on: GraphQLCompositeType | null,
    place: Place,
    fragments: Fragments,
  ): boolean {
    return selections.every((one) => {
      if (one.kind !== Kind.FIELD) {
        const fragment = one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value) : one;
        const condition = fragment?.typeCondition ? this.#schema.getType(fragment.typeCondition.name.value) : on;
        if (!fragment || !isCompositeType(condition)) return false;
        return this.#addSelections(fragment.selectionSet, condition, place, fragments);
      }
      if (!one.selectionSet) return true;
      const field = isObjectType(on) || isInterfaceType(on) ? on.getFields()[one.name.value] : undefined;
      const type = field && getNamedType(field.type);
      const inner = below(place, one);
      if (!isCompositeType(type)) return false;
      this.#add(inner, type);
      return this.#addSelections(one.selectionSet, type, inner, fragments);
    });
  }

  #add(place: Place, type: GraphQLCompositeType): void {
    const types = this.#types.get(place) ?? new Set();
    this.#types.set(place, types.add(type));
  }
}

function objectIn(shape: ValueShape): ObjectShape | null {
  if (shape.kind === 'object') return shape;
  return shape.kind === 'leaf' ? null : objectIn(shape.of);
}

/** The one type of all entities that a fetch is about. */
function entityTypeOf({ node, paths }: FetchTask, known: ReadonlyMap<Place, string>): string | undefined {
  const [type, ...others] = new Set(paths.map((path) => known.get(placeOf(path))));
  return node.requires && others.length === 0 ? type : undefined;
}

/** Places whose objects have to name themselves: entities of several types, and types that a subgraph is told of. */
function neededBy({ node, paths }: FetchTask, entityType: string | undefined): readonly Place[] {
  const { requires } = node;
  if (!requires) return [];
  const places = paths.map(placeOf);
  const nested = places.flatMap((place) => requires.flatMap((one) => typesToldIn(one, place)));
  return entityType === undefined ? [...places, ...nested] : nested;
}

function typesToldIn(selection: QueryPlanSelectionNode, place: Place): readonly Place[] {
  const selected = (selection.selections ?? []) as readonly QueryPlanSelectionNode[];
  if (selection.kind === 'InlineFragment') return selected.flatMap((one) => typesToldIn(one, place));
  const inner = placeAt(place, [selection.alias ?? selection.name]);
  const tells = selected.some((one) => one.kind === 'InlineFragment' || one.name === '__typename');
  return [...(tells ? [inner] : []), ...selected.flatMap((one) => typesToldIn(one, inner))];
}

/** The document without what is known; null where nothing is. What named fragments ask for, they go on asking for. */
function stripped(document: DocumentNode, { node, paths }: FetchTask, known: ReadonlyMap<Place, string>) {
  let changed = false;

  function strip(set: SelectionSetNode, places: readonly Place[]): SelectionSetNode {
    const isKnown = places.every((place) => known.has(place));
    const others = isKnown ? set.selections.filter((one) => !isTypename(one)) : set.selections;
    // Something has to be asked for.
    const kept = others.length > 0 ? others : set.selections;
    changed ||= kept.length < set.selections.length;
    return { ...set, selections: kept.map((one) => inside(one, places)) };
  }

  function inside(selection: SelectionNode, places: readonly Place[]): SelectionNode {
    if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet) return selection;
    const inner = selection.kind === Kind.FIELD ? places.map((place) => below(place, selection)) : places;
    return { ...selection, selectionSet: strip(selection.selectionSet, inner) };
  }

  const places = paths.map(placeOf);
  // An entity is what `_entities` gives, not something below it.
  const root = (field: SelectionNode): SelectionNode =>
    node.requires && field.kind === Kind.FIELD && field.selectionSet
      ? { ...field, selectionSet: strip(field.selectionSet, places) }
      : inside(field, places);
  const definitions = document.definitions.map((one) => {
    if (one.kind !== Kind.OPERATION_DEFINITION) return one;
    return { ...one, selectionSet: { ...one.selectionSet, selections: one.selectionSet.selections.map(root) } };
  });
  return changed ? { ...document, definitions } : null;
}

const isTypename = (one: SelectionNode): boolean =>
  one.kind === Kind.FIELD && one.name.value === '__typename' && !one.alias && !one.directives?.length;

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function entitiesIn({ selectionSet: { selections } }: OperationDefinitionNode): SelectionSetNode | undefined {
  const [entities, ...others] = selections;
  return others.length === 0 && entities?.kind === Kind.FIELD ? entities.selectionSet : undefined;
}

const asking = (node: FetchNode, document: DocumentNode): FetchNode => ({
  ...node,
  operation: stripIgnoredCharacters(print(document)),
});
