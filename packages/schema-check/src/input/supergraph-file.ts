import { posix } from 'node:path';
import { parse } from 'yaml';
import { BadInput, orBadInput } from '../bad-input.ts';
import { isRecord } from './shape.ts';
import type { Tree } from './tree.ts';

export interface SubgraphEntry {
  readonly name: string;
  readonly url: string;
  /** Relative to the tree's root. */
  readonly file: string;
}

/** Rover's supergraph.yaml: names, URLs and SDL files. Schemas that would have to be fetched are refused. */
export function readSupergraphFile(tree: Tree, path: string): readonly SubgraphEntry[] {
  const place = tree.show(path);
  const text = tree.read(path);
  if (text === undefined) throw new BadInput('there is no such file; name yours with --supergraph', place);
  const config: unknown = orBadInput('not valid YAML', place, () => parse(text));
  if (!isRecord(config) || !isRecord(config.subgraphs))
    throw new BadInput('no "subgraphs:" in it; see rover\'s supergraph.yaml format', place);
  const entries = Object.entries(config.subgraphs);
  if (entries.length === 0) throw new BadInput('"subgraphs:" is empty', place);
  return entries.map(([name, entry]) => {
    const schema = isRecord(entry) ? entry.schema : undefined;
    const file = isRecord(schema) ? schema.file : undefined;
    if (typeof file !== 'string')
      throw new BadInput(`subgraph "${name}" names no schema.file; schemas are read from files, never fetched`, place);
    const url = isRecord(entry) && typeof entry.routing_url === 'string' ? entry.routing_url : '';
    return { name, url, file: posix.isAbsolute(file) ? file : posix.join(posix.dirname(path), file) };
  });
}
