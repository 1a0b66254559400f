import type { Scenario } from '../scenario.ts';

const boxes = [
  { id: 'b1', unit: 'mm', owner: { tag: 'X' }, parts: [{ id: 'p1' }, { id: 'p2' }], lid: { id: 'p1' } },
  { id: 'b2', unit: 'in', owner: { tag: 'Y' }, parts: [{ id: 'p1' }], lid: null },
];

const arrived: Scenario = {
  name: 'an argument that comes from above',
  stockCannot: 'The stock gateway does not support @context.',
  secondComposerCannot: 'It knows no @context.',
  subgraphs: {
    boxes: {
      sdl: `type Query { boxes: [Box!]! box: Box }
        type Box @key(fields: "id") @context(name: "box") { id: ID! unit: String! owner: Owner! parts: [Part!]! lid: Part }
        type Owner { tag: String! }
        type Part @key(fields: "id") { id: ID! size(unit: String @fromContext(field: "$box { unit }")): String!
          label(tag: String @fromContext(field: "$box { owner { tag } }"), loud: Boolean = false): String! }`,
      resolvers: {
        Query: { boxes: () => boxes, box: () => boxes[1] },
        Part: {
          __resolveReference: ({ id }: any) => ({ id }),
          size: ({ id }: any, { unit }: any) => `${id} in ${unit}`,
          label: ({ id }: any, { tag, loud }: any) => `${id} of ${tag}${loud ? '!' : ''}`,
        },
      },
    },
    other: {
      sdl: `type Query { sample: [Box!]! } type Box @key(fields: "id") { id: ID! name: String! }`,
      resolvers: { Query: { sample: () => [{ id: 'b1' }] }, Box: { name: ({ id }: any) => `box ${id}` } },
    },
  },
  cases: [
    {
      it: 'is told from what is asked anyway, for each place anew',
      query: '{ boxes { unit parts { size } } }',
      data: {
        boxes: [
          { unit: 'mm', parts: [{ size: 'p1 in mm' }, { size: 'p2 in mm' }] },
          { unit: 'in', parts: [{ size: 'p1 in in' }] },
        ],
      },
    },
    {
      it: 'is fetched without being shown',
      query: '{ boxes { parts { id size } lid { size } } }',
      data: {
        boxes: [
          {
            parts: [
              { id: 'p1', size: 'p1 in mm' },
              { id: 'p2', size: 'p2 in mm' },
            ],
            lid: { size: 'p1 in mm' },
          },
          { parts: [{ id: 'p1', size: 'p1 in in' }], lid: null },
        ],
      },
    },
    {
      it: 'may lie deeper, beside an argument of the caller',
      query: '{ box { parts { label(loud: true) l: label } } }',
      data: { box: { parts: [{ label: 'p1 of Y!', l: 'p1 of Y' }] } },
    },
  ],
};

export const context: readonly Scenario[] = [arrived];
