import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type DocumentNode, type FieldNode, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { Requirements } from './requirements.ts';
import { splitFetch } from './split.ts';
import type { StandIn } from './stand-ins.ts';
import { separateTypes } from './type-paths.ts';

type StandIns = ReadonlyMap<string, StandIn>;

/** Makes of what was planned what is to be done: puts the fields back for which stand-ins were planned. */
export function restorePlan(plan: QueryPlan, standIns: StandIns, requirements: Requirements): QueryPlan {
  if (!plan.node || plan.node.kind === 'Subscription') return plan;

  function restore(node: PlanNode): PlanNode {
    switch (node.kind) {
      case 'Fetch': {
        if (standIns.size === 0) return node;
        const fetches = splitFetch(node, standIns, requirements).map((one) => restoreFetch(one, standIns));
        return fetches.length === 1 ? (fetches[0] as FetchNode) : { kind: 'Parallel', nodes: fetches };
      }
      case 'Flatten':
        return { ...node, path: separateTypes(node.path, requirements.types), node: restore(node.node) };
      case 'Sequence':
      case 'Parallel':
        return { ...node, nodes: node.nodes.map(restore) };
      case 'Condition':
        return {
          ...node,
          ...(node.ifClause && { ifClause: restore(node.ifClause) }),
          ...(node.elseClause && { elseClause: restore(node.elseClause) }),
        };
      case 'Defer':
        return node;
    }
  }
  return { ...plan, node: restore(plan.node) };
}

function restoreFetch(node: FetchNode, standIns: StandIns): FetchNode {
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
