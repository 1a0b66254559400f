import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** What a plan asks a subgraph about entities, with its fragments written out. */
export interface EntityQuery {
  readonly operation: OperationDefinitionNode;
  /** The field `_entities`. */
  readonly entities: FieldNode;
  readonly selectionSet: SelectionSetNode;
}

export function readEntityQuery(text: string): EntityQuery | null {
  const operation = withoutSpreads(text);
  const [entities] = operation.selectionSet.selections;
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return null;
  return { operation, entities, selectionSet: entities.selectionSet };
}

/** The fields of the entities themselves, each with the type that it is asked of. */
export function eachField(
  { selections }: SelectionSetNode,
  on: string,
  visitor: (field: FieldNode, type: string) => void,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) visitor(selection, on);
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      eachField(selection.selectionSet, selection.typeCondition?.name.value ?? on, visitor);
  }
}

function withoutSpreads(text: string): OperationDefinitionNode {
  const { definitions } = parse(text, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const operation = definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('a fetch without an operation');
  return visit(operation, {
    FragmentSpread({ name, directives }) {
      const fragment = fragments.get(name.value);
      return fragment && { ...fragment, kind: Kind.INLINE_FRAGMENT, name: undefined, directives };
    },
  });
}
