import { INADMISSIBLE, type Scenario } from '../scenario.ts';

const enums: Scenario = {
  name: 'an enum of which callers see a part',
  subgraphs: {
    a: {
      sdl: `type Query { users: [User!]! one(kind: Kind!): Kind strict: Kind! kinds: [Kind]! matrix: [[Kind!]] entity: User }
        enum Kind { ADMIN GUEST ROBOT @inaccessible }
        type User @key(fields: "id") { id: ID! kind: Kind }`,
      resolvers: {
        Query: {
          users: () => [
            { id: '1', kind: 'ADMIN' },
            { id: '2', kind: 'ROBOT' },
          ],
          one: (_: unknown, { kind }: { kind: string }) => kind,
          strict: () => 'ROBOT',
          kinds: () => ['ADMIN', 'ROBOT', null],
          matrix: () => [['GUEST'], ['ADMIN', 'ROBOT']],
          entity: () => ({ id: '9' }),
        },
        User: { __resolveReference: ({ id }: { id: string }) => ({ id, kind: 'GUEST' }) },
      },
    },
    b: {
      sdl: `type User @key(fields: "id") { id: ID! mood: Mood moods: [Mood!] } enum Mood { HAPPY SAD }`,
      resolvers: { User: { mood: () => 'HAPPY', moods: () => ['SAD', 'HAPPY'] } },
    },
  },
  cases: [
    {
      it: 'is null with an error where it is something that callers must not see',
      query: '{ users { id kind mood } }',
      data: {
        users: [
          { id: '1', kind: 'ADMIN', mood: 'HAPPY' },
          { id: '2', kind: null, mood: 'HAPPY' },
        ],
      },
      errors: ['users.1.kind'],
    },
    {
      it: 'is null in a list, at its own place',
      query: '{ kinds entity { moods } }',
      data: { kinds: ['ADMIN', null, null], entity: { moods: ['SAD', 'HAPPY'] } },
      errors: ['kinds.1'],
    },
    {
      it: 'takes the list with it where the list may hold no null',
      query: '{ matrix }',
      data: { matrix: [['GUEST'], null] },
      errors: ['matrix.1.1'],
    },
    {
      it: 'takes the answer with it where nothing may be null',
      query: '{ strict users { id } }',
      data: null,
      errors: ['strict'],
    },
    { it: 'cannot be asked for by a value that callers do not see', query: '{ one(kind: ROBOT) }', data: INADMISSIBLE },
    { it: 'is passed on by a value that they do', query: '{ one(kind: GUEST) }', data: { one: 'GUEST' } },
    {
      it: 'is not named in introspection',
      query: '{ __type(name: "Kind") { enumValues { name } } }',
      data: { __type: { enumValues: [{ name: 'ADMIN' }, { name: 'GUEST' }] } },
    },
  ],
};

const intersection: Scenario = {
  name: 'an enum that each subgraph knows otherwise',
  subgraphs: {
    a: {
      sdl: `type Query { colour: Colour paint(in: Colour!): String! } enum Colour { RED BLUE }`,
      resolvers: { Query: { colour: () => 'RED', paint: (_: unknown, { in: of }: { in: string }) => `a ${of}` } },
    },
    b: {
      sdl: `type Query { any: [Shade!]! mix(of: Filter): String! } enum Shade { RED GREEN } input Filter { shade: Shade size: Int = 3 list: [Int!] }`,
      resolvers: {
        Query: { any: () => ['GREEN', 'RED'], mix: (_: unknown, { of }: any) => JSON.stringify(of ?? null) },
      },
    },
    c: {
      sdl: `type Query { tint: Shade mixed(of: Filter): String! } enum Shade { RED GREEN } input Filter { shade: Shade size: Int = 3 only: String }`,
      resolvers: { Query: { tint: () => 'GREEN', mixed: (_: unknown, { of }: any) => JSON.stringify(of ?? null) } },
    },
  },
  cases: [
    {
      it: 'is answered by each in its own values',
      query: '{ any tint colour }',
      data: { any: ['GREEN', 'RED'], tint: 'GREEN', colour: 'RED' },
    },
    {
      it: 'lends an input only the fields that all subgraphs know',
      query: '{ mix(of: { list: [1] }) }',
      data: INADMISSIBLE,
    },
    {
      it: 'is passed inside an input, whose defaults each subgraph fills in itself',
      query: 'query ($f: Filter, $s: Shade = GREEN) { mix(of: { shade: $s }) mixed(of: $f) none: mix }',
      variables: { f: { shade: 'RED', size: null } },
      data: { mix: '{"shade":"GREEN","size":3}', mixed: '{"shade":"RED","size":null}', none: 'null' },
    },
  ],
};

const echo = (_: unknown, args: Record<string, unknown>) => JSON.stringify(args);

const variables: Scenario = {
  name: 'arguments and variables',
  subgraphs: {
    a: {
      sdl: `scalar Json
        type Query { echo(a: Int, b: String = "dflt", c: [In!], d: In, e: Json, f: Float, g: [[ID]]): String! item: Item! }
        input In { n: Int! = 7 s: String deep: In list: [In] }
        type Item @key(fields: "id") { id: ID! echo(a: Int, d: In): String! }`,
      resolvers: {
        Query: { echo, item: () => ({ id: 'i' }) },
        Item: { __resolveReference: ({ id }: any) => ({ id }), echo },
      },
    },
    b: {
      sdl: `scalar Json input In { n: Int! = 7 s: String deep: In list: [In] }
        type Item @key(fields: "id") { id: ID! say(a: Int = 4, d: In, j: Json): String! again: Item! }`,
      resolvers: { Item: { say: echo, again: () => ({ id: 'j' }) } },
    },
  },
  cases: [
    {
      it: 'not given are not sent, and null is not the same as not given',
      query: 'query ($a: Int, $b: String) { x: echo(a: $a, b: $b) y: echo(b: null) z: echo }',
      data: { x: '{"b":"dflt"}', y: '{"b":null}', z: '{"b":"dflt"}' },
    },
    {
      it: 'given as null stay null',
      query: 'query ($a: Int = 5, $b: String) { echo(a: $a, b: $b) }',
      variables: { a: null, b: null },
      data: { echo: '{"a":null,"b":null}' },
    },
    {
      it: 'have defaults of the operation, also in entity fetches',
      query: 'query ($a: Int = 5, $s: String! = "s") { echo(a: $a) item { echo(a: $a) say(a: $a, d: { s: $s }) } }',
      data: { echo: '{"a":5,"b":"dflt"}', item: { echo: '{"a":5}', say: '{"a":5,"d":{"n":7,"s":"s"}}' } },
    },
    {
      it: 'have defaults of the field where the operation has none',
      query: 'query ($a: Int) { item { one: say two: say(a: $a) three: say(a: null) } }',
      data: { item: { one: '{"a":4}', two: '{"a":4}', three: '{"a":null}' } },
    },
    {
      it: 'may stand deep inside literals',
      query:
        'query ($n: Int!, $s: String, $i: In, $g: ID) { echo(c: [{ n: $n }, { n: 1, deep: { s: $s, list: [$i, { n: 2 }] } }], g: [[$g], null]) }',
      variables: { n: 3, s: 'x', i: { n: 9 }, g: 'x' },
      data: {
        echo: '{"b":"dflt","c":[{"n":3},{"n":1,"deep":{"n":7,"s":"x","list":[{"n":9},{"n":2}]}}],"g":[["x"],null]}',
      },
    },
    {
      it: 'of a scalar of no known form are carried as they are',
      query: 'query ($j: Json) { echo(e: $j) item { say(j: { a: [1, "two", { b: null }], v: $j }) } }',
      variables: { j: { $type: 'x', list: [1, { y: '"\\' }] } },
      data: {
        echo: '{"b":"dflt","e":{"$type":"x","list":[1,{"y":"\\"\\\\"}]}}',
        item: { say: '{"a":4,"j":{"a":[1,"two",{"b":null}],"v":{"$type":"x","list":[1,{"y":"\\"\\\\"}]}}}' },
      },
    },
    {
      it: 'go only to the subgraphs whose fields they stand in',
      query: 'query ($a: Int, $b: Int) { echo(a: $a) item { again { say(a: $b) } } }',
      variables: { a: 1, b: 2 },
      data: { echo: '{"a":1,"b":"dflt"}', item: { again: { say: '{"a":2}' } } },
    },
    {
      it: 'may be called like what the federation sends itself',
      query: 'query ($representations: Int) { item { say(a: $representations) } }',
      variables: { representations: 3 },
      data: { item: { say: '{"a":3}' } },
      stock: { data: null, errors: [''], why: 'The planner gives its own variable this name without looking.' },
    },
    {
      it: 'may be written in another order for the same field',
      query:
        '{ item { x: again { say(d: { n: 1, s: "a" }) } x: again { say(d: { s: "a", n: 1 }) id } } echo(d: { n: 1, s: "a" }) }',
      data: { item: { x: { say: '{"a":4,"d":{"n":1,"s":"a"}}', id: 'j' } }, echo: '{"b":"dflt","d":{"n":1,"s":"a"}}' },
    },
    {
      it: 'carry text that needs escaping',
      query: 'query ($b: String) { echo(b: $b) x: echo(b: "quo\\"te \\\\ \\u00e9 line\\n") }',
      variables: { b: '"}],"x\u2028\n\\' },
      data: { echo: JSON.stringify({ b: '"}],"x\u2028\n\\' }), x: JSON.stringify({ b: 'quo"te \\ é line\n' }) },
    },
    {
      it: 'carry one item where a list is meant',
      query: 'query ($i: In!) { echo(c: [$i]) b: echo(c: { n: 1 }) g: echo(g: "x") f: echo(f: 3) }',
      variables: { i: { s: 'a' } },
      data: {
        echo: '{"b":"dflt","c":[{"n":7,"s":"a"}]}',
        b: '{"b":"dflt","c":[{"n":1}]}',
        g: '{"b":"dflt","g":[["x"]]}',
        f: '{"b":"dflt","f":3}',
      },
    },
  ],
};

export const inputs: readonly Scenario[] = [enums, intersection, variables];
