import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSubgraph } from '../../subgraphs/memo-server.ts';
import { growth } from '../../workloads/growth.ts';
import { heavy } from '../../workloads/heavy.ts';
import { light } from '../../workloads/light.ts';
import { referenceAnswers } from '../../workloads/reference.ts';
import type { Workload } from '../../workloads/workload.ts';
import { createGrowth } from './growth.ts';
import { createOverview } from './heavy.ts';
import { createShelf } from './light.ts';

type Urls = Readonly<Record<string, string>>;

/** The workload's subgraphs, and its references of entities counted. */
async function openSubgraphs(workload: Workload) {
  let references = 0;
  const counting = workload.subgraphs.map((subgraph) => ({
    ...subgraph,
    resolvers: Object.fromEntries(
      Object.entries(subgraph.resolvers).map(([type, fields]) => {
        const { __resolveReference: resolve } = fields;
        if (!resolve) return [type, fields];
        const counted = (reference: unknown) => {
          references += 1;
          return resolve(reference, {});
        };
        return [type, { ...fields, __resolveReference: counted }];
      }),
    ),
  }));
  const opened = await Promise.all(
    counting.map(async (subgraph) => ({ name: subgraph.name, ...(await openSubgraph(subgraph)) })),
  );
  return {
    urls: Object.fromEntries(opened.map(({ name, url }) => [name, url])) as Urls,
    references: () => references,
    close: () => {
      for (const one of opened) one.close();
    },
  };
}

for (const [workload, name, create] of [
  [heavy, 'Overview', createOverview],
  [light, 'Shelf', createShelf],
] as const)
  describe(`the hand-written server of the ${workload.name} workload`, () => {
    const ask = async (once: boolean) => {
      const subgraphs = await openSubgraphs(workload);
      try {
        const text = await create(subgraphs.urls, once)(workload.requests[name]?.variables ?? {});
        return { text, references: subgraphs.references() };
      } finally {
        subgraphs.close();
      }
    };

    it('answers as graphql-js does, to the order of the keys', async () => {
      const { [name]: data } = await referenceAnswers(workload);
      expect((await ask(false)).text).toBe(JSON.stringify({ data }));
      expect((await ask(true)).text).toBe(JSON.stringify({ data }));
    });

    it('asks for fewer entities when it asks for each once', async () => {
      const [each, once] = [await ask(false), await ask(true)];
      expect(once.references).toBeLessThan(each.references * 0.7);
    });
  });

describe('the hand-written server of the growth workload', () => {
  let subgraphs: Awaited<ReturnType<typeof openSubgraphs>>;
  beforeAll(async () => {
    subgraphs = await openSubgraphs(growth);
  });
  afterAll(() => subgraphs.close());

  it('answers every point as graphql-js does', async () => {
    const operations = createGrowth(subgraphs.urls);
    for (const [name, data] of Object.entries(await referenceAnswers(growth))) {
      const { query = '', variables = {} } = growth.requests[name] ?? {};
      const text = await operations.get(query)?.(variables);
      expect(JSON.parse(text ?? ''), name).toEqual({ data });
    }
  });
});
