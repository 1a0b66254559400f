// `npm run operations -- <globs>`: the manifest of what clients send, for the router's safelist and for Apollo's clients.
import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from '@cartograph/runtime/sdl';
import { BadInput } from 'cartograph-schema/src/bad-input.ts';
import { makeManifest } from './manifest.ts';

const HELP = `npm run operations [-- <globs>] [--output FILE] [--check] [--typename] [--supergraph FILE]

  <globs>            .graphql files, and code with gql or graphql templates (default: router/examples/*.graphql)
  --output FILE      where the manifest is written (default: router/operations.json)
  --check            writes nothing, and fails where the manifest is not up to date
  --typename         adds __typename to every selection, as Apollo Client does before it sends
  --supergraph FILE  the schema to hold the operations against (default: schema/supergraph.graphql)`;

/** Gives the line to print. */
function run(args: readonly string[]): string {
  const root = fileURLToPath(ROOT);
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      output: { type: 'string', default: resolve(root, 'router/operations.json') },
      supergraph: { type: 'string', default: resolve(root, 'schema/supergraph.graphql') },
      check: { type: 'boolean', default: false },
      typename: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return HELP;
  const patterns = positionals.length > 0 ? positionals : ['router/examples/*.graphql'];
  const cwd = positionals.length > 0 ? (process.env.INIT_CWD ?? process.cwd()) : root;
  const manifest = makeManifest({ ...values, patterns, cwd });
  const output = resolve(cwd, values.output);
  const shown = relative(process.cwd(), output);
  const count = (JSON.parse(manifest) as { operations: object[] }).operations.length;
  if (manifest === readIfThere(output)) return `${shown} is up to date: ${count} operations`;
  if (values.check) throw new Error(`${shown} is stale. Run "npm run operations" and commit the result.`);
  writeFileSync(output, manifest);
  return `${shown} written: ${count} operations`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // Not made yet.
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(run(process.argv.slice(2)));
  } catch (error) {
    const place = error instanceof BadInput && error.place ? `${error.place}: ` : '';
    console.error(`${place}${(error as Error).message}`);
    process.exitCode = 1;
  }
}
