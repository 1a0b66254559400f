import type { Graded, World } from '../checks/grade.ts';
import { clientLabel, countOf } from '../input/operation.ts';
import type { Facts } from '../use/facts.ts';
import type { Draft, Hit } from './finding.ts';

export interface Judging {
  readonly world: World;
  /** Uses last seen before this ISO time warn only. */
  readonly since: string | undefined;
  readonly contract?: string;
}

/** The one place where a change and its use become a verdict. */
export function toDraft(graded: Graded, { world, since, contract }: Judging): Draft | undefined {
  const { rule, coordinate, what, fix, hits, kind } = graded;
  const known = world.usage.all.length;
  const base = { rule, coordinate, fix, ...(contract === undefined ? {} : { contract }), operations: hits.map(toHit) };
  if (hits.length > 0) {
    const old = since !== undefined && hits.every((facts) => isOlder(facts, since));
    const users = `${hits.length} of ${known} known operation${known === 1 ? '' : 's'} ${graded.verb}`;
    const reason = `${what}, and ${users}${old ? `, none of them since ${since.slice(0, 10)}` : ''}.`;
    return { ...base, level: kind === 'break' && !old ? 'breaking' : 'warning', reason };
  }
  const owner = coordinate.startsWith('@') ? undefined : coordinate.split('.')[0];
  if (owner !== undefined && world.base.getType(owner) && !world.reachable.has(owner))
    return { ...base, level: 'info', reason: `${what}, but no client can reach ${owner}.` };
  if (world.hasUsage)
    return { ...base, level: 'info', reason: `${what}; none of the ${known} known operations ${graded.verb}.` };
  return {
    ...base,
    level: kind === 'break' ? 'breaking' : 'warning',
    reason: `${what}, and nothing is known of its use, so it counts as used.`,
  };
}

/** Unknown times count as now: what nobody dated may be in use today. */
function isOlder({ operation: { uses } }: Facts, since: string): boolean {
  return uses.length > 0 && uses.every(({ lastSeen }) => lastSeen !== undefined && lastSeen < since);
}

export function toHit({ operation }: Pick<Facts, 'operation'>): Hit {
  return {
    id: operation.id,
    name: operation.name,
    place: operation.place,
    clients: [...new Set(operation.uses.map(clientLabel))].sort(),
    count: countOf(operation),
    lastSeen: operation.uses
      .flatMap(({ lastSeen }) => lastSeen ?? [])
      .sort()
      .at(-1),
  };
}
