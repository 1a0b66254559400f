import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/settings/settings-file.ts';
import { openGraph } from './supergraph.ts';

const TOKEN = { lifetimeSeconds: 60, tokenId: 't1' };
const TELL = { 'x-cartograph-query-plan': 'tell' };
const QUERY = { query: 'query Shelf { books { id stars } }' };

describe('the query plan', () => {
  it('is told on request in development, the second and third time as the first', async () => {
    await using graph = await openGraph();
    for (const _ of [1, 2, 3]) {
      const { body } = await graph.ask(QUERY, TELL);
      expect(body.data).toEqual({ books: [{ id: '1', stars: 5 }] });
      const { text, json } = body.extensions.queryPlan;
      expect(text).toMatch(
        /^QueryPlan \{\n {2}Sequence \{\n {4}Fetch\(service: "books"\)[\s\S]*Flatten\(path: "books\.@"\)/,
      );
      expect(json).toMatchObject({
        kind: 'QueryPlan',
        node: {
          kind: 'Sequence',
          nodes: [
            { kind: 'Fetch', serviceName: 'books' },
            { kind: 'Flatten', path: ['books', '@'], node: { serviceName: 'reviews' } },
          ],
        },
      });
    }
    expect((await graph.ask(QUERY)).body).not.toHaveProperty('extensions');
    expect((await graph.ask(QUERY, { 'x-cartograph-query-plan': 'yes' })).body).not.toHaveProperty('extensions');
  });

  it('stands beside the cost', async () => {
    await using graph = await openGraph();
    const { body } = await graph.ask(QUERY, { ...TELL, 'x-cartograph-cost': 'tell' });
    expect(Object.keys(body.extensions)).toEqual(['cost', 'queryPlan']);
  });

  it('is told to staff in production, and to nobody else, whatever way their request takes', async () => {
    await using graph = await openGraph({ config: { production: true } });
    const { issue } = graph;
    const viewers = {
      nobody: undefined,
      guest: await issue({ kind: 'guest', guestId: 'g1' }, TOKEN),
      customer: await issue({ kind: 'customer', customerId: 'c1' }, TOKEN),
      staff: await issue({ kind: 'staff', staffId: 's1', roles: ['SUPPORT'] }, TOKEN),
    };
    for (const [who, token] of Object.entries(viewers)) {
      const headers = token ? { ...TELL, authorization: `Bearer ${token}` } : TELL;
      for (const time of [1, 2, 3]) {
        const { body, text } = await graph.ask(QUERY, headers);
        expect(body.data, `${who}, ${time}`).toEqual({ books: [{ id: '1', stars: 5 }] });
        if (who === 'staff') expect(body.extensions.queryPlan.text).toContain('reviews');
        else expect(text, `${who}, ${time}`).not.toMatch(/extensions|reviews|Fetch/);
      }
    }
  });

  it('is told to nobody in production where the settings say never', async () => {
    const { telemetry } = readSettings({});
    const settings = { telemetry: { ...telemetry, queryPlan: 'never' as const } };
    await using graph = await openGraph({ config: { production: true }, settings });
    const staff = await graph.issue({ kind: 'staff', staffId: 's1', roles: ['ADMIN'] }, TOKEN);
    const { body } = await graph.ask(QUERY, { ...TELL, authorization: `Bearer ${staff}` });
    expect(body).toEqual({ data: { books: [{ id: '1', stars: 5 }] } });
  });

  it('is not told of what was refused', async () => {
    await using graph = await openGraph();
    for (const query of ['{ nothing }', '{'])
      expect((await graph.ask({ query }, TELL)).body).not.toHaveProperty('extensions');
  });
});
