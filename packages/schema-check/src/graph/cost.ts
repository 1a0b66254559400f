import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How many items a list is taken to have when neither @listSize nor an argument says. */
const UNKNOWN_LIST = 10;

interface ListSize {
  readonly assumed: number | undefined;
  readonly slicing: readonly string[];
  readonly sized: readonly string[];
}

/** @cost and @listSize of a supergraph, by coordinate. */
export interface CostModel {
  readonly weights: ReadonlyMap<string, number>;
  readonly lists: ReadonlyMap<string, ListSize>;
}

export function readCostModel({ definitions }: DocumentNode): CostModel {
  const weights = new Map<string, number>();
  const lists = new Map<string, ListSize>();
  const note = (coordinate: string, directives: readonly ConstDirectiveNode[] = []) => {
    for (const directive of directives) {
      const given = new Map(directive.arguments?.map(({ name, value }) => [name.value, value]));
      const names = (key: string) => {
        const value = given.get(key);
        return value?.kind === Kind.LIST
          ? value.values.flatMap((each) => (each.kind === Kind.STRING ? [each.value] : []))
          : [];
      };
      const number = (key: string) => {
        const value = given.get(key);
        return value && 'value' in value ? Number(value.value) : undefined;
      };
      if (directive.name.value === 'cost') weights.set(coordinate, number('weight') ?? 1);
      if (directive.name.value === 'listSize')
        lists.set(coordinate, {
          assumed: number('assumedSize'),
          slicing: names('slicingArguments'),
          sized: names('sizedFields'),
        });
    }
  };
  for (const node of definitions) {
    if (!('name' in node) || !node.name) continue;
    note(node.name.value, 'directives' in node ? (node.directives as readonly ConstDirectiveNode[]) : []);
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const field of node.fields ?? []) {
        note(`${node.name.value}.${field.name.value}`, field.directives);
        for (const argument of field.arguments ?? [])
          note(`${node.name.value}.${field.name.value}(${argument.name.value}:)`, argument.directives);
      }
  }
  return { weights, lists };
}

/** The static cost of an operation, before any of it runs: objects 1, leaves 0, lists as long as they may get. */
export function costOf(document: DocumentNode, schema: GraphQLSchema, model: CostModel): number {
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return 0;
  const fragments = new Map(
    document.definitions.flatMap((node): [string, FragmentDefinitionNode][] =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const start = operation.operation === 'mutation' ? UNKNOWN_LIST : 0; // A write costs more than what it answers.
  return start + new Estimate(schema, model, operation, fragments).selection(operation.selectionSet, root, new Map());
}

class Estimate {
  private readonly schema: GraphQLSchema;
  private readonly model: CostModel;
  private readonly operation: OperationDefinitionNode;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    schema: GraphQLSchema,
    model: CostModel,
    operation: OperationDefinitionNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {
    this.schema = schema;
    this.model = model;
    this.operation = operation;
    this.fragments = fragments;
  }

  /** `sizes` are the list lengths that the field above has set for its children. */
  selection({ selections }: SelectionSetNode, type: GraphQLNamedType, sizes: ReadonlyMap<string, number>): number {
    return selections.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + this.field(node, type, sizes);
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.fragments.get(node.name.value);
      if (!fragment) return sum;
      const on = fragment.typeCondition ? this.schema.getType(fragment.typeCondition.name.value) : type;
      return on ? sum + this.selection(fragment.selectionSet, on, sizes) : sum;
    }, 0);
  }

  private field(node: FieldNode, parent: GraphQLNamedType, sizes: ReadonlyMap<string, number>): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return 0;
    const coordinate = `${parent.name}.${field.name}`;
    const list = this.model.lists.get(coordinate);
    const size = list ? this.sizeOf(list, field, node) : undefined;
    const inner = new Map(size === undefined ? [] : (list?.sized ?? []).map((name) => [name, size]));
    const type = getNamedType(field.type);
    const own =
      this.model.weights.get(coordinate) ?? this.model.weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0);
    const below = node.selectionSet ? this.selection(node.selectionSet, type, inner) : 0;
    const isList = isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
    const times = isList ? (sizes.get(field.name) ?? (inner.size === 0 ? size : undefined) ?? UNKNOWN_LIST) : 1;
    return times * (own + below) + this.argumentCost(coordinate, node);
  }

  private argumentCost(coordinate: string, { arguments: given = [] }: FieldNode): number {
    return given.reduce((sum, { name }) => sum + (this.model.weights.get(`${coordinate}(${name.value}:)`) ?? 0), 0);
  }

  private sizeOf(
    { assumed, slicing }: ListSize,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
  ): number | undefined {
    const asked = slicing.flatMap((name) => {
      const value = node.arguments?.find((each) => each.name.value === name)?.value;
      const literal = value?.kind === Kind.VARIABLE ? this.defaultOf(value.name.value) : value;
      if (literal?.kind === Kind.INT) return [Number(literal.value)];
      const fallback: unknown = field.args.find((each) => each.name === name)?.defaultValue;
      return typeof fallback === 'number' ? [fallback] : [];
    });
    return asked.length > 0 ? Math.max(...asked) : assumed;
  }

  private defaultOf(variable: string) {
    return this.operation.variableDefinitions?.find((each) => each.variable.name.value === variable)?.defaultValue;
  }
}
