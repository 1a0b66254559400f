import type { FetchNode } from '@apollo/query-planner';
import {
  type GraphQLArgument,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isNonNullType,
  parse,
} from 'graphql';

const KEY = 'idempotencyKey';

/** Whether a fetch may be sent again without harm: a query, or a mutation whose every root field carries an idempotency key. */
export function isRepeatable({ operation, operationKind }: FetchNode, schema: GraphQLSchema): boolean {
  if (operationKind !== 'mutation') return true;
  const [definition] = parse(operation).definitions;
  if (definition?.kind !== 'OperationDefinition') return false;
  const fields = schema.getMutationType()?.getFields() ?? {};
  return definition.selectionSet.selections.every(
    (selection) => selection.kind === 'Field' && !!fields[selection.name.value]?.args.some(isKeyed),
  );
}

/** A key that may be left out guards nothing. */
function isKeyed({ name, type }: GraphQLArgument): boolean {
  if (!isNonNullType(type)) return false;
  if (name === KEY) return true;
  const input = getNamedType(type);
  const key = isInputObjectType(input) ? input.getFields()[KEY] : undefined;
  return !!key && isNonNullType(key.type);
}
