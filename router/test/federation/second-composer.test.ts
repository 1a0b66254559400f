import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compiledExecutor } from './compiled-executor.ts';
import { asFederated } from './compose.ts';
import { INADMISSIBLE, type Scenario } from './scenario.ts';
import { openScenario, paths, run } from './scenario-run.ts';
import { SCENARIOS } from './scenarios.ts';

/** Composed by a second hand, which writes supergraphs down in another way. */
function composedOtherwise({ subgraphs }: Scenario): string {
  const services = Object.entries(subgraphs).map(([name, { sdl }]) => ({
    name,
    url: `http://${name}.invalid/graphql`,
    typeDefs: parse(asFederated(sdl).replace('v2.9', 'v2.7').replace(',"@context","@fromContext"', '')),
  }));
  const { supergraphSdl, errors = [] } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  'composed by another: %s',
  (_, scenario) => {
    if (scenario.secondComposerCannot) {
      it('is not composed', () => expect(() => composedOtherwise(scenario)).toThrow());
      return;
    }
    const opened = openScenario(scenario, composedOtherwise(scenario));
    it.each(scenario.cases.map((one) => [one.it, one] as const))('%s', async (_fact, one) => {
      const { answer, traffic } = await run(compiledExecutor, scenario, one, opened);
      if (answer === INADMISSIBLE) return expect(one.data).toBe(INADMISSIBLE);
      expect(traffic.refused).toEqual([]);
      expect(JSON.stringify(answer.data), JSON.stringify(answer.errors)).toBe(JSON.stringify(one.data));
      expect(paths(answer.errors)).toEqual([...(one.errors ?? [])].sort());
    });
  },
);
