import type { Viewer } from '@cartograph/kernel/viewer';
import type { RouterContext } from '../context.ts';
import type { ExecutionResult } from '../execution/operation.ts';
import type { Answered, Execute } from '../gateway/execute.ts';
import type { Graph } from '../gateway/graph.ts';
import type { PreparedRequest } from '../gateway/prepared-requests.ts';
import type { SubgraphClient } from '../subgraphs/subgraph-client.ts';
import { canonicalVariables } from './canonical.ts';
import type { InFlight } from './in-flight.ts';
import type { Kept } from './kept.ts';
import { type OperationCaching, operationCaching } from './operation-caching.ts';
import { type ResponseCache, responseKey } from './response-cache.ts';

export interface CachedExecuteParts {
  readonly execute: Execute;
  /** Absent where no answers are kept. */
  readonly responses?: ResponseCache;
  /** Absent where nobody waits for the answer to another's question. */
  readonly inFlight?: InFlight<ExecutionResult>;
  /** Whether anonymous callers share questions for which the schema says nothing. */
  readonly shareUnmarked: boolean;
}

/** Executes only what was not answered before, and is not being answered now. */
export function createCachedExecute(parts: CachedExecuteParts): Execute {
  const { execute, responses, inFlight, shareUnmarked } = parts;

  async function mutate(graph: Graph, request: PreparedRequest, context: RouterContext): Promise<ExecutionResult> {
    try {
      return await execute(graph, request, context);
    } finally {
      inFlight?.mutationEnded();
    }
  }

  async function executeAndKeep(
    cache: ResponseCache,
    key: string,
    caching: OperationCaching,
    [graph, request, context]: Parameters<Execute>,
  ): Promise<ExecutionResult> {
    const stamp = cache.begin();
    if (!stamp) return execute(graph, request, context);
    const subgraphs = new AskedSubgraphs(graph.subgraphs);
    const result = await execute({ ...graph, subgraphs }, request, context);
    // What it depends on is looked up after it was given out: nobody waits for that.
    if (result.errors.length === 0)
      setImmediate(() => cache.keep(key, caching, { result, stamp, asked: subgraphs.asked }));
    return result;
  }

  return (graph, request, context) => {
    if (request.operation.compiled.kind === 'mutation') return mutate(graph, request, context);
    const run = () => execute(graph, request, context);
    const caching = operationCaching(graph.supergraph, request.operation);
    const key = responseKey(caching, request, context.viewer);
    if (key === null) {
      const shared = shareUnmarked && inFlight ? unmarkedKey(caching, request, context.viewer) : null;
      return shared === null || !inFlight ? run() : inFlight.share(shared, run);
    }
    const begin = responses ? () => executeAndKeep(responses, key, caching, [graph, request, context]) : run;
    const ask = () => (inFlight ? inFlight.share(key, begin) : begin());
    if (!responses) return ask();
    const found = responses.find(key);
    if (found instanceof Promise) return found.then((kept) => (kept ? answerOf(kept) : ask()));
    return found ? Promise.resolve(answerOf(found)) : ask();
  };
}

/** Which subgraphs an answer is made of depends on more than its plan: on variables, on the stage of a rollout. */
class AskedSubgraphs extends Map<string, SubgraphClient> {
  readonly asked = new Set<string>();

  override get(name: string): SubgraphClient | undefined {
    this.asked.add(name);
    return super.get(name);
  }
}

const NO_ERRORS: readonly never[] = [];

const answerOf = (kept: Kept): Answered => ({ data: kept.text, ascii: kept.ascii, errors: NO_ERRORS, kept });

const unmarkedKey = ({ id, variables }: OperationCaching, request: PreparedRequest, viewer: Viewer): string | null =>
  viewer.kind === 'anonymous' ? `${id} unmarked ${canonicalVariables(variables, request.variables)}` : null;
