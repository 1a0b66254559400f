import { type DefinitionNode, type DocumentNode, Kind, print } from 'graphql';
import type { Draft } from '../findings/finding.ts';
import { toHit } from '../findings/from-grade.ts';
import type { Graph } from '../graph/compose.ts';
import { createPlanner, type PlanCost } from '../graph/planner.ts';
import { countOf } from '../input/operation.ts';
import type { Facts } from '../use/facts.ts';

export interface PlanChange {
  readonly facts: Facts;
  readonly before: PlanCost;
  readonly after: PlanCost;
}

/** Operations that run on both graphs and are planned otherwise on the new one. */
export async function comparePlans(base: Graph, head: Graph, facts: readonly Facts[]): Promise<readonly PlanChange[]> {
  const changed = changedTypes(base.supergraph, head.supergraph);
  if (changed.size === 0) return [];
  const affected = facts.filter(
    ({ use, errors, validOnBase }) =>
      errors.length === 0 && [...use.visits].some((type) => changed.has(type)) && validOnBase(),
  );
  if (affected.length === 0) return [];
  const [planBase, planHead] = [await createPlanner(base), await createPlanner(head)];
  return affected.flatMap((each) => {
    const before = planBase(each.operation.document);
    const after = planHead(each.operation.document);
    return before && after ? [{ facts: each, before, after }] : [];
  });
}

/** What this change makes slower, told by the coordinate that brought it about. */
export function planDrafts(changes: readonly PlanChange[], touched: ReadonlySet<string>): readonly Draft[] {
  const worse = changes.filter(({ before, after }) => after.fetches > before.fetches || after.steps > before.steps);
  const byCoordinate = new Map<string, PlanChange[]>();
  for (const change of worse) {
    const coordinate = culprit(change.facts, touched);
    const list = byCoordinate.get(coordinate);
    if (list) list.push(change);
    else byCoordinate.set(coordinate, [change]);
  }
  return [...byCoordinate].map(([coordinate, list]) => toDraft(coordinate, list));
}

function toDraft(coordinate: string, list: readonly PlanChange[]): Draft {
  const worst = [...list].sort((a, b) => extraFetches(b) - extraFetches(a))[0];
  const extra = list.reduce(
    (sum, change) => sum + Math.max(0, change.after.fetches - change.before.fetches) * countOf(change.facts.operation),
    0,
  );
  const example = worst
    ? `${worst.facts.operation.name}: ${worst.before.fetches} → ${worst.after.fetches} fetches, ${worst.before.steps} → ${worst.after.steps} serial steps`
    : '';
  return {
    rule: 'plan-regression',
    level: 'warning',
    coordinate,
    operations: list.map(({ facts }) => toHit(facts)),
    reason: `${list.length} operation${list.length === 1 ? ' takes' : 's take'} more subgraph requests (${example}${extra > 0 ? `; ${extra} more requests over the recorded calls` : ''}).`,
    fix: 'Keep the field where its neighbours are resolved, or let that subgraph @provides it.',
  };
}

const extraFetches = ({ before, after }: PlanChange): number =>
  after.fetches - before.fetches + (after.steps - before.steps) / 100;

/** The field of the operation that another subgraph answers now; failing that, whatever of it changed. */
function culprit({ use }: Facts, touched: ReadonlySet<string>): string {
  const named = [...use.nodes.keys()];
  return (
    named.find((coordinate) => coordinate.includes('.') && !coordinate.includes('(') && touched.has(coordinate)) ??
    named.find((coordinate) => touched.has(coordinate)) ??
    [...use.visits].find((type) => touched.has(type)) ??
    named[0] ??
    'Query'
  );
}

/** Types that the two supergraphs say differently, and those whose key or requirement leads through one. */
export function changedTypes(base: DocumentNode, head: DocumentNode): ReadonlySet<string> {
  const before = printedTypes(base);
  const after = printedTypes(head);
  const changed = new Set<string>();
  for (const [name, node] of after) if (before.get(name)?.text !== node.text) changed.add(name);
  for (const name of before.keys()) if (!after.has(name)) changed.add(name);
  // A plan may lead through types that the operation never names: those in the field sets of what it visits.
  for (const [name, { leadsTo }] of [...before, ...after])
    if (leadsTo.some((type) => changed.has(type))) changed.add(name);
  return changed;
}

interface PrintedType {
  readonly text: string;
  readonly leadsTo: readonly string[];
}

function printedTypes({ definitions }: DocumentNode): ReadonlyMap<string, PrintedType> {
  return new Map(
    definitions.flatMap((node: DefinitionNode): [string, PrintedType][] => {
      if (
        node.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        node.kind !== Kind.INTERFACE_TYPE_DEFINITION &&
        node.kind !== Kind.UNION_TYPE_DEFINITION
      )
        return [];
      const { description: _, ...rest } = node;
      const bare =
        'fields' in rest ? { ...rest, fields: rest.fields?.map(({ description: __, ...field }) => field) } : rest;
      const text = print(bare);
      return [[node.name.value, { text, leadsTo: 'fields' in node ? throughFieldSets(node, text) : [] }]];
    }),
  );
}

function throughFieldSets(
  node: Extract<DefinitionNode, { fields?: unknown; kind: 'ObjectTypeDefinition' | 'InterfaceTypeDefinition' }>,
  text: string,
): readonly string[] {
  const sets = [...text.matchAll(/(?:key|requires|provides): "([^"]*)"/g)].map(([, set]) => set ?? '').join(' ');
  if (!sets.includes('{')) return [];
  return (node.fields ?? [])
    .filter(({ name }) => new RegExp(`\\b${name.value}\\b`).test(sets))
    .map(({ type }) => print(type).replace(/[[\]!]/g, ''));
}
