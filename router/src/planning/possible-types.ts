import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from './response-places.ts';

/**
 * The same operation without fragments that no object can be in, such as `... on Book` in `... on Shape`, and with the others
 * written where they are spread. By validation each need only fit what is right above it; the planner fails where several of
 * them together fit nothing.
 */
export function withPossibleTypes(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const fragments = fragmentsOf(document);
  const definitions = document.definitions.flatMap((one) => {
    if (one.kind !== Kind.OPERATION_DEFINITION) return [];
    const root = schema.getRootType(one.operation);
    return root
      ? [{ ...one, selectionSet: possible(one.selectionSet, root, objectsOf(root, schema), { schema, fragments }) }]
      : [];
  });
  return { ...document, definitions };
}

interface Known {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

const objectsOf = (type: GraphQLCompositeType, schema: GraphQLSchema): ReadonlySet<string> =>
  new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);

/** What is left for objects of these types. Never nothing: then their name, which is told to nobody. */
function possible(
  set: SelectionSetNode,
  on: GraphQLCompositeType,
  objects: ReadonlySet<string>,
  known: Known,
): SelectionSetNode {
  const selections = set.selections.flatMap((one): SelectionNode[] => {
    if (one.kind === Kind.FIELD) return [possibleField(one, on, known)];
    const fragment = one.kind === Kind.FRAGMENT_SPREAD ? known.fragments.get(one.name.value) : one;
    const type = fragment?.typeCondition ? known.schema.getType(fragment.typeCondition.name.value) : on;
    if (!fragment || !isCompositeType(type)) return [one];
    const both = new Set([...objectsOf(type, known.schema)].filter((name) => objects.has(name)));
    if (both.size === 0) return [];
    const { typeCondition } = fragment;
    const selectionSet = possible(fragment.selectionSet, type, both, known);
    const { directives = [] } = one;
    return [{ kind: Kind.INLINE_FRAGMENT, ...(typeCondition && { typeCondition }), directives, selectionSet }];
  });
  if (selections.length > 0) return { ...set, selections };
  return { ...set, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] };
}

function possibleField(
  field: SelectionNode & { kind: Kind.FIELD },
  on: GraphQLCompositeType,
  known: Known,
): SelectionNode {
  const type = isUnionType(on) ? undefined : on.getFields()[field.name.value]?.type;
  const below = type && getNamedType(type);
  if (!field.selectionSet || !isCompositeType(below)) return field;
  return { ...field, selectionSet: possible(field.selectionSet, below, objectsOf(below, known.schema), known) };
}
