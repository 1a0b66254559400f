import {
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql';
import type { Operation } from './generate-operation.ts';

const TYPENAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

/** The document without these nodes, and without what only they needed. */
export function without(document: DocumentNode, nodes: ReadonlySet<ASTNode>): DocumentNode {
  return tidy(visit(document, { enter: (node) => (nodes.has(node) ? null : undefined) }));
}

/** Empty selections select something again; what nobody uses goes. */
export function tidy(document: DocumentNode): DocumentNode {
  let current = visit(document, {
    SelectionSet: { leave: (node) => (node.selections.length === 0 ? TYPENAME : undefined) },
  });
  for (;;) {
    const spread = new Set<string>();
    visit(current, { FragmentSpread: ({ name }) => void spread.add(name.value) });
    const left = current.definitions.filter(
      (one) => one.kind !== Kind.FRAGMENT_DEFINITION || spread.has(one.name.value),
    );
    if (left.length === current.definitions.length) break;
    current = { ...current, definitions: left };
  }
  const used = new Set<string>();
  visit(current, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  return visit(current, { VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null) });
}

/** An operation with a document like this one, and no more variables than it declares. */
export function withDocument(operation: Operation, document: DocumentNode): Operation {
  const declared = new Set<string>();
  visit(document, { VariableDefinition: ({ variable }) => void declared.add(variable.name.value) });
  const variables = Object.fromEntries(Object.entries(operation.variables).filter(([name]) => declared.has(name)));
  return { ...operation, query: print(document), variables };
}

/** Takes out what makes the operation invalid; null where nothing is left. */
export function repair(operation: Operation, schema: GraphQLSchema): Operation | null {
  let document = tidy(parse(operation.query));
  for (let tries = 0; tries < 8; tries++) {
    const problems = validate(schema, document);
    if (!document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION)) return null;
    if (problems.length === 0) return withDocument(operation, document);
    // Of two fields that do not go together the later one.
    const culprits = problems.flatMap(({ nodes = [] }) => nodes.filter(({ kind }) => kind !== Kind.DOCUMENT).slice(-1));
    if (culprits.length === 0) return null;
    document = without(document, new Set(culprits));
  }
  return null;
}
