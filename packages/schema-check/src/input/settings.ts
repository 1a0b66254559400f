import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { BadInput, orBadInput } from '../bad-input.ts';
import { list, map, number, oneOf, record, strings, text } from './shape.ts';
import { shown } from './tree.ts';

export type RuleLevel = 'breaking' | 'warning' | 'info' | 'off';

export interface Contract {
  readonly name: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface DocumentsSource {
  readonly path: string;
  /** Who sends them, when nobody has recorded it. */
  readonly client: string | undefined;
}

/** cartograph-schema.yaml. Every path in it is relative to the file itself and absolute here. */
export interface Settings {
  readonly supergraph: string;
  readonly base: string;
  readonly released: string;
  readonly documents: readonly DocumentsSource[];
  readonly manifests: readonly string[];
  readonly usage: readonly string[];
  /** Uses older than this many days warn, but do not refuse a change. */
  readonly sinceDays: number | undefined;
  readonly invalidOperations: 'refuse' | 'ignore';
  readonly contracts: readonly Contract[];
  readonly approvals: string;
  readonly rules: ReadonlyMap<string, RuleLevel>;
}

export const SETTINGS_FILE = 'cartograph-schema.yaml';
const LEVELS = ['breaking', 'warning', 'info', 'off'] as const;

export function readSettings(file: string | undefined, cwd: string): Settings {
  const path = resolve(cwd, file ?? SETTINGS_FILE);
  if (file !== undefined && !existsSync(path)) throw new BadInput('there is no such settings file', file);
  const place = shown(path, cwd);
  const raw: unknown = existsSync(path)
    ? orBadInput('not valid YAML', place, () => parse(readFileSync(path, 'utf8')))
    : {};
  const settings = record(raw ?? {}, place, [
    'supergraph',
    'base',
    'released',
    'operations',
    'usage',
    'contracts',
    'approvals',
    'rules',
  ]);
  const operations = record(settings.operations ?? {}, `${place} operations`, [
    'documents',
    'manifests',
    'usage',
    'invalid',
  ]);
  const usage = record(settings.usage ?? {}, `${place} usage`, ['sinceDays']);
  const at = (value: string) => (value.startsWith('git:') ? value : resolve(dirname(path), value));
  const released = at(text(settings.released ?? 'schema/released', `${place} released`));
  return {
    supergraph: at(text(settings.supergraph ?? 'supergraph.yaml', `${place} supergraph`)),
    released,
    base: at(text(settings.base ?? released, `${place} base`)),
    documents: documents(operations.documents, place).map((source) => ({ ...source, path: at(source.path) })),
    manifests: strings(operations.manifests, `${place} operations.manifests`).map(at),
    usage: strings(operations.usage, `${place} operations.usage`).map(at),
    sinceDays: usage.sinceDays === undefined ? undefined : number(usage.sinceDays, `${place} usage.sinceDays`),
    invalidOperations: oneOf(
      operations.invalid ?? 'refuse',
      ['refuse', 'ignore'] as const,
      `${place} operations.invalid`,
    ),
    contracts: list(settings.contracts, `${place} contracts`).map((entry) => contract(entry, `${place} contracts`)),
    approvals: at(text(settings.approvals ?? 'schema/approvals.yaml', `${place} approvals`)),
    rules: map(settings.rules, `${place} rules`, (value, where) => oneOf(value, LEVELS, where)),
  };
}

function documents(value: unknown, place: string): readonly DocumentsSource[] {
  return list(value, `${place} operations.documents`).map((entry) => {
    if (typeof entry === 'string') return { path: entry, client: undefined };
    const where = `${place} operations.documents`;
    const { path, client } = record(entry, where, ['path', 'client']);
    return { path: text(path, where), client: client === undefined ? undefined : text(client, where) };
  });
}

function contract(value: unknown, place: string): Contract {
  const entry = record(value, place, ['name', 'include', 'exclude']);
  const name = text(entry.name, `${place} name`);
  const include = strings(entry.include, `${place} ${name}.include`);
  const exclude = strings(entry.exclude, `${place} ${name}.exclude`);
  if (include.length + exclude.length === 0)
    throw new BadInput(`contract "${name}" includes and excludes nothing`, place);
  return { name, include, exclude };
}
