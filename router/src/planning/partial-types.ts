import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { below, FieldVisitor, fragmentsOf, placeAt, type SelectedField } from './response-places.ts';
import { type CompositeTypes, namedTypeOf } from './supergraph-document.ts';
import type { TypeMembers } from './type-members.ts';

export interface Graph {
  readonly types: CompositeTypes;
  readonly members: TypeMembers;
  /** The name of a root type. */
  root(kind: string): string;
}

/**
 * An abstract type may have other members in one subgraph than in the next. Below a field that both can resolve, the planner
 * counts on the members that both know, and leaves out what is asked of any other, even where it then has the field resolved
 * by the subgraph that knows it: the caller is told that an object is there, of that type, and that its fields are null. Here
 * a fetch gets back what is asked of the members that its own subgraph knows, as far as that subgraph can answer it.
 */
export function completePartialTypes(
  plan: QueryPlan,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  graph: Graph,
): QueryPlan {
  if (!plan.node || plan.node.kind === 'Subscription' || graph.members.partial.size === 0) return plan;
  const completion = new Completion(document, operation, graph);
  if (!completion.needed) return plan;
  eachFetch(plan.node, '', (node, place) => {
    completion.note(node, place);
    return node;
  });
  return { ...plan, node: eachFetch(plan.node, '', (node, place) => completion.complete(node, place)) };
}

function eachFetch(node: PlanNode, place: string, change: (fetch: FetchNode, place: string) => FetchNode): PlanNode {
  switch (node.kind) {
    case 'Fetch':
      return change(node, place);
    case 'Flatten':
      return { ...node, node: eachFetch(node.node, placeAt(place, node.path), change) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((one) => eachFetch(one, place, change)) };
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: eachFetch(node.ifClause, place, change) }),
        ...(node.elseClause && { elseClause: eachFetch(node.elseClause, place, change) }),
      };
    case 'Defer':
      return node;
  }
}

class Completion {
  readonly #graph: Graph;
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** What the caller asks of the objects at the places of partial types. */
  readonly #asked = new Map<string, SelectedField[]>();
  /** The fields that are fetched, by place, type and name, with the type of each. */
  readonly #fetched = new Map<string, string>();

  constructor(document: DocumentNode, operation: OperationDefinitionNode, graph: Graph) {
    this.#graph = graph;
    this.#operation = operation;
    this.#fragments = fragmentsOf(document);
    const visitor = new FieldVisitor(graph.types, graph.members, this.#fragments);
    visitor.operation(operation, graph.root(operation.operation), (one) => {
      if (one.on === undefined || !graph.members.partial.has(one.on)) return;
      this.#asked.set(one.place, [...(this.#asked.get(one.place) ?? []), one]);
    });
  }

  get needed(): boolean {
    return this.#asked.size > 0;
  }

  note(node: FetchNode, place: string): void {
    this.#visit(node, place, (one) => {
      const path = below(one.place, one.field);
      for (const object of one.objects) this.#fetched.set(`${path} ${object}`, this.#typeText(object, one.field));
      this.#fetched.set(path, this.#typeText(one.objects[0] ?? '', one.field));
    });
  }

  complete(node: FetchNode, place: string): FetchNode {
    const added = new Map<FieldNode, SelectionNode[]>();
    const document = this.#visit(node, place, (one, visitor) => {
      const type = visitor.typeOf(one);
      if (type === undefined || !this.#graph.members.partial.has(type)) return;
      const missing = this.#missing(node.serviceName, type, below(one.place, one.field));
      if (missing.length > 0) added.set(one.field, missing);
    });
    if (added.size === 0) return node;
    const completed = visit(document, {
      Field(field): FieldNode | undefined {
        const missing = added.get(field);
        if (!missing || !field.selectionSet) return undefined;
        const selections = [...field.selectionSet.selections, ...missing];
        return { ...field, selectionSet: { ...field.selectionSet, selections } };
      },
    });
    return { ...node, ...this.#declared(completed) };
  }

  #visit(node: FetchNode, place: string, visitor: (one: SelectedField, fields: FieldVisitor) => void): DocumentNode {
    const document = parse(node.operation, { noLocation: true });
    const fields = new FieldVisitor(this.#graph.types, this.#graph.members, fragmentsOf(document));
    const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
    if (!operation) return document;
    const [entities] = operation.selectionSet.selections;
    if (!node.requires)
      fields.operation(operation, this.#graph.root(node.operationKind), (one) => visitor(one, fields));
    else if (entities?.kind === Kind.FIELD && entities.selectionSet)
      fields.entities(entities.selectionSet, place, (one) => visitor(one, fields));
    return document;
  }

  /** What is asked of the members that the subgraph knows, that it can answer, and that nobody is asked for. */
  #missing(subgraph: string, type: string, place: string): SelectionNode[] {
    const { members } = this.#graph;
    return members.objectsIn(subgraph, type).flatMap((object) =>
      (this.#asked.get(place) ?? []).flatMap(({ field, objects, directives }): SelectionNode[] => {
        const path = below(place, field);
        if (!objects.includes(object) || field.name.value === '__typename') return [];
        if (this.#fetched.has(`${path} ${object}`)) return [];
        // Two fields of one name have to be of one type, in a subgraph's eyes, even on different objects.
        const sibling = this.#fetched.get(path);
        if (sibling !== undefined && sibling !== this.#typeText(object, field)) return [];
        const narrowed = this.#narrow(subgraph, object, field);
        return narrowed ? [{ ...fragmentOn(object, [narrowed]), directives: [...directives] }] : [];
      }),
    );
  }

  /** As much of a field as a subgraph can answer by itself. */
  #narrow(subgraph: string, type: string, field: FieldNode): FieldNode | undefined {
    const { types, members } = this.#graph;
    if (!members.answers(subgraph, type, field.name.value)) return undefined;
    if (!field.selectionSet) return field;
    const definition = types.get(type)?.fields.get(field.name.value);
    if (!definition) return undefined;
    return { ...field, selectionSet: this.#narrowSet(subgraph, namedTypeOf(definition.type), field.selectionSet) };
  }

  #narrowSet(subgraph: string, type: string, { selections }: SelectionSetNode): SelectionSetNode {
    const narrowed = selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) {
        const field = this.#narrow(subgraph, type, selection);
        return field ? [field] : [];
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value ?? type;
      if (!fragment || !this.#graph.members.knows(subgraph, condition)) return [];
      const selectionSet = this.#narrowSet(subgraph, condition, fragment.selectionSet);
      return [{ ...fragmentOn(condition, selectionSet.selections), directives: selection.directives ?? [] }];
    });
    const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
    return { kind: Kind.SELECTION_SET, selections: [typename, ...narrowed] };
  }

  /** The text of an operation that has the variables it uses. */
  #declared(document: DocumentNode): Pick<FetchNode, 'operation' | 'variableUsages'> {
    const used = new Set<string>();
    visit(document, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
    const declared = visit(document, {
      OperationDefinition: ({ variableDefinitions = [], ...rest }) => {
        const known = new Set(variableDefinitions.map(({ variable }) => variable.name.value));
        const more = (this.#operation.variableDefinitions ?? []).filter(
          ({ variable: { name } }) => used.has(name.value) && !known.has(name.value),
        );
        return { ...rest, variableDefinitions: [...variableDefinitions, ...more] };
      },
    });
    used.delete('representations');
    return { operation: stripIgnoredCharacters(print(declared)), variableUsages: [...used] };
  }

  #typeText(object: string, { name }: FieldNode): string {
    const type = this.#graph.types.get(object)?.fields.get(name.value)?.type;
    return type ? print(type) : '';
  }
}

function fragmentOn(type: string, selections: readonly SelectionNode[]) {
  return {
    kind: Kind.INLINE_FRAGMENT as const,
    typeCondition: { kind: Kind.NAMED_TYPE as const, name: { kind: Kind.NAME as const, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET as const, selections },
  };
}
