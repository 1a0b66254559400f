import { CodedError } from '@cartograph/kernel/errors';
import { parse } from 'graphql';
import type { SubgraphClient } from '../../src/subgraphs/subgraph-client.ts';
import type { Engine, EngineAnswer } from '../federation/engine.ts';
import { newTraffic, type SentBody, type Traffic } from '../federation/in-memory-subgraph.ts';
import { type Fault, Faults } from './faults.ts';
import type { Operation } from './generate-operation.ts';
import { GeneratedSubgraph } from './generated-subgraph.ts';
import type { Graph } from './graph.ts';
import { executeMerged, type Truth } from './merged-schema.ts';
import { World } from './world.ts';

export interface Outcome extends EngineAnswer {
  readonly traffic: Traffic;
  /** Mutations as they took effect. */
  readonly effects: readonly string[];
  /** Each field that was answered, by subgraph: plans that differ in this meet other faults. */
  readonly touched: ReadonlySet<string>;
}

export interface Ask {
  readonly graph: Graph;
  readonly seed: number;
  readonly operation: Operation;
  readonly faults: readonly Fault[];
  /** Changes an answer on its way. */
  readonly through?: (subgraph: string, body: SentBody, answer: unknown) => unknown;
}

export async function runOn(engine: Engine, ask: Ask): Promise<Outcome> {
  const { graph, operation, through = (_name, _body, answer) => answer } = ask;
  const traffic = newTraffic();
  const effects: string[] = [];
  const touched = new Set<string>();
  const faults = new Faults(ask.faults);
  const world = new World(graph, ask.seed);
  const subgraphs = new Map<string, SubgraphClient>();
  for (const [name, facts] of graph.subgraphs) {
    const subgraph = new GeneratedSubgraph(facts, { graph, world, faults, traffic, effects, touched });
    subgraphs.set(name, {
      name,
      async send({ body }) {
        const asked = JSON.parse(body) as SentBody;
        const answer = JSON.stringify(through(name, asked, subgraph.answer(asked)));
        if (faults.of(name, 'rejects')) throw new CodedError('SERVICE_UNAVAILABLE');
        return JSON.parse(answer);
      },
      ready: async () => true,
      close: async () => {},
    });
  }
  const { query, operationName, variables } = operation;
  const answer = await engine.run({
    sdl: graph.supergraphSdl,
    query,
    variables,
    subgraphs,
    ...(operationName !== undefined && { operationName }),
  });
  return { ...answer, traffic, effects, touched };
}

export const runMerged = ({ graph, seed, operation }: Ask): Truth =>
  executeMerged(graph, new World(graph, seed), parse(operation.query), operation.operationName, operation.variables);
