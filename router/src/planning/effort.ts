import { createRequire } from 'node:module';
import { GraphPath, type SimultaneousPathsWithLazyIndirectPaths as Way } from '@apollo/query-graphs';

/** Whole plans that are compared with each other. */
export const MOST_PLANS = 250;
/** Ways to come to one place that are followed. */
const MOST_WAYS = 32;
/** An operation of 500 fields over five subgraphs takes some hundred steps. */
const MOST_STEPS = 10_000;

/** What an operation is refused for that cannot be planned in some tenths of a second. */
export class EffortExceeded extends Error {
  override readonly message = 'there are too many ways to answer this operation';
}

/**
 * Runs the planner with its effort bounded. By itself it follows all ways in which an operation could be answered, and each
 * choice, at a field that several subgraphs have or below an interface, multiplies them: a hundred bytes can take minutes and
 * all memory. Here of the ways to a place those with the fewest jumps between subgraphs are followed; and where even they are
 * too many it throws.
 */
export function withBoundedEffort<T>(plan: () => T): T {
  const { add } = GraphPath.prototype;
  const { advanceSimultaneousPathsWithOperation: advance } = graphPath;
  let steps = 0;
  GraphPath.prototype.add = function (this: GraphPath<never>, ...given: Parameters<typeof add>) {
    steps += 1;
    if (steps > MOST_STEPS) throw new EffortExceeded();
    return add.apply(this, given);
  } as typeof add;
  graphPath.advanceSimultaneousPathsWithOperation = advancingFew(advance);
  try {
    return plan();
  } finally {
    graphPath.advanceSimultaneousPathsWithOperation = advance;
    GraphPath.prototype.add = add;
  }
}

/** From one way so far all those that lead on to an operation's next field or fragment. */
type Advance = (
  schema: unknown,
  way: Way<never>,
  next: object,
  ...rest: readonly unknown[]
) => Way<never>[] | undefined;

/** The module itself: what the package exports are views of it. */
const graphPath = createRequire(import.meta.url)('@apollo/query-graphs/dist/graphPath.js') as {
  advanceSimultaneousPathsWithOperation: Advance;
};

/** A place in the operation, with all ways that lead there. */
interface Place {
  ways: number;
  readonly next: Map<object, Place>;
}

/** The planner asks for one way after the other; all that have come to one place are advanced to the same next one. */
function advancingFew(advance: Advance): Advance {
  const places = new WeakMap<Way<never>, Place>();
  return (schema, way, next, ...rest) => {
    const from = places.get(way) ?? { ways: 1, next: new Map() };
    places.set(way, from);
    const to = from.next.get(next) ?? { ways: 0, next: new Map() };
    from.next.set(next, to);
    // As if it led nowhere: others do.
    if (to.ways >= MOST_WAYS) return undefined;
    const found = advance(schema, way, next, ...rest);
    if (!found || found.length === 0) return found;
    const kept = found.length > 1 ? fewestJumps(found, MOST_WAYS - to.ways) : found;
    to.ways += kept.length;
    for (const one of kept) places.set(one, to);
    return kept;
  };
}

function fewestJumps(ways: Way<never>[], most: number): Way<never>[] {
  if (ways.length <= most) return ways;
  const jumps = new Map(ways.map((way) => [way, way.paths.reduce((sum, path) => sum + path.subgraphJumps(), 0)]));
  return [...ways].sort((one, other) => (jumps.get(one) ?? 0) - (jumps.get(other) ?? 0)).slice(0, most);
}
