import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface ServerArguments {
  readonly supergraphSdl: string;
  readonly port: number;
  /** Where each subgraph is, from the supergraph itself. */
  readonly urls: Readonly<Record<string, string>>;
  readonly flags: ReadonlySet<string>;
}

/** What every contender is started with: `--supergraph FILE --port N`, and words that choose among its ways. */
export function readArguments(): ServerArguments {
  const { values, positionals } = parseArgs({
    options: { supergraph: { type: 'string' }, port: { type: 'string' } },
    allowPositionals: true,
  });
  const supergraphSdl = readFileSync(values.supergraph ?? '', 'utf8');
  const graphs = supergraphSdl.matchAll(/@join__graph\(name: "([^"]+)", url: "([^"]+)"\)/g);
  const urls = Object.fromEntries([...graphs].map(([, name = '', url = '']) => [name, url]));
  return { supergraphSdl, port: Number(values.port), urls, flags: new Set(positionals) };
}
