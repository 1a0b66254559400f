import { describe, expect, it } from 'vitest';
import { compiledExecutor } from './compiled-executor.ts';
import { compose } from './compose.ts';
import type { Engine } from './engine.ts';
import { type Case, INADMISSIBLE } from './scenario.ts';
import { openScenario, paths, run } from './scenario-run.ts';
import { SCENARIOS } from './scenarios.ts';
import { stockGateway } from './stock-gateway.ts';

const ENGINES: readonly Engine[] = [stockGateway, compiledExecutor];

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('federation: %s', (_name, scenario) => {
  const sdls = Object.entries(scenario.subgraphs).map(([name, { sdl }]) => [name, sdl]);
  const opened = openScenario(scenario, compose(Object.fromEntries(sdls)));
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
