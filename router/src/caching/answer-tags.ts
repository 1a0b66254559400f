import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { createPlaceCompiler, type Place, type Spot, setsOf } from './answer-places.ts';
import type { EntityKeys } from './entity-keys.ts';
import { entityTag, typeOfTag } from './tags.ts';

/** The tags of one answer, from its `data`. */
export type AnswerTags = (data: unknown) => readonly string[];
/** The tags of an entity that a subgraph answered with, from the representation that it was asked for. */
export type EntityTags = (representation: Data, entity: unknown) => readonly string[];

type Data = Readonly<Record<string, unknown>>;

interface RootField {
  readonly key: string;
  readonly place: Place | null;
  /** The tags of which entities there are. */
  readonly sets: readonly string[];
  /** Looks one entity up by its key. */
  readonly looksUp: boolean;
}

/** With more, single entities are not worth telling apart: the answer then depends on their types. */
const MAX_TAGS = 500;

/**
 * Compiles what an operation's answers depend on. An entity whose id is in the answer is told apart; one without counts as
 * all of its type. A root field also depends on which entities there are, unless it looks one up by its key and finds it.
 * What a list below an entity holds is the entity's own affair: whoever changes it announces the entity.
 */
export function compileAnswerTags(
  schema: GraphQLSchema,
  keys: EntityKeys,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): AnswerTags {
  const compiler = createPlaceCompiler(schema, keys, document);
  const root = schema.getQueryType();
  if (!root) throw new Error('the schema has no queries');
  const fields = [...compiler.collect(root, [operation.selectionSet])].flatMap(([key, nodes]): readonly RootField[] => {
    const [node] = nodes as [FieldNode];
    const type = root.getFields()[node.name.value]?.type;
    if (!type) return []; // The name of the root, or introspection: neither changes while the schema stays.
    const named = getNamedType(type);
    if (!isCompositeType(named)) return [{ key, place: null, sets: [root.name], looksUp: false }];
    const single = !isListType(getNullableType(type)) && isObjectType(named);
    const given = node.arguments ?? [];
    return [
      {
        key,
        place: compiler.place(named, setsOf(nodes)),
        sets: compiler.leadsTo(named),
        looksUp: single && given.length > 0 && given.every(({ name }) => keys.isKey(named.name, name.value)),
      },
    ];
  });
  return (data) => {
    const tags = new Set<string>();
    for (const { key, place, sets, looksUp } of fields) {
      const value = (data as Data | null)?.[key];
      if (!looksUp || typeof value !== 'object' || value === null) for (const set of sets) tags.add(set);
      if (place) look(value, place, tags);
    }
    return limited(tags);
  };
}

/** The same for the entities of one fetch, whose document is the planner's. */
export function compileEntityTags(schema: GraphQLSchema, keys: EntityKeys, document: DocumentNode): EntityTags {
  const compiler = createPlaceCompiler(schema, keys, document);
  const [operation] = document.definitions as [OperationDefinitionNode];
  const [entities] = operation.selectionSet.selections as [FieldNode];
  const places = new Map<string, Place | null>();

  function placeOf(typename: string): Place | null {
    const known = places.get(typename);
    if (known !== undefined) return known;
    const type = schema.getType(typename);
    const place = isCompositeType(type) ? compiler.place(type, setsOf([entities])) : null;
    places.set(typename, place);
    return place;
  }

  return (representation, entity) => {
    const tags = new Set<string>();
    const typename = String(representation.__typename);
    const place = placeOf(typename);
    const spot = place && spotOf(entity as Data, place);
    const id = keys.idField(typename);
    // The representation says which one it is, whether or not the answer repeats it.
    const names = new Set([...keys.namesOf(typename), ...(spot?.names ?? [])]);
    for (const name of names) add(name, id === null ? undefined : representation[id], tags);
    if (spot) lookBelow(entity as Data, spot, tags);
    else for (const name of place?.names ?? []) tags.add(name);
    return limited(tags);
  };
}

function look(value: unknown, place: Place, tags: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) look(item, place, tags);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const spot = spotOf(value as Data, place);
  if (!spot) {
    for (const name of place.names) tags.add(name);
    return;
  }
  for (const name of spot.names) add(name, spot.idKey === null ? undefined : (value as Data)[spot.idKey], tags);
  lookBelow(value as Data, spot, tags);
}

const spotOf = (value: Data, { only, typeKey, spots }: Place): Spot | undefined =>
  only ?? (typeKey === null ? undefined : spots.get(String(value[typeKey])));

function lookBelow(value: Data, { below }: Spot, tags: Set<string>): void {
  for (const { key, place } of below) look(value[key], place, tags);
}

function add(name: string, id: unknown, tags: Set<string>): void {
  tags.add(typeof id === 'string' || typeof id === 'number' ? entityTag(name, String(id)) : name);
}

const limited = (tags: ReadonlySet<string>): readonly string[] =>
  tags.size <= MAX_TAGS ? [...tags] : [...new Set([...tags].map(typeOfTag))];
