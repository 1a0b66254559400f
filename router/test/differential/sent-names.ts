import { type DocumentNode, type SelectionSetNode, visit } from 'graphql';
import type { Graph } from './graph.ts';

/** The names of all fields of which some subgraph is told what another one answers: keys, and what is required. */
export function sentNames({ subgraphs }: Graph): ReadonlySet<string> {
  const names = new Set<string>();
  const add = ({ selections }: SelectionSetNode) => {
    for (const one of selections) {
      if (one.kind !== 'Field') continue;
      names.add(one.name.value);
      if (one.selectionSet) add(one.selectionSet);
    }
  };
  for (const { requires, keys } of subgraphs.values())
    [...requires.values(), ...[...keys.values()].flat()].forEach(add);
  return names;
}

/** Whether another field is asked for under one of these names. */
export function renamesTo(names: ReadonlySet<string>, document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ alias, name }) {
      found ||= alias !== undefined && alias.value !== name.value && names.has(alias.value);
    },
  });
  return found;
}
