import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';
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
export const rootFieldsOf = ({ operation }: FetchNode): ReadonlySet<string> =>
  new Set(topFields(operation).map(responseName));

/** The names under which one fetch asks for fields of what it is about: of each entity, or at the root. */
export function askedFieldsOf({ operation, requires }: FetchNode): ReadonlySet<string> {
  const fields = topFields(operation);
  return new Set((requires ? fields.flatMap(({ below }) => below()) : fields).map(responseName));
}

interface TopField {
  readonly node: FieldNode;
  below(): readonly TopField[];
}

const responseName = ({ node: { alias, name } }: TopField): string => (alias ?? name).value;

function topFields(operation: string): readonly TopField[] {
  const document = parse(operation);
  const fragments = fragmentsOf(document);

  const collect = (set: SelectionSetNode | undefined): readonly TopField[] =>
    (set?.selections ?? []).flatMap((selection): readonly TopField[] => {
      if (selection.kind === Kind.FIELD) return [{ node: selection, below: () => collect(selection.selectionSet) }];
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return collect(fragment?.selectionSet);
    });

  return document.definitions.flatMap((one) =>
    one.kind === Kind.OPERATION_DEFINITION ? collect(one.selectionSet) : [],
  );
}
