import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { placeAt } from './response-places.ts';
import { type SplitContext, splitFetch } from './split.ts';
import type { StandIn } from './stand-ins.ts';
import { separateTypes } from './type-paths.ts';
import { wantedIn } from './wanted.ts';

type StandIns = ReadonlyMap<string, StandIn>;

/** Makes of what was planned what is to be done. */
export function restorePlan(plan: QueryPlan, context: SplitContext): QueryPlan {
  if (!plan.node || plan.node.kind === 'Subscription') return plan;
  const { requirements, members } = context;
  const splitting = { ...context, asked: wantedIn(plan.node, context.asked, requirements, members) };

  function restore(node: PlanNode, place: string): PlanNode {
    switch (node.kind) {
      case 'Fetch': {
        const fetches = splitFetch(withoutTypeNames(node, context), place, splitting);
        const restored = fetches.map((one) => restoreFetch(one, context.standIns));
        return restored.length === 1 ? (restored[0] as FetchNode) : { kind: 'Parallel', nodes: restored };
      }
      case 'Flatten': {
        const path = separateTypes(node.path, requirements.types);
        return { ...node, path, node: restore(node.node, placeAt(place, node.path)) };
      }
      case 'Sequence':
      case 'Parallel':
        return { ...node, nodes: node.nodes.map((one) => restore(one, place)) };
      case 'Condition':
        return {
          ...node,
          ...(node.ifClause && { ifClause: restore(node.ifClause, place) }),
          ...(node.elseClause && { elseClause: restore(node.elseClause, place) }),
        };
      case 'Defer':
        return node;
    }
  }
  return { ...plan, node: restore(plan.node, '') };
}

/**
 * A subgraph that knows an interface as one object calls every object by the interface's name; the planner asks it for that
 * name also where the object's own is known, which it then takes the place of.
 */
function withoutTypeNames(node: FetchNode, { members }: SplitContext): FetchNode {
  if (!node.requires) return node;
  const document = parse(node.operation, { noLocation: true });
  const [operation, ...fragments] = document.definitions;
  const entities = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections[0] : undefined;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || entities?.kind !== Kind.FIELD || !entities.selectionSet)
    return node;
  let changed = false;
  const selections = entities.selectionSet.selections.map((fragment): SelectionNode => {
    const type = fragment.kind === Kind.INLINE_FRAGMENT ? fragment.typeCondition?.name.value : undefined;
    if (fragment.kind !== Kind.INLINE_FRAGMENT || type === undefined) return fragment;
    const { selectionSet } = fragment;
    const fields = selectionSet.selections.filter((one) => one.kind !== Kind.FIELD || one.name.value !== '__typename');
    const superfluous = fields.length > 0 && fields.length < selectionSet.selections.length;
    if (!superfluous || !members.isOneObject(node.serviceName, type)) return fragment;
    changed = true;
    return { ...fragment, selectionSet: { ...selectionSet, selections: fields } };
  });
  if (!changed) return node;
  const asked = { ...entities, selectionSet: { ...entities.selectionSet, selections } };
  const definition = { ...operation, selectionSet: { ...operation.selectionSet, selections: [asked] } };
  const text = print({ ...document, definitions: [definition, ...fragments] });
  return { ...node, operation: stripIgnoredCharacters(text) };
}

function restoreFetch(node: FetchNode, standIns: StandIns): FetchNode {
  if (standIns.size === 0) return node;
  const document = parse(node.operation, { noLocation: true });
  const restored = restoreDocument(document, standIns);
  return {
    ...node,
    ...(restored !== document && { operation: stripIgnoredCharacters(print(restored)) }),
    ...(node.requires && { requires: restoreSelections(node.requires, standIns) }),
  };
}

/** `price__r0` becomes `price__r0: price(currency: EUR)`. */
function restoreDocument(document: DocumentNode, standIns: StandIns): DocumentNode {
  return visit(document, {
    Field(field): FieldNode | undefined {
      const standIn = standIns.get(field.name.value);
      if (!standIn) return undefined;
      return {
        ...field,
        alias: field.alias ?? field.name,
        name: { kind: Kind.NAME, value: standIn.field },
        // What is taken from a context is an argument that the plan adds.
        arguments: [...standIn.arguments, ...(field.arguments ?? [])],
      };
    },
  });
}

/** The alias says where a value is read, the name what the subgraph calls it. */
function restoreSelections(
  selections: readonly QueryPlanSelectionNode[],
  standIns: StandIns,
): QueryPlanSelectionNode[] {
  return selections.map((selection): QueryPlanSelectionNode => {
    if (selection.kind === 'InlineFragment')
      return { ...selection, selections: restoreSelections(selection.selections, standIns) };
    const standIn = standIns.get(selection.name);
    return {
      ...selection,
      ...(standIn && { alias: selection.name, name: standIn.field }),
      ...(selection.selections && { selections: restoreSelections(selection.selections, standIns) }),
    };
  });
}
