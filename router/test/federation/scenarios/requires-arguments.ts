import { by, type Scenario } from '../scenario.ts';

/** Wrong in the planner itself, so every executor has to work around it. */
export const SHADOWED =
  'The planner takes one field for another when a requirement and a caller use one response name.';

const rooms = [
  { id: 'r1', temperature: { C: 20, F: 68 } },
  { id: 'r2', temperature: { C: 5, F: 41 } },
];
const temperature = ({ temperature }: (typeof rooms)[number], { unit }: { unit: 'C' | 'F' }) => temperature[unit];

const withArguments: Scenario = {
  name: 'a requirement with an argument',
  subgraphs: {
    rooms: {
      sdl: `type Query { rooms: [Room!]! } enum Unit { C F }
        type Room @key(fields: "id") { id: ID! temperature(unit: Unit! = C, exact: Boolean): Int! }`,
      resolvers: { Query: { rooms: () => rooms }, Room: { __resolveReference: by(rooms, 'id'), temperature } },
    },
    comfort: {
      sdl: `enum Unit { C F } type Room @key(fields: "id") { id: ID! temperature(unit: Unit! = C, exact: Boolean): Int! @external
          cosy: Boolean! @requires(fields: "temperature(unit: F)") frosty: Boolean! @requires(fields: "temperature(unit: C, exact: true)") }`,
      resolvers: {
        Room: {
          cosy: ({ temperature }: { temperature: number }) => temperature > 60,
          frosty: ({ temperature }: { temperature: number }) => temperature < 10,
        },
      },
    },
  },
  cases: [
    {
      it: 'is asked for with it',
      query: '{ rooms { cosy } }',
      data: { rooms: [{ cosy: true }, { cosy: false }] },
    },
    {
      it: 'stays apart from the same field asked for with another argument',
      query: '{ rooms { temperature cosy } }',
      data: {
        rooms: [
          { temperature: 20, cosy: true },
          { temperature: 5, cosy: false },
        ],
      },
      stock: {
        data: {
          rooms: [
            { temperature: 20, cosy: false },
            { temperature: 5, cosy: false },
          ],
        },
        why: SHADOWED,
      },
    },
    {
      it: 'stays apart from the same field asked for with a variable',
      query: 'query ($u: Unit!) { rooms { temperature(unit: $u) frosty } }',
      variables: { u: 'F' },
      data: {
        rooms: [
          { temperature: 68, frosty: false },
          { temperature: 41, frosty: true },
        ],
      },
      stock: {
        data: {
          rooms: [
            { temperature: 68, frosty: false },
            { temperature: 41, frosty: false },
          ],
        },
        why: SHADOWED,
      },
    },
    {
      it: 'stays apart from the same field asked for under both arguments',
      query: '{ rooms { c: temperature(unit: C) f: temperature(unit: F) temperature(unit: F) cosy } }',
      data: {
        rooms: [
          { c: 20, f: 68, temperature: 68, cosy: true },
          { c: 5, f: 41, temperature: 41, cosy: false },
        ],
      },
    },
  ],
};

const conflicting: Scenario = {
  name: 'two requirements of one field with different arguments',
  subgraphs: {
    rooms: withArguments.subgraphs.rooms as Scenario['subgraphs'][string],
    heat: {
      sdl: `enum Unit { C F } type Room @key(fields: "id") { id: ID! temperature(unit: Unit! = C, exact: Boolean): Int! @external
          heat: Int! @requires(fields: "temperature(unit: C)") }`,
      resolvers: { Room: { heat: ({ temperature }: { temperature: number }) => temperature * 10 } },
    },
    sale: {
      sdl: `enum Unit { C F } type Room @key(fields: "id") { id: ID! temperature(unit: Unit! = C, exact: Boolean): Int! @external
          sale: Int! @requires(fields: "temperature(unit: F)") }`,
      resolvers: { Room: { sale: ({ temperature }: { temperature: number }) => temperature + 1000 } },
    },
  },
  cases: [
    {
      it: 'are both met',
      query: '{ rooms { heat sale } }',
      data: {
        rooms: [
          { heat: 200, sale: 1068 },
          { heat: 50, sale: 1041 },
        ],
      },
      stock: {
        data: {
          rooms: [
            { heat: 200, sale: 1020 },
            { heat: 50, sale: 1005 },
          ],
        },
        why: SHADOWED,
      },
    },
    {
      it: 'are both met beside the field itself',
      query: '{ rooms { sale temperature heat } }',
      data: {
        rooms: [
          { sale: 1068, temperature: 20, heat: 200 },
          { sale: 1041, temperature: 5, heat: 50 },
        ],
      },
      stock: {
        data: {
          rooms: [
            { sale: 1068, temperature: 68, heat: 680 },
            { sale: 1041, temperature: 41, heat: 410 },
          ],
        },
        why: SHADOWED,
      },
    },
  ],
};

export const requiresArguments: readonly Scenario[] = [withArguments, conflicting];
