import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

type Json = Record<string, unknown>;
type Selected = readonly { readonly set: SelectionSetNode }[];

/** Says where an answer is not of the form that its operation asks for; undefined where it is. Any answer, right or wrong, has it. */
export class AnswerShape {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Json;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>, variables: Json) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
  }

  mismatch(operation: OperationDefinitionNode, data: unknown): string | undefined {
    if (data === null) return undefined;
    const root = this.#schema.getRootType(operation.operation) as GraphQLObjectType;
    return this.#object(root, [{ set: operation.selectionSet }], data, 'data');
  }

  #value(type: GraphQLOutputType, selected: Selected, value: unknown, at: string): string | undefined {
    if (isNonNullType(type))
      return value === null ? `${at} is null and may not be` : this.#value(type.ofType, selected, value, at);
    if (value === null) return undefined;
    if (isListType(type)) {
      if (!Array.isArray(value)) return `${at} is no list`;
      for (const [index, item] of value.entries()) {
        const found = this.#value(type.ofType, selected, item, `${at}.${index}`);
        if (found) return found;
      }
      return undefined;
    }
    if (isScalarType(type) || isEnumType(type))
      return this.#leaf(type.name, type, value) ? undefined : `${at} is no ${type.name}`;
    // An object that gives no name of its own is just what the interface says.
    const itself = isInterfaceType(type) ? [type as unknown as GraphQLObjectType] : [];
    const types = isAbstractType(type) ? [...this.#schema.getPossibleTypes(type), ...itself] : [type];
    const found = types.map((one) => this.#object(one, selected, value, at));
    return found.includes(undefined) ? undefined : found[0];
  }

  #leaf(name: string, type: GraphQLOutputType, value: unknown): boolean {
    if (isEnumType(type)) return type.getValues().some((one) => one.name === value);
    if (name === 'Int') return Number.isInteger(value);
    if (name === 'Float') return typeof value === 'number';
    if (name === 'Boolean') return typeof value === 'boolean';
    if (name === 'String') return typeof value === 'string';
    return name !== 'ID' || typeof value === 'string' || Number.isInteger(value);
  }

  #object(type: GraphQLObjectType, selected: Selected, value: unknown, at: string): string | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${at} is no object`;
    const fields = this.#collect(type, selected);
    const [expected, got] = [[...fields.keys()].join(), Object.keys(value).join()];
    if (expected !== got) return `${at} has the fields ${got} in place of ${expected} (${type.name})`;
    for (const [key, nodes] of fields) {
      const name = nodes[0]?.name.value ?? '';
      const field = Object.getOwnPropertyDescriptor(value, key)?.value;
      if (name.startsWith('__')) {
        if (name === '__typename' && field !== type.name) return `${at}.${key} is ${field} in place of ${type.name}`;
        continue;
      }
      const definition = type.getFields()[name];
      const below = nodes.flatMap(({ selectionSet }) => (selectionSet ? [{ set: selectionSet }] : []));
      const found = definition && this.#value(definition.type, below, field, `${at}.${key}`);
      if (found) return found;
    }
    return undefined;
  }

  #collect(
    type: GraphQLObjectType,
    selected: Selected,
    into = new Map<string, FieldNode[]>(),
  ): Map<string, FieldNode[]> {
    for (const { set } of selected)
      for (const selection of set.selections) {
        if (getDirectiveValues(GraphQLSkipDirective, selection, this.#variables)?.if === true) continue;
        if (getDirectiveValues(GraphQLIncludeDirective, selection, this.#variables)?.if === false) continue;
        if (selection.kind === 'Field') {
          const key = selection.alias?.value ?? selection.name.value;
          into.set(key, [...(into.get(key) ?? []), selection]);
          continue;
        }
        const fragment = selection.kind === 'InlineFragment' ? selection : this.#fragments.get(selection.name.value);
        const condition = fragment?.typeCondition && this.#schema.getType(fragment.typeCondition.name.value);
        if (fragment && (!condition || this.#isOne(type, condition as GraphQLCompositeType)))
          this.#collect(type, [{ set: fragment.selectionSet }], into);
      }
    return into;
  }

  #isOne(type: GraphQLObjectType, condition: GraphQLCompositeType): boolean {
    // An object that is just what the interface says is one, too.
    return condition === type || (!isObjectType(condition) && this.#schema.isSubType(condition, type));
  }
}
