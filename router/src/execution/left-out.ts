import type { PlanNode } from '@apollo/query-planner';
import { type FieldNode, parse, type SelectionNode, visit } from 'graphql';
import { type Conditions, isIncluded } from './shape.ts';

/**
 * The response names that `@skip` and `@include` leave out of a plan. The planner has one fetch for fields of which only some
 * are under a condition, and requires for it also what only these need: where that was left out, the others are asked for without.
 */
export function namesLeftOut(plan: PlanNode, conditions: Conditions): ReadonlySet<string> {
  const names = new Set<string>();
  if (conditions.size === 0) return names;

  function addBelow(selection: SelectionNode): void {
    visit(selection, { Field: ({ alias, name }: FieldNode) => void names.add(alias?.value ?? name.value) });
  }
  function addFrom(operation: string, included: boolean): void {
    const each = (selection: SelectionNode) => {
      if (included && isIncluded(selection, conditions)) return undefined;
      addBelow(selection);
      return false;
    };
    visit(parse(operation), { Field: each, InlineFragment: each });
  }
  function walk(node: PlanNode | undefined, included: boolean): void {
    if (node?.kind === 'Fetch') addFrom(node.operation, included);
    else if (node?.kind === 'Flatten') walk(node.node, included);
    else if (node?.kind === 'Sequence' || node?.kind === 'Parallel') {
      for (const one of node.nodes) walk(one, included);
    } else if (node?.kind === 'Condition') {
      const holds = conditions.get(node.condition) === true;
      walk(node.ifClause, included && holds);
      walk(node.elseClause, included && !holds);
    }
  }
  walk(plan, true);
  return names;
}
