import { readFileSync } from 'node:fs';
import { ROOT } from '@cartograph/runtime/sdl';
import { parse } from 'yaml';

export interface SubgraphEntry {
  readonly name: string;
  readonly routingUrl: string;
  /** Relative to the repository root. */
  readonly schemaFile: string;
}

/** supergraph.yaml: the names, URLs and SDL files of the subgraphs. */
export function readSupergraphConfig(): readonly SubgraphEntry[] {
  const { subgraphs } = parse(readFileSync(new URL('supergraph.yaml', ROOT), 'utf8')) as {
    subgraphs: Record<string, { routing_url: string; schema: { file: string } }>;
  };
  return Object.entries(subgraphs).map(([name, { routing_url, schema }]) => ({
    name,
    routingUrl: routing_url,
    schemaFile: schema.file,
  }));
}
