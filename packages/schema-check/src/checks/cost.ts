import type { Draft } from '../findings/finding.ts';
import { toHit } from '../findings/from-grade.ts';
import type { Graph } from '../graph/compose.ts';
import { costOf, readCostModel } from '../graph/cost.ts';
import type { Facts } from '../use/facts.ts';

/** An estimate is rough: only a cost that grows by more than this part is worth a word. */
const TOLERANCE = 0.1;

/** Operations that the new schema makes dearer by its @cost and @listSize. */
export function checkCost(
  base: Graph,
  head: Graph,
  facts: readonly Facts[],
  touched: ReadonlySet<string>,
): readonly Draft[] {
  const before = readCostModel(base.supergraph);
  const after = readCostModel(head.supergraph);
  const byCoordinate = new Map<string, { readonly facts: Facts; readonly from: number; readonly to: number }[]>();
  for (const each of facts) {
    const coordinate = [...each.use.nodes.keys(), ...each.use.selects].find((name) => touched.has(name));
    if (coordinate === undefined || each.errors.length > 0 || !each.validOnBase()) continue;
    const from = costOf(each.operation.document, base.api, before);
    const to = costOf(each.operation.document, head.api, after);
    if (to <= from * (1 + TOLERANCE)) continue;
    byCoordinate.set(coordinate, [...(byCoordinate.get(coordinate) ?? []), { facts: each, from, to }]);
  }
  return [...byCoordinate].map(([coordinate, list]) => {
    const worst = [...list].sort((a, b) => b.to - b.from - (a.to - a.from))[0];
    return {
      rule: 'cost-regression',
      level: 'warning',
      coordinate,
      operations: list.map((each) => toHit(each.facts)),
      reason: `${list.length} operation${list.length === 1 ? ' gets' : 's get'} dearer by @cost and @listSize${worst ? ` (${worst.facts.operation.name}: ${worst.from} → ${worst.to})` : ''}.`,
      fix: 'Lower the assumed or default list size, or raise the cost limit of these clients first.',
    };
  });
}
