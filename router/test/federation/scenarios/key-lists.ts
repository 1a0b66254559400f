import { by, type Scenario } from '../scenario.ts';

const kinds = { k1: { id: 'k1', tag: 'wood' }, k2: { id: 'k2', tag: 'steel' } };
const boxes = [
  { id: '1', serial: 's1', kind: kinds.k1 },
  { id: '2', serial: 's2', kind: kinds.k2 },
  { id: '3', serial: 's3', kind: kinds.k1 },
];
const racks = [
  { boxes: [boxes[0], boxes[1]], picked: boxes[0] },
  { boxes: [], picked: null },
  { boxes: [boxes[2]], picked: boxes[2] },
];
const listed = (rack: any) => rack.boxes.map(({ id }: any) => id).join('+');

const listsOfObjects: Scenario = {
  name: 'a key that is a list of entities, told at ever greater length',
  subgraphs: {
    floor: {
      sdl: `type Query { racks: [Rack!]! } type Rack @key(fields: "boxes { id }") { boxes: [Box!]! } type Box @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { racks: () => racks.map((rack) => ({ boxes: rack.boxes.map((box) => ({ id: box?.id })) })) },
      },
    },
    serials: {
      sdl: `type Rack @key(fields: "boxes { id }") @key(fields: "boxes { id serial }") { boxes: [Box!]! }
        type Box @key(fields: "id") { id: ID! serial: String }`,
      resolvers: {
        Rack: { __resolveReference: (key: any) => racks.find((rack) => listed(rack) === listed(key)) },
        Box: { __resolveReference: by(boxes, 'id') },
      },
    },
    kinds: {
      sdl: `type Rack @key(fields: "boxes { id serial }") @key(fields: "boxes { id serial kind { id tag } } picked { id }") { boxes: [Box!]! picked: Box }
        type Box @key(fields: "id serial") { id: ID! serial: String kind: Kind } type Kind @key(fields: "id") { id: ID! tag: String }`,
      resolvers: {
        Rack: {
          __resolveReference: (key: any) =>
            key.boxes.every(({ serial }: any) => serial) ? racks.find((rack) => listed(rack) === listed(key)) : null,
        },
        Box: { __resolveReference: by(boxes, 'serial') },
      },
    },
    weights: {
      sdl: `type Rack @key(fields: "boxes { id serial kind { id tag } } picked { id }") { boxes: [Box!]! picked: Box weight: Int! top: Box label: String }
        type Box @key(fields: "id") { id: ID! serial: String @shareable kind: Kind @shareable depth: Int } type Kind @key(fields: "id") { id: ID! tag: String @shareable }`,
      resolvers: {
        Rack: {
          weight: ({ boxes }: any) => boxes.reduce((sum: number, { kind }: any) => sum + kind.tag.length, 0),
          top: ({ boxes }: any) => boxes[0] ?? null,
          label: ({ boxes, picked }: any) => `${boxes.map(({ serial }: any) => serial)}/${picked?.id ?? '-'}`,
        },
        Box: { __resolveReference: by(boxes, 'id'), depth: ({ id }: any) => Number(id) * 10 },
      },
    },
  },
  cases: [
    {
      it: 'is gathered over three subgraphs',
      query: '{ racks { weight label } }',
      data: {
        racks: [
          { weight: 9, label: 's1,s2/1' },
          { weight: 0, label: '/-' },
          { weight: 4, label: 's3/3' },
        ],
      },
    },
    {
      it: 'is gathered beside what the caller asks of the entities in it',
      query: '{ racks { top { depth kind { tag } } boxes { depth n: serial } picked { id } } }',
      data: {
        racks: [
          {
            top: { depth: 10, kind: { tag: 'wood' } },
            boxes: [
              { depth: 10, n: 's1' },
              { depth: 20, n: 's2' },
            ],
            picked: { id: '1' },
          },
          { top: null, boxes: [], picked: null },
          { top: { depth: 30, kind: { tag: 'wood' } }, boxes: [{ depth: 30, n: 's3' }], picked: { id: '3' } },
        ],
      },
    },
  ],
};

const parts = [
  { id: 'a1', pid: 'p1', size: { w: '1', h: '2' }, name: 'cog', maker: 'Ost', use: 'clock' },
  { id: 'a2', pid: 'p2', size: { w: '3', h: '4' }, name: 'cam', maker: 'West', use: 'press' },
];
const sized = (key: any) => parts.find(({ size }) => size.w === key.size?.w && size.h === key.size?.h) ?? null;

const manyKeys: Scenario = {
  name: 'an entity with another set of keys in each subgraph',
  subgraphs: {
    names: {
      sdl: `type Query { named: [Part!]! } type Part @key(fields: "id") @key(fields: "size { w h }") @key(fields: "id size { w h }") { id: ID! size: Size! name: String! }
        type Size @shareable { w: ID! h: ID! }`,
      resolvers: {
        Query: { named: () => parts.map(({ id, size, name }) => ({ id, size, name })) },
        Part: { __resolveReference: (key: any) => (key.id ? by(parts, 'id')(key) : sized(key)) },
      },
    },
    makers: {
      sdl: `type Query { made: [Part!]! } type Part @key(fields: "pid") @key(fields: "id size { h w }") { pid: ID! id: ID! size: Size! maker: String! }
        type Size @shareable { w: ID! h: ID! }`,
      resolvers: {
        Query: { made: () => parts.map(({ id, pid, size, maker }) => ({ id, pid, size, maker })) },
        Part: {
          __resolveReference: (key: any) =>
            key.pid ? by(parts, 'pid')(key) : key.id && sized(key)?.id === key.id ? sized(key) : null,
        },
      },
    },
    uses: {
      sdl: `type Query { used: [Part!]! } type Part @key(fields: "pid") @key(fields: "size { w h }", resolvable: false) { pid: ID! size: Size! use: String! }
        type Size @shareable { w: ID! h: ID! }`,
      resolvers: {
        Query: { used: () => parts.map(({ pid, size, use }) => ({ pid, size, use })) },
        Part: { __resolveReference: ({ pid }: any) => (pid ? by(parts, 'pid')({ pid }) : null) },
      },
    },
  },
  cases: ['named', 'made', 'used'].map((root) => ({
    it: `has all its fields where it comes from ${root}`,
    query: `{ ${root} { name maker use } }`,
    data: {
      [root]: [
        { name: 'cog', maker: 'Ost', use: 'clock' },
        { name: 'cam', maker: 'West', use: 'press' },
      ],
    },
  })),
};

const lost: Scenario = {
  name: 'an entity that a subgraph on the way does not know',
  subgraphs: {
    books: {
      sdl: `type Query { shelves: [Shelf!]! } type Shelf @shareable { book: Book } type Book @key(fields: "isbn") { isbn: ID! }`,
      resolvers: { Query: { shelves: () => ['b1', 'b2', 'b3'].map((isbn) => ({ book: { isbn } })) } },
    },
    ids: {
      sdl: `type Book @key(fields: "isbn") @key(fields: "id") { isbn: ID! id: ID! }`,
      resolvers: {
        Book: {
          __resolveReference: ({ isbn }: any) => (isbn === 'b2' ? null : { isbn, id: isbn === 'b3' ? null : '1' }),
        },
      },
    },
    authors: {
      sdl: `type Book @key(fields: "id") { id: ID! author: String }`,
      resolvers: { Book: { author: ({ id }: any) => `author of ${id}` } },
    },
  },
  cases: [
    {
      it: 'is not asked for further, and leaves the others what they have',
      query: '{ shelves { book { isbn author } } }',
      data: {
        shelves: [
          { book: { isbn: 'b1', author: 'author of 1' } },
          { book: { isbn: 'b2', author: null } },
          { book: { isbn: 'b3', author: null } },
        ],
      },
      errors: ['shelves.2.book.id'],
      asks: ['books', 'ids', 'authors'],
    },
    {
      it: 'asks nobody further where none of them is known',
      query: '{ shelves { book { author } } }',
      data: {
        shelves: [{ book: { author: 'author of 1' } }, { book: { author: null } }, { book: { author: null } }],
      },
      errors: ['shelves.2.book.id'],
      asks: ['books', 'ids', 'authors'],
    },
  ],
};

export const keyLists: readonly Scenario[] = [listsOfObjects, manyKeys, lost];
