import { type ApolloServerOptionsWithGateway, HeaderMap } from '@apollo/server';
import type { Logger } from '@cartograph/runtime/logger';
import { GraphQLError, type GraphQLFormattedError, getVariableValues } from 'graphql';
import type { RouterContext } from '../context.ts';
import { followFile } from '../followed-file.ts';
import { MUTATION_BY_GET } from '../http/admission.ts';
import type { Refused } from '../http/refused.ts';
import { checkCost, costExtension } from '../limits/cost.ts';
import type { LimitsSettings } from '../settings/limits.ts';
import type { Execute } from './execute.ts';
import { type Graph, type OpenSubgraph, openGraph } from './graph.ts';
import type { KnownOperation } from './known-operations.ts';

/** How Apollo Server sees a gateway. */
type GatewayInterface = ApolloServerOptionsWithGateway<GatewayContext>['gateway'];
type GatewayExecutor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

export interface GatewayOptions {
  readonly supergraphFile: string;
  readonly openSubgraph: OpenSubgraph;
  readonly execute: Execute;
  readonly limits: LimitsSettings;
  readonly logger: Logger;
}

/** Behind Apollo Server's pipeline and beside it: one supergraph in service at a time, exchanged without a pause. */
export interface Gateway extends GatewayInterface {
  /** What is in service now. Throws before the first supergraph was loaded. */
  current(): Graph;
  /** What was admitted is to be looked at again: the rules have changed. */
  forget(): void;
}

/** What a request carries through Apollo Server's pipeline to the executor. */
export interface GatewayContext extends RouterContext {
  /** Called with what the pipeline has admitted, before it is executed. */
  readonly admitted?: (operation: KnownOperation) => void;
  /** A GET asks queries only: it may be sent again by anything on its way, or by a link. */
  readonly byGet?: boolean;
  /** The caller wants to know what its operation costs. */
  readonly tellsCost?: boolean;
}

export function createGateway({ supergraphFile, openSubgraph, execute, limits, logger }: GatewayOptions): Gateway {
  type Listener = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0];
  const listeners = new Set<Listener>();
  let graph: Graph | null = null;
  let stopFollowing: (() => void) | undefined;

  function current(): Graph {
    if (!graph) throw new Error('the router was asked before it had loaded its supergraph');
    return graph;
  }

  function take(sdl: string) {
    const next = openGraph(sdl, openSubgraph, limits, graph);
    const { apiSchema, sdl: coreSupergraphSdl } = next.graph.supergraph;
    for (const listener of listeners) listener({ apiSchema, coreSupergraphSdl });
    graph = next.graph;
    // Requests under way finish on the connections they have.
    for (const client of next.left) void client.close();
  }

  const executor: GatewayExecutor = async ({ source, document, operationName, request, schema, context }) => {
    const inService = current();
    const variables = request.variables ?? {};
    const operation = inService.operations.get(source, document, operationName ?? undefined);
    if ('status' in operation) return { errors: [asError(operation)] };
    const { errors: unfit } = getVariableValues(schema, operation.variableDefinitions, variables);
    if (unfit) return { errors: unfit };
    const { admitted, byGet, tellsCost, ...routerContext } = context as GatewayContext;
    if (byGet && operation.compiled.kind === 'mutation') return { errors: [asError(MUTATION_BY_GET)] };
    const cost = operation.cost(variables);
    const { kind } = routerContext.viewer;
    const tooDear = checkCost(cost, kind, limits.cost);
    if (tooDear) return { errors: [asError(tooDear)] };
    admitted?.(operation);
    const { data, errors } = await execute(inService, { operation, variables, cost }, routerContext);
    return {
      data: JSON.parse(data),
      ...(errors.length > 0 && { errors: errors.map(asGraphQLError) }),
      ...(tellsCost && { extensions: { cost: costExtension(cost, kind, limits.cost) } }),
    };
  };

  return {
    current,
    forget: () => graph?.requests.forget(),
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async load() {
      const advice = 'Run "npm run compose", or set SUPERGRAPH to its path.';
      stopFollowing = await followFile({ path: supergraphFile, what: 'supergraph', advice, take }, logger);
      return { executor };
    },
    async stop() {
      stopFollowing?.();
      await Promise.all([...(graph?.subgraphs.values() ?? [])].map((client) => client.close()));
    },
  };
}

/** Apollo Server takes instances only. */
const asGraphQLError = ({ message, path, extensions }: GraphQLFormattedError): GraphQLError =>
  new GraphQLError(message, { ...(path && { path }), ...(extensions && { extensions }) });

/** A refusal on its way through Apollo Server, which takes the status from it. */
const asError = ({ message, code, status, headers, extensions }: Refused): GraphQLError => {
  const http = { status, headers: new HeaderMap(Object.entries(headers)) };
  return new GraphQLError(message, { extensions: { ...extensions, code, http } });
};
