import { type ConstDirectiveNode, type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { typesInContext } from './stand-ins.ts';
import {
  type CompositeType,
  type CompositeTypes,
  changeFields,
  compositeTypesOf,
  parseFieldSet,
  subgraphNamesOf,
  textArgument,
} from './supergraph-document.ts';

/** What the planner selects on its own. */
export interface Requirements {
  /** Every name under which it does. */
  readonly names: ReadonlySet<string>;
  /** What a field of a type requires in a subgraph. */
  of(subgraph: string, type: string, field: string): SelectionSetNode | undefined;
  /** By what a subgraph finds the objects of a type. */
  keysOf(subgraph: string, type: string): readonly SelectionSetNode[];
  readonly types: CompositeTypes;
}

/** Reads the keys and the requirements of a supergraph. */
export function requirementsOf(document: DocumentNode): Requirements {
  const types = compositeTypesOf(document);
  const subgraphs = subgraphNamesOf(document);
  const names = new Set<string>();
  const required = new Map<string, SelectionSetNode>();
  const keys = new Map<string, SelectionSetNode[]>();

  function note(text: string, on: string): SelectionSetNode {
    const set = parseFieldSet(text);
    changeFields(types, on, set, (field) => {
      names.add(field.name.value);
      return field;
    });
    return set;
  }

  function noteType(type: CompositeType, join: ConstDirectiveNode) {
    const key = textArgument(join, 'key');
    if (key === undefined) return;
    const graph = textArgument(join, 'graph') ?? '';
    const at = `${subgraphs.get(graph) ?? graph} ${type.name}`;
    keys.set(at, [...(keys.get(at) ?? []), note(key, type.name)]);
  }

  function noteField(type: CompositeType, field: string, join: ConstDirectiveNode) {
    const requires = textArgument(join, 'requires');
    if (requires !== undefined) {
      const graph = textArgument(join, 'graph') ?? '';
      required.set(keyOf(subgraphs.get(graph) ?? graph, type.name, field), note(requires, type.name));
    }
    for (const { context, selection } of contextArgumentsOf(join))
      for (const { name } of typesInContext(types, context)) note(selection, name);
  }

  for (const type of types.values()) {
    for (const join of type.directives) if (join.name.value === 'join__type') noteType(type, join);
    for (const [field, { directives = [] }] of type.fields)
      for (const join of directives) if (join.name.value === 'join__field') noteField(type, field, join);
  }
  return {
    names,
    types,
    of: (subgraph, type, field) => required.get(keyOf(subgraph, type, field)),
    keysOf: (subgraph, type) => keys.get(`${subgraph} ${type}`) ?? [],
  };
}

const keyOf = (subgraph: string, type: string, field: string) => `${subgraph} ${type}.${field}`;

function contextArgumentsOf({ arguments: given = [] }: ConstDirectiveNode) {
  const value = given.find(({ name }) => name.value === 'contextArguments')?.value;
  if (value?.kind !== Kind.LIST) return [];
  return value.values.flatMap((one) => {
    if (one.kind !== Kind.OBJECT) return [];
    const text = (name: string) => {
      const found = one.fields.find((field) => field.name.value === name)?.value;
      return found?.kind === Kind.STRING ? found.value : '';
    };
    return [{ context: text('context'), selection: text('selection') }];
  });
}
