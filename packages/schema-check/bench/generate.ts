// A made-up federated graph of any size, the same for the same numbers, with a change to judge.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Size {
  readonly subgraphs: number;
  readonly types: number;
  readonly operations: number;
}

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@tag"])
`;

/** Writes base/, head/, supergraph.yaml and usage.jsonl into a folder. */
export function generate(folder: string, { subgraphs, types, operations }: Size): void {
  rmSync(folder, { recursive: true, force: true });
  for (const side of ['base', 'head']) mkdirSync(join(folder, side), { recursive: true });
  const perSubgraph = Math.max(8, Math.round(types / subgraphs));
  const names = Array.from({ length: subgraphs }, (_, index) => `s${index}`);
  for (let index = 0; index < subgraphs; index++) {
    const sdl = subgraph(index, subgraphs, perSubgraph);
    writeFileSync(join(folder, 'base', `s${index}.graphql`), sdl);
    writeFileSync(join(folder, 'head', `s${index}.graphql`), index % 10 === 0 ? changed(sdl, index) : sdl);
  }
  // Head is what the working tree would be; base.yaml lets the base be released as it was.
  writeFileSync(join(folder, 'supergraph.yaml'), config(names, 'head'));
  writeFileSync(join(folder, 'base.yaml'), config(names, 'base'));
  const lines = Array.from({ length: operations }, (_, number) => usageLine(number, subgraphs, perSubgraph));
  writeFileSync(join(folder, 'usage.jsonl'), `${lines.join('\n')}\n`);
}

const config = (names: readonly string[], folder: string): string =>
  `federation_version: =2.9.0\nsubgraphs:\n${names
    .map(
      (name) =>
        `  ${name}:\n    routing_url: http://${name}.example/graphql\n    schema:\n      file: ${folder}/${name}.graphql`,
    )
    .join('\n')}\n`;

/** Each subgraph owns an entity, extends its left neighbour's, and has values, an enum and an input of its own. */
function subgraph(index: number, all: number, types: number): string {
  const left = (index + all - 1) % all;
  const values = types - 4; // The two entities, the enum and the input are the rest.
  const parts = Array.from({ length: values }, (_, number) => value(index, number, values));
  return `${LINK}
type Query {
  "One by id."
  e${index}(id: ID!): E${index}
  "Many."
  list${index}(first: Int = 20, filter: F${index}Input): [E${index}!]!
}
"Owned here."
type E${index} @key(fields: "id") {
  id: ID!
  "Its title."
  title: String!
  state: State${index}!
  weight: Float
  root: V${index}x0
}
"Extended here."
type E${left} @key(fields: "id") {
  id: ID!
  weight: Float @external
  extra${index}: String
  heavy${index}: Boolean @requires(fields: "weight")
  back${index}: E${index}
}
enum State${index} { NEW OLD GONE }
input F${index}Input { state: State${index} text: String }
${parts.join('\n')}
`;
}

const value = (index: number, number: number, values: number): string => `type V${index}x${number} {
  id: ID!
  name: String!
  size: Int
  note(lang: String): String
  next: V${index}x${(number + 1) % values}
  twin: V${index}x${(number * 7 + 3) % values}
  owner: E${index}
}`;

/** Something of everything: a removal, a requirement, a value gone, a promise taken back, an addition. */
const changed = (sdl: string, index: number): string =>
  sdl
    .replace(`type V${index}x3 {\n  id: ID!\n  name: String!`, `type V${index}x3 {\n  id: ID!\n  name: String`)
    .replace(
      `type V${index}x5 {\n  id: ID!\n  name: String!\n  size: Int`,
      `type V${index}x5 {\n  id: ID!\n  name: String!`,
    )
    .replace('NEW OLD GONE', 'NEW OLD')
    .replace('text: String }', 'text: String market: String! }')
    .replace('weight: Float\n', 'weight: Float\n  "How wide it is."\n  width: Float\n');

function usageLine(number: number, subgraphs: number, types: number): string {
  const at = number % subgraphs;
  const right = (at + 1) % subgraphs;
  const depth = 1 + (number % 4);
  const chain = `${'next { name size '.repeat(depth)}${'}'.repeat(depth)}`;
  const fields = `id title state ${number % 3 === 0 ? `extra${right} heavy${right} back${right} { title }` : ''} root { id name ${chain} ${number % 5 === 0 ? 'note(lang: "de")' : ''} a${number % (types * 3)}: name }`;
  const body =
    number % 4 === 0
      ? `query Op${number}($filter: F${at}Input) { list${at}(first: ${1 + (number % 50)}, filter: $filter) { ${fields} } }`
      : `query Op${number}($id: ID!) { e${at}(id: $id) { ${fields} } }`;
  const client = { name: `client${number % 7}`, version: `1.${number % 5}` };
  return JSON.stringify({
    signature: body,
    client,
    count: 1 + ((number * 37) % 900),
    lastSeen: '2026-05-01T00:00:00Z',
  });
}
