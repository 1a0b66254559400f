import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CacheHints } from './cache-hints.ts';

/** How long and for whom the answer of one operation may be kept. */
export interface CachePolicy {
  /** In seconds, above zero. */
  readonly maxAge: number;
  readonly scope: 'PUBLIC' | 'PRIVATE';
}

/**
 * The policy of one operation by Apollo's rules, for every field that it could select: the lowest `maxAge` counts, one
 * PRIVATE field makes all PRIVATE, and a root field, or one that returns an object, without a hint counts as zero.
 * Null: not to be kept. Computed once per operation; nothing of it depends on the answer.
 */
export function compileCachePolicy(
  hints: CacheHints,
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CachePolicy | null {
  const root = schema.getQueryType();
  if (operation.operation !== 'query' || !root) return null;
  const walk = createWalk(hints, schema, document);
  walk.selections(operation.selectionSet, root, true);
  return walk.policy();
}

/** The same for the entities of one fetch: what their types and the selected fields say. */
export function compileEntityPolicy(
  hints: CacheHints,
  schema: GraphQLSchema,
  document: DocumentNode,
): CachePolicy | null {
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return null;
  const [entities] = operation.selectionSet.selections;
  if (entities?.kind !== Kind.FIELD || entities.name.value !== '_entities' || !entities.selectionSet) return null;
  const walk = createWalk(hints, schema, document);
  walk.entities(entities.selectionSet);
  return walk.policy();
}

function createWalk(hints: CacheHints, schema: GraphQLSchema, document: DocumentNode) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  // A fragment says the same wherever it is spread below the root: once is enough, also for a fragment bomb.
  const seen = new Set<string>();
  let maxAge = Number.POSITIVE_INFINITY;
  let scope: CachePolicy['scope'] = 'PUBLIC';

  function field(parent: GraphQLObjectType, name: string, atRoot: boolean): void {
    const type = parent.getFields()[name]?.type;
    const returned = type && getNamedType(type);
    if (!returned) {
      maxAge = 0; // Introspection describes the schema, not the data: no hint speaks of it.
      return;
    }
    const composite = isCompositeType(returned);
    const ofType = composite ? hints.ofType(returned.name) : undefined;
    const ofField = hints.ofField(parent.name, name);
    const own = ofField && !ofField.inheritMaxAge ? ofField.maxAge : undefined;
    const inherits = ofType?.inheritMaxAge || ofField?.inheritMaxAge;
    const age = own ?? (ofType?.inheritMaxAge ? undefined : ofType?.maxAge);
    restrict(age ?? (atRoot || (composite && !inherits) ? 0 : undefined), ofField?.scope ?? ofType?.scope);
  }

  function restrict(age: number | undefined, to: CachePolicy['scope'] | undefined): void {
    if (age !== undefined && age < maxAge) maxAge = age;
    if (to === 'PRIVATE') scope = 'PRIVATE';
  }

  function selections(set: SelectionSetNode, parent: GraphQLNamedType, atRoot: boolean): void {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const name = node.name.value;
        if (name === '__typename') continue;
        for (const object of objectsOf(schema, parent)) field(object, name, atRoot);
        if (!node.selectionSet) continue;
        const next = name.startsWith('__') ? undefined : fieldType(parent, name);
        if (next) selections(node.selectionSet, next, false);
      } else {
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
        if (!fragment) continue;
        if (node.kind === Kind.FRAGMENT_SPREAD) {
          const key = `${atRoot} ${node.name.value}`;
          if (seen.has(key)) continue;
          seen.add(key);
        }
        const condition = fragment.typeCondition?.name.value;
        const type = condition === undefined ? parent : schema.getType(condition);
        if (type) selections(fragment.selectionSet, type, atRoot);
      }
    }
  }
  /** An entity stands at the root of its fetch without a field that could say how long it is kept: its type must. */
  function entities(set: SelectionSetNode): void {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) continue; // Only its type's name can be asked of any entity.
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      const type = schema.getType(fragment?.typeCondition?.name.value ?? '');
      for (const object of type ? objectsOf(schema, type) : []) {
        const hint = hints.ofType(object.name);
        restrict(hint?.maxAge ?? 0, hint?.scope);
      }
    }
    const query = schema.getQueryType();
    if (query) selections(set, query, false);
  }

  return {
    selections,
    entities,
    policy: (): CachePolicy | null => (maxAge === Number.POSITIVE_INFINITY || maxAge <= 0 ? null : { maxAge, scope }),
  };
}

/** What a field of an interface is at run time: any of its objects' fields, each with hints of its own. */
const objectsOf = (schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] =>
  isObjectType(type) ? [type] : isAbstractType(type) ? schema.getPossibleTypes(type) : [];

function fieldType(parent: GraphQLNamedType, name: string): GraphQLNamedType | undefined {
  const type = 'getFields' in parent ? parent.getFields()[name]?.type : undefined;
  return type && getNamedType(type);
}
