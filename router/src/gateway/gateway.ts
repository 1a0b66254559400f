import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { Logger } from '@cartograph/runtime/logger';
import { GraphQLError, type GraphQLFormattedError, getVariableValues } from 'graphql';
import type { RouterContext } from '../context.ts';
import { followFile } from '../followed-file.ts';
import type { Refused } from '../http/refused.ts';

import type { Execute } from './execute.ts';
import { type Graph, type OpenSubgraph, openGraph, type Ways } from './graph.ts';
import type { KnownOperation, Rules } from './known-operations.ts';

/** How Apollo Server sees a gateway. */
type GatewayInterface = ApolloServerOptionsWithGateway<GatewayContext>['gateway'];
type GatewayExecutor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

export interface GatewayOptions {
  readonly supergraphFile: string;
  readonly openSubgraph: OpenSubgraph;
  readonly execute: Execute;
  readonly rules: Rules;
  /** `stock` is Apollo's own, to compare with or to fall back on. */
  readonly executor: 'compiled' | 'stock';
  readonly logger: Logger;
  /** Told when planning and compiling an operation began (`performance.now()`) and for which request; it has just ended. */
  readonly planned: (startedAt: number, context: RouterContext) => void;
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
  /** Asked with what the pipeline has admitted, before it is executed. Says no where something else stands against it. */
  admits(operation: KnownOperation, cost: number): boolean;
  /** Told of an operation that cannot be judged. */
  refuse(refusal: Refused): void;
}

/** Never sent: whoever asked answers with the refusal that it knows. What has a code is not logged as a fault of ours. */
const REFUSED = { errors: [new GraphQLError('refused', { extensions: { code: 'BAD_REQUEST' } })] };

export function createGateway(options: GatewayOptions): Gateway {
  const { supergraphFile, openSubgraph, execute, executor: engine, rules, logger, planned } = options;
  type Listener = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0];
  const listeners = new Set<Listener>();
  let graph: Graph | null = null;
  let stopFollowing: (() => void) | undefined;

  function current(): Graph {
    if (!graph) throw new Error('the router was asked before it had loaded its supergraph');
    return graph;
  }

  function take(sdl: string, ways: Ways) {
    const next = openGraph(sdl, ways, graph);
    const { apiSchema, sdl: coreSupergraphSdl } = next.graph.supergraph;
    for (const listener of listeners) listener({ apiSchema, coreSupergraphSdl });
    graph = next.graph;
    // Requests under way finish on the connections they have.
    for (const client of next.left) void client.close();
  }

  const executor: GatewayExecutor = async ({ source, document, request, schema, context }) => {
    const inService = current();
    const { admits, refuse, ...routerContext } = context as GatewayContext;
    const variables = request.variables ?? {};
    // As it was asked, and not as it was found out: whoever leaves it out leaves it out the next time too.
    const name = request.operationName ?? undefined;
    const isNew = !inService.operations.peek(source, name);
    const startedAt = performance.now();
    const operation = inService.operations.get(source, document, name);
    if (isNew) planned(startedAt, routerContext);
    if ('status' in operation) {
      refuse(operation);
      return REFUSED;
    }
    const { errors: unfit } = getVariableValues(schema, operation.variableDefinitions, variables);
    if (unfit) return { errors: unfit };
    const cost = operation.cost(variables);
    if (!admits(operation, cost)) return REFUSED;
    const { data, errors } = await execute(inService, { operation, variables, cost }, routerContext);
    return { data: JSON.parse(data), ...(errors.length > 0 && { errors: errors.map(asGraphQLError) }) };
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
      const ways = { openSubgraph, rules, compilerFor: await compilerOf(engine) };
      const file = { path: supergraphFile, what: 'supergraph', advice, take: (sdl: string) => take(sdl, ways) };
      stopFollowing = await followFile(file, logger);
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

/** Apollo's gateway is a second's work to load, and needed by hardly anybody. */
async function compilerOf(engine: GatewayOptions['executor']): Promise<Ways['compilerFor']> {
  if (engine === 'stock') return (await import('../execution/stock-operation.ts')).stockCompiler;
  const { compileOperation } = await import('../execution/compile.ts');
  return () => compileOperation;
}
