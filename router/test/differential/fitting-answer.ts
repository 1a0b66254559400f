import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';

type Json = Record<string, unknown>;

/**
 * A subgraph's answer with null for everything that is not of its type. Apollo's gateway gives up as a whole on a text where a
 * list should be; shown this it does what is meant to be done: the value counts as null. An object that can be of one type
 * only has that type's name, whether or not the subgraph says it: the gateway does not ask more of what has none. Not so
 * `interfaces`, which are objects in this subgraph alone.
 */
export function fittingAnswer(
  schema: GraphQLSchema,
  interfaces: ReadonlySet<string>,
  document: DocumentNode,
  answer: { data?: unknown },
): unknown {
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === 'FragmentDefinition' ? [[one.name.value, one] as const] : [])),
  );
  const operation = document.definitions.find(
    (one): one is OperationDefinitionNode => one.kind === 'OperationDefinition',
  );
  const root = operation && schema.getRootType(operation.operation);
  if (!root || !operation || typeof answer.data !== 'object' || answer.data === null) return answer;
  return {
    ...answer,
    data: fitObject({ schema, interfaces, fragments }, root, [operation.selectionSet], answer.data as Json, root),
  };
}

interface Known {
  readonly schema: GraphQLSchema;
  readonly interfaces: ReadonlySet<string>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** `only` is what the object is in any case. */
function fitObject(
  known: Known,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  value: Json,
  only: GraphQLObjectType | null,
): Json {
  const fitted: Json = Object.create(null);
  const fields = new Map<string, { type: GraphQLOutputType; below: SelectionSetNode[] }[]>();
  for (const set of sets) collect(known, type, set, fields);
  if (only && fields.has('__typename')) fitted.__typename = only.name;
  for (const [key, one] of Object.entries(value)) {
    // Types that differ between fragments are told apart by what fits.
    const [found, ...others] = fields.get(key) ?? [];
    if (!found || others.some((other) => String(other.type) !== String(found.type))) fitted[key] = one;
    else fitted[key] = fit(known, found.type, [...found.below, ...others.flatMap(({ below }) => below)], one);
  }
  return fitted;
}

function fit(known: Known, type: GraphQLOutputType, below: readonly SelectionSetNode[], value: unknown): unknown {
  if (isNonNullType(type)) return fit(known, type.ofType, below, value);
  if (value === null || value === undefined) return null;
  if (isListType(type)) return Array.isArray(value) ? value.map((item) => fit(known, type.ofType, below, item)) : null;
  if (isCompositeType(type)) {
    if (typeof value !== 'object' || Array.isArray(value)) return null;
    const { __typename } = value as Json;
    const runtime = typeof __typename === 'string' ? known.schema.getType(__typename) : undefined;
    const only = isObjectType(type) && !known.interfaces.has(type.name) ? type : null;
    return fitObject(known, isCompositeType(runtime) ? runtime : type, below, value as Json, only);
  }
  if (isEnumType(type)) return type.getValues().some(({ name }) => name === value) ? value : null;
  return isBuiltIn(type.name, value) ? value : null;
}

function isBuiltIn(name: string, value: unknown): boolean {
  const integer = typeof value === 'number' && /^-?\d+$/.test(String(value));
  if (name === 'Int') return integer;
  if (name === 'ID') return integer || typeof value === 'string';
  if (name === 'Float') return typeof value === 'number';
  if (name === 'Boolean') return typeof value === 'boolean';
  return name !== 'String' || typeof value === 'string';
}

function collect(
  known: Known,
  type: GraphQLCompositeType,
  { selections }: SelectionSetNode,
  into: Map<string, { type: GraphQLOutputType; below: SelectionSetNode[] }[]>,
): void {
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const key = selection.alias?.value ?? selection.name.value;
      const definition = fieldOf(type, selection.name.value);
      if (definition)
        into.set(key, [
          ...(into.get(key) ?? []),
          { type: definition.type, below: selection.selectionSet ? [selection.selectionSet] : [] },
        ]);
      continue;
    }
    const fragment = selection.kind === 'InlineFragment' ? selection : known.fragments.get(selection.name.value);
    const condition = fragment?.typeCondition ? known.schema.getType(fragment.typeCondition.name.value) : type;
    if (fragment && isCompositeType(condition) && applies(known.schema, condition, type))
      collect(known, isObjectType(type) ? type : condition, fragment.selectionSet, into);
  }
}

function fieldOf(type: GraphQLCompositeType, name: string) {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

const applies = (schema: GraphQLSchema, condition: GraphQLCompositeType, type: GraphQLCompositeType): boolean =>
  condition === type || !isObjectType(type) || (!isObjectType(condition) && schema.isSubType(condition, type));
