import './no-telemetry.ts';
import { createHash } from 'node:crypto';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { QueryPlanner } from '@apollo/query-planner';
import { type GraphQLFormattedError, getOperationAST, parse } from 'graphql';
import type { RouterContext } from '../../src/context.ts';
import { MOST_PLANS, withBoundedEffort } from '../../src/planning/effort.ts';
import type { SubgraphClient } from '../../src/subgraphs/subgraph-client.ts';
import { admit, type Engine, type EngineAnswer, type EngineRequest, isExplained, perSupergraph } from './engine.ts';

/** It would take minutes, and all memory, where it has many ways to choose from. */
const { buildQueryPlan } = QueryPlanner.prototype;
QueryPlanner.prototype.buildQueryPlan = function (...given) {
  return withBoundedEffort(() => buildQueryPlan.apply(this, given));
};

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

interface StockContext {
  readonly subgraphs: ReadonlyMap<string, SubgraphClient>;
  /** Errors of subgraphs make the gateway forget its own: without them it tells those. */
  readonly withoutErrors: boolean;
}

const dataSource = (name: string): GraphQLDataSource<StockContext & Record<string, any>> => ({
  async process({ request, context }) {
    const { subgraphs, withoutErrors } = context as StockContext;
    const { query, variables, operationName } = request;
    const call = {
      body: JSON.stringify({ query, variables, operationName }),
      kind: 'query',
      repeatable: true,
    } as const;
    const client = subgraphs.get(name);
    if (!client) throw new Error(`no subgraph ${name}`);
    const { data, errors, ...rest } = await client.send(call, {} as RouterContext).catch((error) => {
      if (withoutErrors) return { data: null, errors: undefined };
      throw error;
    });
    return { ...rest, ...(data !== undefined && { data }), ...(errors && !withoutErrors && { errors }) };
  },
});

const load = async (sdl: string) => {
  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    logger: quiet,
    queryPlannerConfig: { debug: { maxEvaluatedPlans: MOST_PLANS } },
    buildService: ({ name }) => dataSource(name),
  });
  const { schema, executor } = await gateway.load({ apollo: {} } as any);
  return { schema, executor: executor as (request: unknown) => Promise<any> };
};

const loaded = perSupergraph(load);

async function ask(request: EngineRequest, withoutErrors: boolean) {
  const { schema, executor } = await loaded(request.sdl);
  const { query, variables, operationName } = request;
  admit(schema, query);
  const document = parse(query);
  return executor({
    request: { query, variables, operationName },
    document,
    operation: getOperationAST(document, operationName),
    operationName: operationName ?? null,
    queryHash: createHash('sha256').update(query).digest('hex'),
    source: query,
    schema,
    logger: quiet,
    metrics: {},
    context: { subgraphs: request.subgraphs, withoutErrors } satisfies StockContext,
  });
}

/**
 * Apollo's own executor, told to say all it knows: it drops its own complaints about an answer when a subgraph has
 * complained too, so those are taken from a second run in which subgraphs do not complain.
 */
export const stockGateway: Engine = {
  name: 'stock',
  async run(request): Promise<EngineAnswer> {
    const answer = await ask(request, false);
    const given: GraphQLFormattedError[] = plain(answer.errors ?? []);
    const alone = given.length === 0 || /\bmutation\b/.test(request.query);
    const { extensions } = alone ? answer : await ask(request, true);
    const own: GraphQLFormattedError[] = plain(extensions?.valueCompletion ?? []);
    return { data: plain(answer.data), errors: [...given, ...own.filter((fault) => !isExplained(fault, given))] };
  },
};

const plain = (value: any) => JSON.parse(JSON.stringify(value ?? null));
