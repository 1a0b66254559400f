import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from './response-places.ts';

/**
 * The names under which a plan fetches root fields. A field that can be of no type in the subgraph that has it, as an interface
 * that nothing implements there, is left out of the plan without a word.
 */
export function plannedRootFields({ node }: QueryPlan): ReadonlySet<string> {
  const names = new Set<string>();

  function walk(one: PlanNode | undefined): void {
    switch (one?.kind) {
      case 'Fetch':
        if (!one.requires) for (const name of rootFieldsOf(one)) names.add(name);
        return;
      case 'Sequence':
      case 'Parallel':
        for (const below of one.nodes) walk(below);
        return;
      case 'Condition':
        walk(one.ifClause);
        walk(one.elseClause);
    }
  }
  if (node?.kind !== 'Subscription') walk(node);
  return names;
}

/** The names under which one fetch asks for root fields. */
export function rootFieldsOf({ operation }: FetchNode): ReadonlySet<string> {
  const names = new Set<string>();
  const document = parse(operation);
  const fragments = fragmentsOf(document);

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add((selection.alias ?? selection.name).value);
      else {
        const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  }

  for (const one of document.definitions) if (one.kind === Kind.OPERATION_DEFINITION) collect(one.selectionSet);
  return names;
}
