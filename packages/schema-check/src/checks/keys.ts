import type { Draft } from '../findings/finding.ts';
import { toHit } from '../findings/from-grade.ts';
import type { Graph } from '../graph/compose.ts';
import { type EntityKey, keyId, keysOf } from '../graph/keys.ts';
import { createPlanner } from '../graph/planner.ts';
import type { Snapshot } from '../input/snapshot.ts';
import type { Facts } from '../use/facts.ts';

/**
 * Keys that a subgraph no longer answers. Composition has found other ways by now, but a router still on the old
 * supergraph goes on entering by them until it has the new one.
 */
export async function checkKeys(
  base: Snapshot,
  head: Snapshot,
  graph: Graph,
  facts: readonly Facts[],
): Promise<readonly Draft[]> {
  const kept = new Set(
    keysOf(head)
      .filter(({ resolvable }) => resolvable)
      .map(keyId),
  );
  const remaining = new Set(head.subgraphs.map(({ name }) => name));
  const dropped = keysOf(base).filter((key) => key.resolvable && !kept.has(keyId(key)) && remaining.has(key.subgraph));
  if (dropped.length === 0) return [];
  const users = await entering(graph, dropped, facts);
  return dropped.map((key) => {
    const hits = users.get(keyId(key)) ?? [];
    return {
      rule: 'entity-key-dropped',
      level: 'warning',
      coordinate: key.type,
      operations: hits.map(toHit),
      place: placeIn(head, key),
      reason: `${key.subgraph} no longer answers ${key.type} by "${key.fields}"; ${hits.length === 0 ? 'no known operation' : `${hits.length} known operation${hits.length === 1 ? '' : 's'}`} entered by it, and routers on the old supergraph still will.`,
      fix: 'Publish the new supergraph without the key first, then remove its resolver.',
    };
  });
}

function placeIn(head: Snapshot, { subgraph: name, type }: EntityKey): NonNullable<Draft['place']> {
  const subgraph = head.subgraphs.find((each) => each.name === name);
  const node = subgraph?.document.definitions.find((each) => 'name' in each && each.name?.value === type);
  return { subgraph: name, file: subgraph?.file, line: node?.loc?.startToken.line };
}

async function entering(
  graph: Graph,
  keys: readonly EntityKey[],
  facts: readonly Facts[],
): Promise<ReadonlyMap<string, readonly Facts[]>> {
  const types = new Set(keys.map(({ type }) => type));
  const possible = facts.filter(
    ({ use, validOnBase }) => [...types].some((type) => use.visits.has(type)) && validOnBase(),
  );
  if (possible.length === 0) return new Map();
  const plan = await createPlanner(graph);
  const users = new Map<string, Facts[]>();
  for (const each of possible) {
    const entries = plan(each.operation.document)?.entries ?? new Set();
    for (const key of keys)
      if (entries.has(keyId(key))) users.set(keyId(key), [...(users.get(keyId(key)) ?? []), each]);
  }
  return users;
}
