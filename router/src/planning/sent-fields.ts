import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type SelectionSetNode } from 'graphql';
import type { StandIn } from './stand-ins.ts';

type StandIns = ReadonlyMap<string, StandIn>;

/** By the place of a field in what is sent of an entity: the names that want to be there, the field's own or a stand-in's. */
export type Claims = ReadonlyMap<string, ReadonlySet<string>>;

const placeOf = (path: string, name: string, standIns: StandIns): string =>
  `${path}.${standIns.get(name)?.field ?? name}`;

/** What a plan sends of entities. */
export function claimsOf(selections: readonly QueryPlanSelectionNode[], standIns: StandIns): Claims {
  const claims = new Map<string, Set<string>>();
  function walk(below: readonly QueryPlanSelectionNode[], path: string) {
    for (const selection of below) {
      if (selection.kind === 'InlineFragment') walk(selection.selections, path);
      else {
        const place = placeOf(path, selection.name, standIns);
        claims.set(place, (claims.get(place) ?? new Set()).add(selection.name));
        walk(selection.selections ?? [], place);
      }
    }
  }
  walk(selections, '');
  return claims;
}

/** What some field sets need. */
export function needsOf(sets: readonly SelectionSetNode[], standIns: StandIns): Claims {
  const needs = new Map<string, Set<string>>();
  function walk({ selections }: SelectionSetNode, path: string) {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      const isField = selection.kind === Kind.FIELD;
      const place = isField ? placeOf(path, selection.name.value, standIns) : path;
      if (isField) needs.set(place, (needs.get(place) ?? new Set()).add(selection.name.value));
      if (selection.selectionSet) walk(selection.selectionSet, place);
    }
  }
  for (const set of sets) walk(set, '');
  return needs;
}

/** Of what a plan sends, that which `keeps` at its place under its name. */
export function keepSent(
  selections: readonly QueryPlanSelectionNode[],
  standIns: StandIns,
  keeps: (place: string, name: string) => boolean,
): QueryPlanSelectionNode[] {
  function keep(below: readonly QueryPlanSelectionNode[], path: string): QueryPlanSelectionNode[] {
    return below.flatMap((selection): QueryPlanSelectionNode[] => {
      if (selection.kind === 'InlineFragment') return [{ ...selection, selections: keep(selection.selections, path) }];
      const place = placeOf(path, selection.name, standIns);
      if (!keeps(place, selection.name)) return [];
      return [{ ...selection, ...(selection.selections && { selections: keep(selection.selections, place) }) }];
    });
  }
  return keep(selections, '');
}

/** One selection of the fields of several, each field once. */
export function mergeSent(selections: readonly QueryPlanSelectionNode[]): QueryPlanSelectionNode[] {
  const fields = new Map<string, QueryPlanSelectionNode>();
  for (const one of selections) {
    const key = one.kind === 'Field' ? one.name : `... on ${one.typeCondition}`;
    const known = fields.get(key)?.selections ?? [];
    const below = mergeSent([...known, ...(one.selections ?? [])]);
    if (one.kind === 'InlineFragment') fields.set(key, { ...one, selections: below });
    else fields.set(key, { ...one, ...(below.length > 0 && { selections: below }) });
  }
  return [...fields.values()];
}
