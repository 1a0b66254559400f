import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import type { Graph } from './compose.ts';

/** What a plan costs the router: requests to subgraphs, and how many must wait for one another. */
export interface PlanCost {
  readonly fetches: number;
  readonly steps: number;
  /** Fetches by subgraph. */
  readonly bySubgraph: ReadonlyMap<string, number>;
  /** `subgraph Type` for each entity that is fetched by its key. */
  readonly entries: ReadonlySet<string>;
}

export type Plan = (document: DocumentNode) => PlanCost | undefined;

/** The router's own planner. Loading it and reading the supergraph takes a while, so only those who plan make one. */
export async function createPlanner({ supergraphSdl }: Graph): Promise<Plan> {
  const { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph, operationFromDocument } = await import(
    '@apollo/federation-internals'
  );
  const { QueryPlanner } = await import('@apollo/query-planner');
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: false,
  });
  const planner = new QueryPlanner(supergraph);
  const api = supergraph.apiSchema();
  return (document) => {
    try {
      return costOfPlan(planner.buildQueryPlan(operationFromDocument(api, document)));
    } catch {
      return undefined; // What the planner cannot plan (@stream, for one) has no plan to compare.
    }
  };
}

export function costOfPlan({ node }: QueryPlan): PlanCost {
  const bySubgraph = new Map<string, number>();
  const entries = new Set<string>();
  const steps = node ? walk(node, bySubgraph, entries) : 0;
  return { fetches: [...bySubgraph.values()].reduce((sum, each) => sum + each, 0), steps, bySubgraph, entries };
}

/** Counts fetches on the way and returns the depth: how many fetches wait for one another. */
function walk(node: PlanNode | SubscriptionNode, fetches: Map<string, number>, entries: Set<string>): number {
  const depth = (each: PlanNode | undefined): number => (each ? walk(each, fetches, entries) : 0);
  switch (node.kind) {
    case 'Fetch':
      fetches.set(node.serviceName, (fetches.get(node.serviceName) ?? 0) + 1);
      for (const required of node.requires ?? [])
        if (required.kind === 'InlineFragment') {
          const keys = required.selections
            .map((each) => (each.kind === 'Field' ? each.name : ''))
            .filter((name) => name !== '__typename');
          entries.add(`${node.serviceName} ${required.typeCondition} ${keys.sort().join(' ')}`);
        }
      return 1;
    case 'Flatten':
      return depth(node.node);
    case 'Sequence':
      return node.nodes.reduce((sum, each) => sum + depth(each), 0);
    case 'Parallel':
      return Math.max(0, ...node.nodes.map(depth));
    case 'Condition':
      return Math.max(depth(node.ifClause), depth(node.elseClause));
    case 'Defer':
      return depth(node.primary.node) + Math.max(0, ...node.deferred.map((each) => depth(each.node)));
    case 'Subscription':
      return depth(node.primary) + depth(node.rest);
  }
}
