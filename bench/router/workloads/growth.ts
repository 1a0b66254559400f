import { FEDERATION, type GraphqlRequest, request, type SubgraphSource, type Workload } from './workload.ts';

interface Item {
  readonly id: string;
}

/** How far each question goes; the first is where the others start from. */
export const ENTITIES = [10, 30, 100, 300, 1000] as const;
export const DEPTHS = [1, 2, 3, 4, 5, 6] as const;
export const SUBGRAPHS = [1, 2, 4, 6, 8] as const;

const COUNT = 1000;
const idOf = (index: number) => `item-${index % COUNT}`;
const indexOf = ({ id }: Item) => Number(id.slice('item-'.length));
const neighbour = (step: number) => (item: Item) => ({ id: idOf(indexOf(item) * 7 + step) });

const items: SubgraphSource = {
  name: 'items',
  typeDefs: `${FEDERATION}
    type Query { items(first: Int!): [Item!]! }
    type Item @key(fields: "id") { id: ID! name: String! left: Item! }
  `,
  resolvers: {
    Query: {
      items: (_: unknown, { first }: { first: number }) => Array.from({ length: first }, (_, n) => ({ id: idOf(n) })),
    },
    Item: { __resolveReference: (item: Item) => item, name: ({ id }: Item) => `Name of ${id}`, left: neighbour(1) },
  },
};

const facet = (number: number): SubgraphSource => ({
  name: `facet${number}`,
  typeDefs: `${FEDERATION}
    type Item @key(fields: "id") { id: ID! facet${number}: String! ${number === 2 ? 'right: Item!' : ''} }
  `,
  resolvers: {
    Item: {
      __resolveReference: (item: Item) => item,
      [`facet${number}`]: ({ id }: Item) => `Facet ${number} of ${id}`,
      ...(number === 2 && { right: neighbour(3) }),
    },
  },
});

export const facetNames = (subgraphs: number): readonly string[] =>
  Array.from({ length: subgraphs - 1 }, (_, index) => `facet${index + 2}`);

/** 20 items with fields from this many subgraphs. */
const acrossSubgraphs = (count: number) =>
  request(`query Subgraphs${count} { items(first: 20) { id name ${facetNames(count).join(' ')} } }`);

/** 20 items and a chain of their neighbours; each step is to be asked of the other of two subgraphs. */
const downTo = (depth: number) => {
  const below = (step: number): string =>
    step > depth ? '' : `${step % 2 ? 'right' : 'left'} { id name ${below(step + 1)} }`;
  return request(`query Depth${depth} { items(first: 20) { id name ${below(1)} } }`);
};

const withEntities = (first: number) =>
  request('query Entities($first: Int!) { items(first: $first) { id name facet2 facet3 } }', { first });

const series = (name: string, points: readonly number[], at: (point: number) => GraphqlRequest) =>
  Object.fromEntries(points.map((point) => [`${name} ${point}`, at(point)]));

export const growth: Workload = {
  name: 'growth',
  about: 'one supergraph of 8 subgraphs, asked for more and more',
  subgraphs: [items, ...[2, 3, 4, 5, 6, 7, 8].map(facet)],
  requests: {
    ...series('entities', ENTITIES, withEntities),
    ...series('depth', DEPTHS, downTo),
    ...series('subgraphs', SUBGRAPHS, acrossSubgraphs),
  },
};
