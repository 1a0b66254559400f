import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { Contender } from './contender.ts';

const ROOT = new URL('../../../', import.meta.url);
type Group = { [key: string]: unknown };

/** Settings by their path in router.yaml. */
type Settings = Readonly<Record<string, unknown>>;

/**
 * A bench asks from one address, thousands of times a second and for more than a client may: limits stay on, and count, but
 * are set out of its reach.
 */
const OUT_OF_REACH: Settings = {
  'rates.clients.anonymous.requests': 1_000_000_000,
  'rates.clients.anonymous.burst': 1_000_000_000,
  'limits.cost.budgets.anonymous': 1_000_000_000,
};

interface Variant {
  readonly id: string;
  readonly label: string;
  readonly table: Contender['table'];
  readonly settings: Settings;
}

const VARIANTS: readonly Variant[] = [{ id: 'ours', label: 'Cartograph', table: 'main', settings: {} }];

/** Our router in all variants whose settings it knows; what it doesn't know yet is left out, not measured as something else. */
export function ourContenders(): readonly Contender[] {
  const written = readWritten();
  return VARIANTS.filter(({ settings }) => Object.keys(settings).every((path) => has(written, path))).map(
    ({ id, label, table, settings }) => ({
      id,
      label,
      table,
      kind: 'ours' as const,
      command: ({ supergraphFile, port, urls, folder }) => {
        const file = join(folder, `${id}-${port}.yaml`);
        writeFileSync(file, stringify(settingsFile(written, { ...OUT_OF_REACH, ...settings })));
        const env = {
          ROUTER_SETTINGS: file,
          DATA_DIR: folder,
          LOG_LEVEL: 'warn',
          // With every protection: some rest in development.
          NODE_ENV: 'production',
          // For a router that is started on its own five subgraphs: the same as the flags say.
          SUPERGRAPH: supergraphFile,
          PORT: String(port),
          SUBGRAPH_URLS: Object.entries(urls)
            .map(([name, url]) => `${name}=${url}`)
            .join(','),
        };
        return { args: [...routerScript(), '--supergraph', supergraphFile, '--port', String(port)], env };
      },
    }),
  );
}

/** What `npm run router` runs, without npm, whose own second and memory are not the router's. */
function routerScript(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    scripts: { router: string };
  };
  const [, ...args] = scripts.router.split(' ');
  return args;
}

function readWritten(): Group {
  try {
    return parse(readFileSync(fileURLToPath(new URL('router/router.yaml', ROOT)), 'utf8')) as Group;
  } catch {
    return {}; // A router without settings.
  }
}

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const has = (group: Group, path: string): boolean => {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) return Object.hasOwn(group, first);
  const below = group[first];
  return isGroup(below) && has(below, rest.join('.'));
};

/** Only what differs from the defaults, and only what the router knows. */
function settingsFile(written: Group, settings: Settings): Group {
  const file: Group = {};
  for (const [path, value] of Object.entries(settings)) {
    if (!has(written, path)) continue;
    const keys = path.split('.');
    let group = file;
    for (const key of keys.slice(0, -1)) {
      group[key] ??= {};
      group = group[key] as Group;
    }
    group[keys.at(-1) as string] = value;
  }
  return file;
}
