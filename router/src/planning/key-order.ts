import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  visit,
} from 'graphql';
import { textArgument } from './supergraph-document.ts';

/**
 * To come back to a subgraph with what a field there requires, the planner takes the first key of the type that the subgraph
 * declares, even one that the subgraph says it cannot resolve (`resolvable: false`). So keys that can be resolved go first.
 * Gives the document itself where they do already.
 */
export function withResolvableKeysFirst(document: DocumentNode): DocumentNode {
  const order = <T extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(node: T): T | undefined => {
    const directives = node.directives ?? [];
    const ordered = [...directives].sort((one, other) => rankOf(one) - rankOf(other));
    const misplaced = directives.some(
      (one, index) => isUnresolvable(one) && directives.slice(index).some((later) => isResolvableKey(later, one)),
    );
    return misplaced ? { ...node, directives: ordered } : undefined;
  };
  return visit(document, { ObjectTypeDefinition: order, InterfaceTypeDefinition: order });
}

const isUnresolvable = ({ arguments: given = [] }: ConstDirectiveNode): boolean =>
  given.some(({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value);

/** Whether `directive` is a key that can be resolved, of the same subgraph as `other`. */
const isResolvableKey = (directive: ConstDirectiveNode, other: ConstDirectiveNode): boolean =>
  textArgument(directive, 'key') !== undefined &&
  !isUnresolvable(directive) &&
  textArgument(directive, 'graph') === textArgument(other, 'graph');

const rankOf = (directive: ConstDirectiveNode): number => (isUnresolvable(directive) ? 1 : 0);
