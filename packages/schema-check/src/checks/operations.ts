import type { Draft } from '../findings/finding.ts';
import { toHit } from '../findings/from-grade.ts';
import type { Facts } from '../use/facts.ts';

/** Operations that head refuses for a reason no graded change gives. Validation is the truth, so they break. */
export function unexplained(
  facts: readonly Facts[],
  explained: ReadonlySet<Facts>,
  contract?: string,
): readonly Draft[] {
  const byCoordinate = new Map<string, { readonly hits: Facts[]; readonly message: string }>();
  for (const each of facts) {
    const [error] = each.errors;
    if (!error || explained.has(each)) continue;
    const coordinate = coordinateOf(each);
    const known = byCoordinate.get(coordinate);
    if (known) known.hits.push(each);
    else byCoordinate.set(coordinate, { hits: [each], message: error.message });
  }
  return [...byCoordinate].map(([coordinate, { hits, message }]) => ({
    rule: 'operation-invalid',
    level: 'breaking',
    coordinate,
    ...(contract === undefined ? {} : { contract }),
    operations: hits.map(toHit),
    reason: `${hits.length} operation${hits.length === 1 ? ' is' : 's are'} no longer valid: ${message}`,
    fix: 'Keep the old form beside the new one until these operations have changed.',
  }));
}

function coordinateOf({ use, errors }: Facts): string {
  const at = new Set(errors.flatMap(({ nodes = [] }) => nodes));
  for (const [coordinate, nodes] of use.nodes) if (nodes.some((node) => at.has(node))) return coordinate;
  return [...use.nodes.keys()].find((coordinate) => coordinate.includes('.')) ?? 'Query';
}
