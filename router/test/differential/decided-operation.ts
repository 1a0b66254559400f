import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  parse,
  type SelectionNode,
  visit,
} from 'graphql';
import { withDocument, without } from './edit-document.ts';
import type { Operation } from './generate-operation.ts';

/**
 * The operation as it is with these variables, without `@skip` and `@include`: ours is planned so, and only a gateway that
 * makes the same plan meets the same faults. Null where conditions leave an object nothing, which cannot be written down.
 */
export function decidedOperation(operation: Operation, schema: GraphQLSchema): Operation | null {
  const document = parse(operation.query);
  const main = getOperationAST(document, operation.operationName);
  const { coerced } = getVariableValues(schema, main?.variableDefinitions ?? [], operation.variables);
  if (!coerced) return null;
  const left = new Set<SelectionNode>();
  const decide = (selection: SelectionNode) => void (isIncluded(selection, coerced) || left.add(selection));
  visit(document, { Field: decide, InlineFragment: decide, FragmentSpread: decide });
  if (leavesNothing(document, left)) return null;
  const bare = visit(without(document, left), {
    Directive: ({ name }) => (name.value === 'skip' || name.value === 'include' ? null : undefined),
  });
  return withDocument(operation, without(bare, new Set()));
}

function isIncluded({ directives = [] }: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  return directives.every(({ name, arguments: [argument] = [] }) => {
    const value = argument?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return name.value === 'skip' ? !holds : name.value !== 'include' || holds;
  });
}

function leavesNothing(document: DocumentNode, left: ReadonlySet<SelectionNode>): boolean {
  let found = false;
  visit(document, {
    SelectionSet({ selections }) {
      found ||= selections.every((one) => left.has(one));
    },
  });
  return found;
}
