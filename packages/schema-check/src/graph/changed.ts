import type { Definition, Definitions } from './coordinates.ts';

export interface ChangedDefinition {
  readonly definition: Definition;
  readonly isNew: boolean;
}

/** What head says and base did not, subgraph by subgraph. A field that moved counts: it is new where it went. */
export function changedDefinitions(base: Definitions, head: Definitions): readonly ChangedDefinition[] {
  const changed: ChangedDefinition[] = [];
  for (const definitions of head.all())
    for (const definition of definitions) {
      const before = base.at(definition.coordinate);
      const same = before.find(({ subgraph }) => subgraph.name === definition.subgraph.name);
      if (same?.text !== definition.text) changed.push({ definition, isNew: before.length === 0 });
    }
  return changed;
}

/** Coordinates that some subgraph says otherwise, no longer, or for the first time. */
export function touchedCoordinates(base: Definitions, head: Definitions): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const [from, to] of [[base, head] as const, [head, base] as const])
    for (const { definition } of changedDefinitions(from, to)) touched.add(definition.coordinate);
  return touched;
}
