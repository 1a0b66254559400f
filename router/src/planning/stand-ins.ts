import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import {
  type CompositeType,
  type CompositeTypes,
  changeFields,
  compositeTypesOf,
  fieldSetText,
  isTrue,
  parseFieldSet,
  textArgument,
} from './supergraph-document.ts';

/** The field that a stand-in stands for, with the arguments that a requirement gives it. */
export interface StandIn {
  readonly field: string;
  readonly arguments: readonly ConstArgumentNode[];
}

export interface StandInSupergraph {
  /** The supergraph with the stand-ins, in which no requirement has arguments. */
  readonly document: DocumentNode;
  /** By name; empty where no requirement had arguments. */
  readonly standIns: ReadonlyMap<string, StandIn>;
}

/**
 * The planner keeps what a requirement fetches under the field's name, whatever its arguments: of two requirements with
 * different arguments, or of one and what the caller asks for, it fetches one. So each field that is required with arguments
 * gets a stand-in, a field of another name without arguments, and requirements name that. To the planner these are two fields;
 * subgraphs are asked for the one.
 */
export function withStandIns(document: DocumentNode): StandInSupergraph {
  const types = compositeTypesOf(document);
  const register = new Register(types);
  const changed = changeRequirements(document, types, register);
  if (register.standIns.size === 0) return { document, standIns: register.standIns };
  return { document: addStandIns(changed, register), standIns: register.standIns };
}

/** Which types need which stand-ins, and for which subgraphs' requirements. */
class Register {
  readonly standIns = new Map<string, StandIn>();
  readonly #placed = new Map<string, Map<string, Set<string>>>();
  readonly #byCall = new Map<string, string>();
  readonly #taken: ReadonlySet<string>;
  readonly #types: CompositeTypes;

  constructor(types: CompositeTypes) {
    this.#types = types;
    this.#taken = new Set([...types.values()].flatMap(({ fields }) => [...fields.keys()]));
  }

  /** The field set with stand-ins in the place of fields with arguments, for a requirement of a subgraph. */
  replaceIn(set: SelectionSetNode, on: string, graph: string): SelectionSetNode {
    return changeFields(this.#types, on, set, (field, type) => {
      if (!field.arguments?.length || !this.#types.get(type)?.fields.has(field.name.value)) return field;
      const name = this.#nameFor(field);
      this.#place(type, name, graph);
      return { ...field, name: { kind: Kind.NAME, value: name }, arguments: [] };
    });
  }

  #nameFor({ name: { value: field }, arguments: given = [] }: FieldNode): string {
    const sorted = [...given].sort((a, b) => (a.name.value < b.name.value ? -1 : 1)) as ConstArgumentNode[];
    const call = `${field}(${sorted.map((argument) => print(argument)).join()})`;
    const known = this.#byCall.get(call);
    if (known) return known;
    let count = this.#byCall.size;
    while (this.#taken.has(`${field}__r${count}`)) count++;
    const name = `${field}__r${count}`;
    this.#byCall.set(call, name);
    this.standIns.set(name, { field, arguments: sorted });
    return name;
  }

  /** What an interface has, its implementations have too. */
  #place(type: string, standIn: string, graph: string): void {
    const below = [...this.#types.values()].filter(({ interfaces }) => interfaces.includes(type));
    for (const name of [type, ...below.map((one) => one.name)]) {
      const placed = this.#placed.get(name) ?? new Map<string, Set<string>>();
      this.#placed.set(name, placed.set(standIn, (placed.get(standIn) ?? new Set()).add(graph)));
    }
  }

  /** The stand-ins of a type, each with the subgraphs that require it. */
  of(type: string): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#placed.get(type) ?? new Map();
  }
}

function changeRequirements(document: DocumentNode, types: CompositeTypes, register: Register): DocumentNode {
  const change = <T extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(node: T): T => ({
    ...node,
    fields: node.fields?.map((field) => ({
      ...field,
      directives: field.directives?.map((join) => changeJoin(join, node.name.value, types, register)),
    })),
  });
  return visit(document, { ObjectTypeDefinition: change, InterfaceTypeDefinition: change });
}

function changeJoin(directive: ConstDirectiveNode, on: string, types: CompositeTypes, register: Register) {
  const graph = textArgument(directive, 'graph');
  if (directive.name.value !== 'join__field' || graph === undefined) return directive;
  const changed = directive.arguments?.map((argument) => {
    if (argument.name.value === 'requires') return requiresArgument(argument, on, graph, register);
    if (argument.name.value === 'contextArguments') return contextArgument(argument, graph, types, register);
    return argument;
  });
  return { ...directive, arguments: changed };
}

function requiresArgument(argument: ConstArgumentNode, on: string, graph: string, register: Register) {
  if (argument.value.kind !== Kind.STRING) return argument;
  const set = register.replaceIn(parseFieldSet(argument.value.value), on, graph);
  return { ...argument, value: { kind: Kind.STRING as const, value: fieldSetText(set) } };
}

/** `contextArguments: [{ context: "games__board", name: "size", selection: "{ size(unit: CM) }" }]` */
function contextArgument(argument: ConstArgumentNode, graph: string, types: CompositeTypes, register: Register) {
  const change = (value: ConstValueNode): ConstValueNode => {
    if (value.kind === Kind.LIST) return { ...value, values: value.values.map(change) };
    if (value.kind !== Kind.OBJECT) return value;
    const text = (name: string) => {
      const found = value.fields.find((field) => field.name.value === name)?.value;
      return found?.kind === Kind.STRING ? found.value : undefined;
    };
    const [context, selection] = [text('context'), text('selection')];
    if (context === undefined || selection === undefined) return value;
    const set = parseFieldSet(selection);
    // What it comes to is the same for each type; each type gets the stand-ins that are selected of it.
    const [changed = set] = typesInContext(types, context).map(({ name }) => register.replaceIn(set, name, graph));
    const replaced: ConstValueNode = { kind: Kind.STRING, value: `{ ${fieldSetText(changed)} }` };
    const fields = value.fields.map((field) =>
      field.name.value === 'selection' ? { ...field, value: replaced } : field,
    );
    return { ...value, fields };
  };
  return { ...argument, value: change(argument.value) };
}

export const typesInContext = (types: CompositeTypes, context: string): readonly CompositeType[] =>
  [...types.values()].filter(({ directives }) =>
    directives.some((directive) => directive.name.value === 'context' && textArgument(directive, 'name') === context),
  );

function addStandIns(document: DocumentNode, register: Register): DocumentNode {
  const add = <
    T extends { readonly name: { readonly value: string }; readonly fields?: readonly FieldDefinitionNode[] },
  >(
    node: T,
  ): T => {
    const added = [...register.of(node.name.value)].flatMap(([name, graphs]) => {
      const field = register.standIns.get(name)?.field;
      const definition = node.fields?.find((one) => one.name.value === field);
      return definition ? [standInField(name, definition, graphs)] : [];
    });
    return added.length === 0 ? node : { ...node, fields: [...(node.fields ?? []), ...added] };
  };
  return visit(document, { ObjectTypeDefinition: { leave: add }, InterfaceTypeDefinition: { leave: add } });
}

/** Where the field is resolved, the stand-in is; where the field is only referred to, the stand-in is if it is required there. */
function standInField(
  name: string,
  { type, directives = [] }: FieldDefinitionNode,
  graphs: ReadonlySet<string>,
): FieldDefinitionNode {
  const joins = directives.filter((directive) => directive.name.value === 'join__field');
  const kept = joins.filter((join) => {
    const refers = isTrue(join, 'external') || isTrue(join, 'usedOverridden');
    return !refers || graphs.has(textArgument(join, 'graph') ?? '');
  });
  // A field without any is in every subgraph; this one is in none.
  const nowhere: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'join__field' } };
  if (joins.length > 0 && kept.length === 0) kept.push(nowhere);
  return {
    kind: Kind.FIELD_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    type,
    directives: kept,
  };
}
