import type { GraphQLSchema } from 'graphql';
import { type Engine, type EngineAnswer, Inadmissible, pathText } from './engine.ts';
import { inMemorySubgraph, newTraffic, subgraphSchema } from './in-memory-subgraph.ts';
import { type Case, INADMISSIBLE, type Scenario } from './scenario.ts';

export interface OpenedScenario {
  readonly sdl: string;
  readonly schemas: Readonly<Record<string, GraphQLSchema>>;
}

export const openScenario = ({ subgraphs }: Scenario, sdl: string): OpenedScenario => ({
  sdl,
  schemas: Object.fromEntries(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => [name, subgraphSchema(sdl, resolvers)]),
  ),
});

export async function run(engine: Engine, scenario: Scenario, one: Case, opened: OpenedScenario) {
  const traffic = newTraffic();
  const state = scenario.state?.();
  const subgraphs = new Map(
    Object.entries(opened.schemas).map(([name, schema]) => [name, inMemorySubgraph(name, schema, { state, traffic })]),
  );
  const { query, variables = {} } = one;
  const answer = await engine.run({ sdl: opened.sdl, query, variables, subgraphs }).catch((error) => {
    if (error instanceof Inadmissible) return INADMISSIBLE as typeof INADMISSIBLE;
    throw error;
  });
  return { answer, traffic };
}

export const paths = (errors: EngineAnswer['errors']): string[] => [...new Set(errors.map(pathText))].sort();
