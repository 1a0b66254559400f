import type { CompileOperation } from '../execution/operation.ts';
import type { SubgraphClient } from '../subgraphs/subgraph-client.ts';
import { loadSupergraph, type Supergraph } from '../supergraph/supergraph.ts';
import { createKnownOperations, type KnownOperations, type Rules } from './known-operations.ts';
import { createPreparedRequests, type PreparedRequests } from './prepared-requests.ts';

/** One supergraph in service: its schema and planner, its subgraphs, and what was compiled for it. */
export interface Graph {
  readonly supergraph: Supergraph;
  readonly subgraphs: ReadonlyMap<string, SubgraphClient>;
  readonly operations: KnownOperations;
  readonly requests: PreparedRequests;
  /** Milliseconds since 1970 at which it was taken up. */
  readonly since: number;
}

export type OpenSubgraph = (name: string, url: string) => SubgraphClient;

/** What every supergraph is taken up with. */
export interface Ways {
  readonly openSubgraph: OpenSubgraph;
  readonly rules: Rules;
  readonly compilerFor: (supergraph: Supergraph) => CompileOperation;
}

/**
 * Takes up a supergraph. Clients of subgraphs that stayed where they were are kept, with their connections and what they know
 * of their replicas; those that are no longer needed are given back to be closed.
 */
export function openGraph(sdl: string, { openSubgraph: open, rules, compilerFor }: Ways, before: Graph | null) {
  const supergraph = loadSupergraph(sdl);
  const urls = new Map(before?.supergraph.subgraphs.map(({ name, url }) => [name, url]));
  const subgraphs = new Map(
    supergraph.subgraphs.map(({ name, url }) => {
      const kept = urls.get(name) === url ? before?.subgraphs.get(name) : undefined;
      return [name, kept ?? open(name, url)];
    }),
  );
  const left = [...(before?.subgraphs.values() ?? [])].filter((client) => subgraphs.get(client.name) !== client);
  const operations = createKnownOperations(supergraph, rules, compilerFor(supergraph));
  const requests = createPreparedRequests(supergraph.apiSchema, operations);
  const graph: Graph = { supergraph, subgraphs, operations, requests, since: Date.now() };
  return { graph, left };
}
