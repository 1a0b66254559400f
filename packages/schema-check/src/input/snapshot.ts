import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type DocumentNode, parse, Source } from 'graphql';
import { BadInput, orBadInput } from '../bad-input.ts';
import { readSupergraphFile, type SubgraphEntry } from './supergraph-file.ts';
import type { Tree } from './tree.ts';

export interface Subgraph {
  readonly name: string;
  readonly url: string;
  /** As people are told it. */
  readonly file: string;
  readonly sdl: string;
  readonly document: DocumentNode;
}

/** All subgraphs at one moment: they are judged together. */
export interface Snapshot {
  readonly label: string;
  readonly subgraphs: readonly Subgraph[];
  /** The supergraph composed when this was released; absent when it does not belong to these very sources. */
  readonly frozen?: string;
}

/** Says of a frozen supergraph which sources it was composed from. */
export function digestOf(subgraphs: readonly Pick<Subgraph, 'name' | 'sdl'>[]): string {
  const hash = createHash('sha256');
  for (const { name, sdl } of [...subgraphs].sort((a, b) => (a.name < b.name ? -1 : 1)))
    hash.update(`${name}\0${sdl}\0`);
  return hash.digest('hex').slice(0, 32);
}

export const FROZEN_FILE = 'supergraph.graphql';
export const FROZEN_HEADER = '# Composed from sources ';

export interface SnapshotOptions {
  /** Where supergraph.yaml lies in the tree. */
  readonly config: string;
  /** Files that stand in for a subgraph's own, by subgraph. */
  readonly replace?: ReadonlyMap<string, string>;
}

export function loadSnapshot(tree: Tree, { config, replace = new Map() }: SnapshotOptions): Snapshot {
  const entries = readSupergraphFile(tree, config);
  for (const name of replace.keys())
    if (!entries.some((entry) => entry.name === name))
      throw new BadInput(
        `unknown subgraph "${name}"; there are ${entries.map((entry) => entry.name).join(', ')}`,
        tree.show(config),
      );
  return withFrozen(
    tree,
    posix.dirname(config),
    entries.map((entry) => load(tree, { ...entry, file: replace.get(entry.name) ?? entry.file })),
  );
}

/** A folder of `<subgraph>.graphql` files without a supergraph.yaml of its own. */
export function loadFolder(tree: Tree, urls: ReadonlyMap<string, string>): Snapshot {
  const files = tree.list('.').filter((file) => file.endsWith('.graphql') && file !== FROZEN_FILE);
  if (files.length === 0)
    throw new BadInput('the base has neither a supergraph.yaml nor any .graphql file', tree.label);
  return withFrozen(
    tree,
    '.',
    files.map((file) => {
      const name = posix.basename(file, '.graphql');
      return load(tree, { name, file, url: urls.get(name) ?? '' });
    }),
  );
}

function load(tree: Tree, { name, url, file }: SubgraphEntry): Subgraph {
  const place = tree.show(file);
  const sdl = tree.read(file);
  if (sdl === undefined) throw new BadInput(`subgraph "${name}" has no schema: there is no such file`, place);
  if (sdl.trim() === '') throw new BadInput(`subgraph "${name}" has an empty schema`, place);
  const document = orBadInput(`subgraph "${name}" is not valid SDL`, place, () => parse(new Source(sdl, place)));
  const executable = document.definitions.find(
    ({ kind }) => kind === 'OperationDefinition' || kind === 'FragmentDefinition',
  );
  if (executable)
    throw new BadInput(
      `subgraph "${name}" contains an operation, not only a schema`,
      `${place}:${executable.loc?.startToken.line ?? 1}`,
    );
  return { name, url, file: place, sdl, document };
}

function withFrozen(tree: Tree, folder: string, subgraphs: readonly Subgraph[]): Snapshot {
  const frozen = tree.read(posix.join(folder, FROZEN_FILE));
  const fits = frozen?.startsWith(`${FROZEN_HEADER}${digestOf(subgraphs)}`) ?? false;
  return { label: tree.label, subgraphs, ...(fits && frozen ? { frozen } : {}) };
}
