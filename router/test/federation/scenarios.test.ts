import type { GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compiledExecutor } from './compiled-executor.ts';
import { compose } from './compose.ts';
import { type Engine, type EngineAnswer, Inadmissible, pathText } from './engine.ts';
import { inMemorySubgraph, newTraffic, subgraphSchema } from './in-memory-subgraph.ts';
import { type Case, INADMISSIBLE, type Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { stockGateway } from './stock-gateway.ts';

const ENGINES: readonly Engine[] = [stockGateway, compiledExecutor];

const open = (scenario: Scenario) => {
  const sdl = compose(mapValues(scenario.subgraphs, ({ sdl }) => sdl));
  const schemas = mapValues(scenario.subgraphs, ({ sdl, resolvers }) => subgraphSchema(sdl, resolvers));
  return { sdl, schemas };
};

const mapValues = <A, B>(of: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, f(value)]));

async function run(engine: Engine, scenario: Scenario, one: Case, opened: ReturnType<typeof open>) {
  const traffic = newTraffic();
  const state = scenario.state?.();
  const subgraphs = new Map(
    Object.entries(opened.schemas).map(([name, schema]: [string, GraphQLSchema]) => [
      name,
      inMemorySubgraph(name, schema, { state, traffic }),
    ]),
  );
  const { query, variables = {} } = one;
  const answer = await engine.run({ sdl: opened.sdl, query, variables, subgraphs }).catch((error) => {
    if (error instanceof Inadmissible) return INADMISSIBLE as typeof INADMISSIBLE;
    throw error;
  });
  return { answer, traffic };
}

const paths = (errors: EngineAnswer['errors']): string[] => [...new Set(errors.map(pathText))].sort();

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('federation: %s', (_name, scenario) => {
  const opened = open(scenario);
  describe.each(ENGINES)('by $name', (engine) => {
    if (scenario.stockCannot && engine === stockGateway) {
      it('is refused', () => expect(run(engine, scenario, scenario.cases[0] as Case, opened)).rejects.toThrow());
      return;
    }
    it.each(scenario.cases.map((one) => [one.it, one] as const))('%s', async (_fact, one) => {
      const expected = engine.name === 'stock' ? { ...one, ...one.stock } : one;
      const { answer, traffic } = await run(engine, scenario, one, opened);
      if (expected.data === INADMISSIBLE) return expect(answer).toBe(INADMISSIBLE);
      if (answer === INADMISSIBLE) throw new Error(`not valid: ${one.query}`);
      const { data, errors } = answer;
      expect({ data, errors: paths(errors) }, JSON.stringify(errors)).toEqual({
        data: expected.data,
        errors: [...(expected.errors ?? [])].sort(),
      });
      expect(JSON.stringify(data), 'fields in the order of the operation').toBe(JSON.stringify(expected.data));
      if (!one.stock || engine.name !== 'stock') expect(traffic.refused).toEqual([]);
      if (one.asks && engine !== stockGateway) expect(traffic.sent.map(({ subgraph }) => subgraph)).toEqual(one.asks);
    });
  });
});
