import type { PlanNode } from '@apollo/query-planner';
import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { Asked } from './asked.ts';
import { eachField, readEntityQuery } from './entity-query.ts';
import type { Requirements } from './requirements.ts';
import { below, placeAt } from './response-places.ts';
import type { TypeMembers } from './type-members.ts';

/** A field of entities at a place, of a type, that requires others. */
interface Requiring {
  readonly place: string;
  readonly field: FieldNode;
  readonly type: string;
}

/**
 * What is wanted of the objects at a place: what the caller asks of them, and what is sent of them to a subgraph for something
 * else that is wanted. The rest of the plan is read when it is first asked about.
 */
export function wantedIn(plan: PlanNode, asked: Asked, requirements: Requirements, members: TypeMembers): Asked {
  let requiring: ReadonlyMap<string, readonly Requiring[]> | undefined;

  function objectsFor(place: string, field: FieldNode, seen: readonly string[]): readonly string[] | undefined {
    const own = asked.objectsFor(place, field);
    const at = below(place, field);
    if (!own || seen.includes(at)) return own;
    requiring ??= requiringIn(plan, requirements);
    const objects = new Set(own);
    for (const one of requiring.get(at) ?? []) {
      // Required of what stands below another entity: of whatever it is.
      if (one.place !== place) return undefined;
      const wanted = objectsFor(place, one.field, [...seen, at]) ?? members.objects(one.type);
      for (const object of wanted) objects.add(object);
    }
    return [...objects];
  }
  return { objectsFor: (place, field) => objectsFor(place, field, []) };
}

/** By place of a required field: what requires it. */
function requiringIn(plan: PlanNode, requirements: Requirements): ReadonlyMap<string, readonly Requiring[]> {
  const requiring = new Map<string, Requiring[]>();

  function note({ selections }: SelectionSetNode, place: string, one: Requiring): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      const at = selection.kind === Kind.FIELD ? below(place, selection) : place;
      if (selection.kind === Kind.FIELD) requiring.set(at, [...(requiring.get(at) ?? []), one]);
      if (selection.selectionSet) note(selection.selectionSet, at, one);
    }
  }

  function read(node: PlanNode, place: string): void {
    if (node.kind === 'Sequence' || node.kind === 'Parallel') for (const one of node.nodes) read(one, place);
    if (node.kind === 'Flatten') read(node.node, placeAt(place, node.path));
    if (node.kind === 'Condition') for (const one of [node.ifClause, node.elseClause]) if (one) read(one, place);
    const query = node.kind === 'Fetch' && node.requires ? readEntityQuery(node.operation) : null;
    if (node.kind !== 'Fetch' || !query) return;
    eachField(query.selectionSet, '', (field, type) => {
      const set = requirements.of(node.serviceName, type, field.name.value);
      if (set) note(set, place, { place, field, type });
    });
  }
  read(plan, '');
  return requiring;
}
