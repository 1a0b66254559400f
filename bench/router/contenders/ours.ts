import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { argumentsOf } from '@cartograph/runtime/testing/npm-script';
import { parse, stringify } from 'yaml';
import type { Contender } from './contender.ts';

const ROOT = new URL('../../../', import.meta.url);
type Group = { [key: string]: unknown };

/** Settings by their path in router.yaml. */
type Settings = Readonly<Record<string, unknown>>;

/**
 * A bench asks from one address, thousands of times a second and for more than a client may: limits stay on and count, but
 * are set out of its reach.
 */
const OUT_OF_REACH: Settings = {
  'rates.clients.anonymous': { requests: 100_000_000, per: '1m', burst: 100_000_000 },
  'limits.cost.budgets.anonymous': 1_000_000_000,
};

/** Identical questions in flight answered together, by path in router.yaml. Off wherever a peer's is off. */
const SHARING = 'cache.inFlight';

/** Enough for a router that is asked nothing but what strangers may. */
const ENVELOPES = { ENVELOPE_SECRET: 'bench-bench-bench-bench-bench-bench', JWKS_URL: 'http://127.0.0.1:9/jwks.json' };

interface Variant {
  readonly id: string;
  readonly label: string;
  readonly table: Contender['table'];
  readonly settings?: Settings;
  readonly env?: Readonly<Record<string, string>>;
  /** Started as before its own five subgraphs, which it tells who asks. */
  readonly signs?: boolean;
}

const VARIANTS: readonly Variant[] = [
  { id: 'ours', label: 'Cartograph', table: 'main' },
  {
    id: 'ours-shared',
    label: 'Cartograph, identical requests shared',
    table: 'shared',
    settings: { [SHARING]: 'anonymous' },
  },
  {
    id: 'ours-unmetered',
    label: 'Cartograph, no metrics',
    table: 'overhead',
    settings: { 'telemetry.metrics': 'off' },
  },
  { id: 'ours-envelope', label: 'Cartograph, signed envelopes', table: 'overhead', signs: true },
  {
    id: 'ours-unlimited',
    label: 'Cartograph, no rate limits, no costs, no compression',
    table: 'overhead',
    settings: { 'rates.enforced': false, 'limits.cost.enforced': false, 'compression.enabled': false },
  },
  {
    id: 'ours-pipeline',
    label: "Cartograph, every request through Apollo Server's pipeline",
    table: 'overhead',
    env: { HOT_PATH: 'off' },
  },
];

/** Our router in all variants whose settings it knows; what it doesn't know is left out, not measured as something else. */
export function ourContenders(): readonly Contender[] {
  const written = readWritten();
  return VARIANTS.flatMap(({ id, label, table, ...variant }) => {
    const unknown = Object.keys(variant.settings ?? {}).filter((path) => !has(written, path));
    if (unknown.length === 0) return { id, label, table, kind: 'ours', command: commandOf(id, variant, written) };
    console.error(`${id} is left out: router.yaml has no ${unknown.join(', ')}`);
    return [];
  });
}

const commandOf =
  (
    id: string,
    { settings, env, signs }: Omit<Variant, 'id' | 'label' | 'table'>,
    written: Group,
  ): Contender['command'] =>
  ({ supergraphFile, port, urls, folder }) => {
    const file = join(folder, `${id}-${port}.yaml`);
    writeFileSync(file, stringify(settingsFile(written, { ...OUT_OF_REACH, [SHARING]: 'off', ...settings })));
    // In production, for in development callers on the same machine are not counted.
    const common = { ROUTER_SETTINGS: file, DATA_DIR: folder, LOG_LEVEL: 'warn', NODE_ENV: 'production', ...env };
    const args = [...argumentsOf('router'), '--port', String(port)];
    if (!signs) return { args: [...args, '--supergraph', supergraphFile], env: common };
    const subgraphs = Object.entries(urls).map(([name, url]) => `${name}=${url}`);
    return { args, env: { ...common, ...ENVELOPES, SUPERGRAPH: supergraphFile, SUBGRAPH_URLS: subgraphs.join(',') } };
  };

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
