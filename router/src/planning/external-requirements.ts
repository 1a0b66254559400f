import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  visit,
} from 'graphql';
import { parseFieldSet, textArgument } from './supergraph-document.ts';

/**
 * What a subgraph requires is external to it: no composition admits anything else. Some supergraphs do not say so of the fields
 * that an interface object requires, as if each subgraph that knows the interface could answer them; then they would not be sent
 * to it. Here it is said. Gives the document itself where nothing is missing.
 */
export function withExternalRequirements(document: DocumentNode): DocumentNode {
  const change = <T extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(node: T): T | undefined => {
    const missing = missingExternals(node);
    if (missing.size === 0) return undefined;
    const fields = node.fields?.map((field): FieldDefinitionNode => {
      const external = missing.get(field.name.value);
      if (!external) return field;
      const joins = graphsOf(node).map((graph) => joinField(graph, external.has(graph)));
      return { ...field, directives: [...(field.directives ?? []), ...joins] };
    });
    return { ...node, fields };
  };
  return visit(document, { ObjectTypeDefinition: change, InterfaceTypeDefinition: change });
}

/** The subgraphs that require a field, by fields of which nothing is said. */
function missingExternals(node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode): Map<string, Set<string>> {
  const missing = new Map<string, Set<string>>();
  for (const { directives = [] } of node.fields ?? [])
    for (const join of directives) {
      const [graph, requires] = [textArgument(join, 'graph'), textArgument(join, 'requires')];
      if (join.name.value !== 'join__field' || graph === undefined || requires === undefined) continue;
      const keys = keyFieldsOf(node, graph);
      for (const name of leavesOf(requires)) {
        const field = node.fields?.find((one) => one.name.value === name);
        if (!field || keys.has(name) || field.directives?.some((one) => one.name.value === 'join__field')) continue;
        if (graphsOf(node).some((one) => one !== graph)) missing.set(name, (missing.get(name) ?? new Set()).add(graph));
      }
    }
  return missing;
}

const leavesOf = (fieldSet: string): readonly string[] =>
  parseFieldSet(fieldSet).selections.flatMap((one) =>
    one.kind === Kind.FIELD && !one.selectionSet ? [one.name.value] : [],
  );

const joinsOf = ({ directives = [] }: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode) =>
  directives.filter(({ name }) => name.value === 'join__type');

const graphsOf = (node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode): readonly string[] => [
  ...new Set(joinsOf(node).map((join) => textArgument(join, 'graph') ?? '')),
];

const keyFieldsOf = (node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, graph: string): Set<string> =>
  new Set(
    joinsOf(node)
      .filter((join) => textArgument(join, 'graph') === graph)
      .flatMap((join) => leavesOf(textArgument(join, 'key') ?? '__typename')),
  );

function joinField(graph: string, external: boolean): ConstDirectiveNode {
  const name = (value: string) => ({ kind: Kind.NAME as const, value });
  return {
    kind: Kind.DIRECTIVE,
    name: name('join__field'),
    arguments: [
      { kind: Kind.ARGUMENT, name: name('graph'), value: { kind: Kind.ENUM, value: graph } },
      ...(external
        ? [
            {
              kind: Kind.ARGUMENT as const,
              name: name('external'),
              value: { kind: Kind.BOOLEAN as const, value: true },
            },
          ]
        : []),
    ],
  };
}
