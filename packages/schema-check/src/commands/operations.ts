import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BadInput } from '../bad-input.ts';
import { renderManifest } from '../formats/manifest.ts';
import { countOf, type Operation } from '../input/operation.ts';
import { readOperations } from '../input/operations.ts';
import { oneOf } from '../input/shape.ts';
import { type Options, type Output, settingsFrom } from './context.ts';

/** Collects every known operation: as a persisted-query manifest, as recorded usage, or as a list for people. */
export async function runOperations(options: Options, { cwd, print }: Output): Promise<number> {
  const format = oneOf(options.format ?? 'text', FORMATS, '--format');
  const operations = readOperations(settingsFrom(options, cwd), cwd);
  for (const pair of options.output ?? []) {
    const at = pair.indexOf('=');
    if (at < 1) throw new BadInput(`--output wants FORMAT=FILE, not "${pair}"`);
    writeFileSync(
      resolve(cwd, pair.slice(at + 1)),
      `${render(operations, oneOf(pair.slice(0, at), FORMATS, '--output'))}\n`,
    );
  }
  print(render(operations, format));
  return 0;
}

const FORMATS = ['text', 'manifest', 'usage'] as const;

function render(operations: readonly Operation[], format: (typeof FORMATS)[number]): string {
  const sorted = [...operations].sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
  switch (format) {
    case 'text':
      return [...sorted.map(line), `${sorted.length} operations`].join('\n');
    case 'usage':
      return sorted.flatMap(usageLines).join('\n');
    case 'manifest':
      return renderManifest(sorted);
  }
}

/** By code unit, so that no machine's language sorts differently. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function line(operation: Operation): string {
  const clients = operation.uses.map(
    ({ client, version, count }) => `${client}${version ? `@${version}` : ''} ×${count}`,
  );
  return `${operation.id}  ${operation.name}  ${operation.place}  ${countOf(operation)} calls${clients.length > 0 ? `  ${clients.join(', ')}` : ''}`;
}

const usageLines = ({ body, uses }: Operation): readonly string[] =>
  uses.map(({ client, version, count, lastSeen }) =>
    JSON.stringify({ signature: body, client: { name: client, version }, count, lastSeen }),
  );
