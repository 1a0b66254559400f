import { describe, expect, it } from 'vitest';
import { graphOf } from './graph.ts';

const from = (place: string) => ({
  Query: { maps: () => [{ id: '1', title: `${place} title`, scale: `${place} scale`, legend: `${place} legend` }] },
  Map: {
    __resolveReference: ({ id }: { id: string }) => ({
      id,
      title: `${place} title`,
      scale: `${place} scale`,
      legend: `${place} legend`,
    }),
  },
});

const atlas = () =>
  graphOf({
    old: {
      sdl: 'type Query { maps: [Map!]! } type Map @key(fields: "id") { id: ID! title: String scale: String legend: String }',
      resolvers: from('old'),
    },
    new: {
      sdl: `type Map @key(fields: "id") { id: ID! title: String @override(from: "old", label: "percent(25)")
        scale: String @override(from: "old", label: "percent(60.5)") legend: String @override(from: "old", label: "percent(100)") }`,
      resolvers: { Map: from('new').Map },
    },
  });

const ALL = '{ maps { title scale legend } }';
const at = async (draw: number) => (await atlas().ask(ALL, {}, () => draw)).data.maps[0];

describe('a field that moves for a share of the requests', () => {
  it('is taken from its new place by that share', async () => {
    expect(await at(0)).toEqual({ title: 'new title', scale: 'new scale', legend: 'new legend' });
    expect(await at(0.2499)).toEqual({ title: 'new title', scale: 'new scale', legend: 'new legend' });
    expect(await at(0.25)).toEqual({ title: 'old title', scale: 'new scale', legend: 'new legend' });
    expect(await at(0.6049)).toEqual({ title: 'old title', scale: 'new scale', legend: 'new legend' });
    expect(await at(0.605)).toEqual({ title: 'old title', scale: 'old scale', legend: 'new legend' });
    expect(await at(0.9999)).toEqual({ title: 'old title', scale: 'old scale', legend: 'new legend' });
  });

  it('is decided anew for each request of one operation', async () => {
    const draws = [0.1, 0.9, 0.1];
    const graph = atlas();
    const operation = graph.compile('{ maps { title } }', () => draws.shift() ?? 1);
    const titles = [await operation.ask(), await operation.ask(), await operation.ask()];
    expect(titles.map(({ data }) => data.maps[0].title)).toEqual(['new title', 'old title', 'new title']);
  });

  it('is decided beside variables that switch parts on and off', async () => {
    const graph = atlas();
    const query = 'query ($t: Boolean!) { maps { title @include(if: $t) scale } }';
    expect((await graph.ask(query, { t: true }, () => 0.3)).data).toEqual({
      maps: [{ title: 'old title', scale: 'new scale' }],
    });
    expect((await graph.ask(query, { t: false }, () => 0.9)).data).toEqual({ maps: [{ scale: 'old scale' }] });
  });

  it('draws for no operation without such a field', async () => {
    const draw = () => {
      throw new Error('drawn for nothing');
    };
    expect((await atlas().ask('{ maps { id } }', {}, draw)).data).toEqual({ maps: [{ id: '1' }] });
  });
});
