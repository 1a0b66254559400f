import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql';

/** A selection set with the type that it selects of. */
interface Selected {
  readonly set: SelectionSetNode;
  readonly on: GraphQLCompositeType;
}

/**
 * Whether an operation asks other things of the objects under a field when the object that has the field is of one type than
 * when it is of another. The planner, left alone, fetches for all of them what any of them asks for: parts of the graph are
 * then asked, and fail, for what nobody wanted to know.
 */
export function asksByType(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const root = schema.getRootType(operation.operation);
  return !!root && new Comparison(schema, document).differs(root, [{ set: operation.selectionSet, on: root }]);
}

class Comparison {
  readonly #schema: GraphQLSchema;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** Selection sets by what they say: the same number for the same text. */
  readonly #numbers = new Map<string, number>();
  readonly #entries = new Map<SelectionSetNode, ReadonlySet<string>>();
  readonly #compared = new Set<string>();

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    for (const one of document.definitions)
      if (one.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(one.name.value, one);
  }

  /** Whether what is below `selected`, or below anything below it, differs by type. */
  differs(type: GraphQLCompositeType, selected: readonly Selected[]): boolean {
    const key = `${type.name}:${selected.map(({ set, on }) => `${on.name}${this.#numberOf([set])}`).join()}`;
    if (this.#compared.has(key)) return false;
    this.#compared.add(key);
    const types = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
    const asked = new Map<string, number>();
    return types.some((runtime) => {
      const fields = new Map<string, Selected[]>();
      for (const { set, on } of selected) this.#collect(runtime, set, on, fields);
      return [...fields].some(([name, below]) => {
        const number = this.#numberOf(below.map(({ set }) => set));
        const before = asked.get(name) ?? number;
        asked.set(name, before);
        const [first] = below;
        return before !== number || (!!first && this.differs(first.on, below));
      });
    });
  }

  /** The fields with selections of their own that an object of this type has. */
  #collect(
    runtime: GraphQLCompositeType,
    set: SelectionSetNode,
    on: GraphQLCompositeType,
    into: Map<string, Selected[]>,
  ) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const type = isUnionType(on) ? undefined : on.getFields()[selection.name.value]?.type;
        const named = type && getNamedType(type);
        if (!selection.selectionSet || !isCompositeType(named)) continue;
        const name = (selection.alias ?? selection.name).value;
        into.set(name, [...(into.get(name) ?? []), { set: selection.selectionSet, on: named }]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (!fragment) continue;
      const condition = fragment.typeCondition ? this.#schema.getType(fragment.typeCondition.name.value) : on;
      if (isCompositeType(condition) && this.#applies(condition, runtime))
        this.#collect(runtime, fragment.selectionSet, condition, into);
    }
  }

  #applies(condition: GraphQLCompositeType, runtime: GraphQLCompositeType): boolean {
    if (condition === runtime) return true;
    return isAbstractType(condition) && !isUnionType(runtime) && this.#schema.isSubType(condition, runtime);
  }

  #numberOf(sets: readonly SelectionSetNode[]): number {
    const entries = new Set(sets.flatMap((set) => [...this.#entriesOf(set)]));
    const text = [...entries].sort().join();
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }

  /** What a selection set says, piece by piece, whatever their order. */
  #entriesOf(set: SelectionSetNode): ReadonlySet<string> {
    const known = this.#entries.get(set);
    if (known) return known;
    const entries = new Set<string>();
    for (const selection of set.selections) {
      const { directives } = selection;
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? `{${this.#numberOf([selection.selectionSet])}}` : '';
        entries.add(`${callOf(selection)}${textOf(directives)}${below}`);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (!fragment) continue;
      const condition = `...${fragment.typeCondition?.name.value ?? ''}${textOf(directives)}`;
      if (condition === '...') for (const entry of this.#entriesOf(fragment.selectionSet)) entries.add(entry);
      else entries.add(`${condition}{${this.#numberOf([fragment.selectionSet])}}`);
    }
    this.#entries.set(set, entries);
    return entries;
  }
}

const callOf = ({ alias, name, arguments: given = [] }: FieldNode): string =>
  `${(alias ?? name).value}:${name.value}(${given
    .map((argument) => print(argument))
    .sort()
    .join()})`;

const textOf = (directives: readonly DirectiveNode[] = []): string =>
  directives.map((directive) => print(directive)).join('');
