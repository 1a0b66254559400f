import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

/** An object, interface or union of a supergraph, as its document defines it. */
export interface CompositeType {
  readonly name: string;
  readonly abstract: boolean;
  readonly interfaces: readonly string[];
  /** Of a union. */
  readonly members: readonly string[];
  readonly fields: ReadonlyMap<string, FieldDefinitionNode>;
  readonly directives: readonly ConstDirectiveNode[];
}

export type CompositeTypes = ReadonlyMap<string, CompositeType>;

/** Reads the composite types of a supergraph, which has no extensions. */
export function compositeTypesOf(document: DocumentNode): CompositeTypes {
  const types = new Map<string, CompositeType>();
  for (const node of document.definitions) {
    if (
      node.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      node.kind !== Kind.INTERFACE_TYPE_DEFINITION &&
      node.kind !== Kind.UNION_TYPE_DEFINITION
    )
      continue;
    const union = node.kind === Kind.UNION_TYPE_DEFINITION;
    const fields = union ? [] : (node.fields ?? []);
    types.set(node.name.value, {
      name: node.name.value,
      abstract: node.kind !== Kind.OBJECT_TYPE_DEFINITION,
      members: node.kind === Kind.UNION_TYPE_DEFINITION ? (node.types ?? []).map(({ name }) => name.value) : [],
      interfaces: union ? [] : (node.interfaces ?? []).map(({ name }) => name.value),
      fields: new Map(fields.map((field) => [field.name.value, field])),
      directives: node.directives ?? [],
    });
  }
  return types;
}

/** The names of the subgraphs by the enum values that stand for them in directives. */
export function subgraphNamesOf(document: DocumentNode): ReadonlyMap<string, string> {
  const graphs = document.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return new Map();
  return new Map(
    (graphs.values ?? []).map(({ name, directives = [] }) => {
      const graph = directives.find((directive) => directive.name.value === 'join__graph');
      return [name.value, (graph && textArgument(graph, 'name')) ?? name.value];
    }),
  );
}

/** A string or enum value given to a directive. */
export function textArgument({ arguments: given = [] }: DirectiveNode, name: string): string | undefined {
  const value = given.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

export const isTrue = ({ arguments: given = [] }: DirectiveNode, name: string): boolean =>
  given.some(({ name: one, value }) => one.value === name && value.kind === Kind.BOOLEAN && value.value);

/** Reads a field set such as `id price(currency: "EUR")`, with or without its outer braces. */
export function parseFieldSet(text: string): SelectionSetNode {
  const source = text.trimStart().startsWith('{') ? text : `{${text}}`;
  const [operation] = parse(source, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`not a field set: ${text}`);
  return operation.selectionSet;
}

export const fieldSetText = ({ selections }: SelectionSetNode): string =>
  selections
    .map((selection) => print(selection))
    .join(' ')
    .replaceAll(/\s+/g, ' ');

export const namedTypeOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);

/** Goes through a field set with the type that each field is of; what `change` gives takes the field's place. */
export function changeFields(
  types: CompositeTypes,
  on: string,
  { selections, ...rest }: SelectionSetNode,
  change: (field: FieldNode, on: string) => FieldNode,
): SelectionSetNode {
  const changed = selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = selection.typeCondition?.name.value ?? on;
      return { ...selection, selectionSet: changeFields(types, type, selection.selectionSet, change) };
    }
    const field = change(selection, on);
    const definition = types.get(on)?.fields.get(selection.name.value);
    if (!selection.selectionSet || !definition) return field;
    return {
      ...field,
      selectionSet: changeFields(types, namedTypeOf(definition.type), selection.selectionSet, change),
    };
  });
  return { ...rest, selections: changed };
}
