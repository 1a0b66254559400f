import { describe, expect, it } from 'vitest';
import { graphOf } from './graph.ts';

const PEOPLE = [
  { __typename: 'Person', id: '1', name: 'Ada', friend: { id: '2' } },
  { __typename: 'Person', id: '2', name: 'Alan', friend: null },
];
const person = ({ id }: { id: string }) => PEOPLE.find((one) => one.id === id);

const people = {
  sdl: `type Query { people: [[Person!]!] person: Person anyone: Being owned: [Owned!]! either: Either }
    interface Being { id: ID! }
    type Person implements Being @key(fields: "id") { id: ID! name: String! friend: Person }
    type Robot implements Being @key(fields: "id") { id: ID! }
    interface Owned { owner: Being }
    type Car implements Owned { owner: Person }
    type Boat implements Owned { owner: Person }
    union Either = Flat | Desk
    type Flat { user: Person }
    type Desk { user: Robot }`,
  resolvers: {
    Query: {
      people: () => [PEOPLE],
      person: () => PEOPLE[0],
      anyone: () => PEOPLE[0],
      owned: () => [
        { __typename: 'Car', owner: PEOPLE[0] },
        { __typename: 'Boat', owner: PEOPLE[1] },
      ],
      either: () => ({ __typename: 'Desk', user: { id: '9' } }),
    },
    Person: { __resolveReference: person, friend: ({ friend }: (typeof PEOPLE)[0]) => friend && person(friend) },
  },
};
const size = { __resolveReference: ({ id }: { id: string }) => ({ id, size: Number(id) }) };
const sizes = {
  sdl: `type Person @key(fields: "id") { id: ID! size: Int! }
    type Robot @key(fields: "id") { id: ID! size: Int! }`,
  resolvers: { Person: size, Robot: size },
};

/** What the query is answered, with the first question of each subgraph. */
async function asked(query: string) {
  const graph = graphOf({ people, sizes });
  const { data, errors } = await graph.ask(query);
  expect(errors).toEqual([]);
  const { people: first, sizes: second } = graph.sent;
  return { data, query: first?.[0]?.query, representations: second?.[0]?.variables.representations };
}

describe('the name of a type', () => {
  it('that the schema knows is not asked for, and subgraphs are told it', async () => {
    const { data, query, representations } = await asked('{ people { __typename size friend { size } } }');
    expect(data).toEqual({
      people: [
        [
          { __typename: 'Person', size: 1, friend: { size: 2 } },
          { __typename: 'Person', size: 2, friend: null },
        ],
      ],
    });
    expect(query).toBe('{people{id friend{id}}}');
    expect(representations).toEqual(['1', '2'].map((id) => ({ __typename: 'Person', id })));
  });

  it('is asked for where nothing else is', async () => {
    const { data, query } = await asked('{ person { __typename } }');
    expect([data, query]).toEqual([{ person: { __typename: 'Person' } }, '{person{__typename}}']);
  });

  it('is asked for where an object can be of several types', async () => {
    const { data, query } = await asked('{ anyone { ... on Person { size } } }');
    expect([data, query]).toEqual([{ anyone: { size: 1 } }, '{anyone{__typename ...on Person{__typename id}}}']);
  });

  it('is asked for where fragments give one place objects of two types', async () => {
    const { data, query, representations } = await asked(
      '{ either { ... on Flat { user { size } } ... on Desk { user { size } } } }',
    );
    expect(data).toEqual({ either: { user: { size: 9 } } });
    expect(query).toBe('{either{__typename ...on Flat{user{__typename id}}...on Desk{user{__typename id}}}}');
    expect(representations).toEqual([{ __typename: 'Robot', id: '9' }]);
  });

  it('is asked for where a caller sees an interface, though every object below it is of one type', async () => {
    const { data } = await asked('{ owned { owner { __typename ... on Person { size } } } }');
    expect(data).toEqual({
      owned: [1, 2].map((size) => ({ owner: { __typename: 'Person', size } })),
    });
  });

  it('is what the schema says, whatever a subgraph calls the object beside', async () => {
    const lies = ({ query }: { query: string }) => ({
      data: query.includes('_entities') ? { _entities: [{ __typename: 'Robot', size: 3 }] } : { person: { id: '1' } },
    });
    const { data, errors } = await graphOf({ people: { ...people, lies }, sizes: { ...sizes, lies } }).ask(
      '{ person { size } }',
    );
    expect(data).toEqual({ person: null });
    expect(errors).toMatchObject([{ path: ['person'] }]);
  });
});

describe('what a subgraph requires', () => {
  it('with the name of its type is asked for with it, though the schema knows it', async () => {
    const boxes = {
      sdl: `type Query { box: Box } type Box @key(fields: "id") { id: ID! content: Content! @shareable }
        type Content @shareable { weight: Int! }`,
      resolvers: { Query: { box: () => ({ id: 'b', content: { weight: 2 } }) } },
    };
    const carrier = {
      sdl: `type Box @key(fields: "id") {
          id: ID! content: Content! @external price: Int! @requires(fields: "content { __typename weight }") }
        type Content @shareable { weight: Int! }`,
      resolvers: { Box: { price: ({ content }: { content: { weight: number } }) => content.weight * 300 } },
    };
    const graph = graphOf({ boxes, carrier });
    expect(await graph.ask('{ box { price } }')).toMatchObject({ data: { box: { price: 600 } }, errors: [] });
    expect(graph.sent.boxes?.[0]?.query).toBe('{box{id content{__typename weight}}}');
    expect(graph.sent.carrier?.[0]?.variables.representations).toEqual([
      { __typename: 'Box', id: 'b', content: { __typename: 'Content', weight: 2 } },
    ]);
  });
});
