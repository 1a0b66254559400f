import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BadInput } from '../bad-input.ts';
import type { Question } from '../check.ts';
import { readApprovals } from '../input/approvals.ts';
import { loadBase } from '../input/base.ts';
import { readOperations } from '../input/operations.ts';
import { readSettings, type Settings } from '../input/settings.ts';
import { loadSnapshot, type Snapshot } from '../input/snapshot.ts';
import { folderTree, shown } from '../input/tree.ts';

export interface Output {
  readonly cwd: string;
  readonly print: (text: string) => void;
  readonly colour: boolean;
}

const OPTIONS = {
  config: { type: 'string' },
  supergraph: { type: 'string' },
  base: { type: 'string' },
  subgraph: { type: 'string', multiple: true },
  operations: { type: 'string', multiple: true },
  manifest: { type: 'string', multiple: true },
  usage: { type: 'string', multiple: true },
  approvals: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string', multiple: true },
  today: { type: 'string' },
  verbose: { type: 'boolean' },
  force: { type: 'boolean' },
} as const;

export type Options = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
}

export function readArguments(args: readonly string[]): {
  readonly options: Options;
  readonly rest: readonly string[];
} {
  try {
    const { values, positionals } = parse(args);
    return { options: values, rest: positionals };
  } catch (error) {
    throw new BadInput((error as Error).message);
  }
}

/** The settings file, and what the command line says: its paths count instead, its operations as well. */
export function settingsFrom(options: Options, cwd: string): Settings {
  const settings = readSettings(options.config, cwd);
  const at = (path: string) => resolve(cwd, path);
  return {
    ...settings,
    ...(options.supergraph ? { supergraph: at(options.supergraph) } : {}),
    ...(options.base ? { base: options.base.startsWith('git:') ? options.base : at(options.base) } : {}),
    ...(options.approvals ? { approvals: at(options.approvals) } : {}),
    documents: [
      ...settings.documents,
      ...(options.operations ?? []).map((path) => ({ path: at(path), client: undefined })),
    ],
    manifests: [...settings.manifests, ...(options.manifest ?? []).map(at)],
    usage: [...settings.usage, ...(options.usage ?? []).map(at)],
  };
}

/** The schema as it stands in the working tree. */
export function loadHead(settings: Settings, options: Options, cwd: string): Snapshot {
  const replace = new Map(
    (options.subgraph ?? []).map((pair): [string, string] => {
      const at = pair.indexOf('=');
      if (at < 1) throw new BadInput(`--subgraph wants NAME=FILE, not "${pair}"`);
      return [pair.slice(0, at), relative(cwd, resolve(cwd, pair.slice(at + 1)))];
    }),
  );
  return loadSnapshot(folderTree(cwd, cwd), { config: relative(cwd, settings.supergraph), replace });
}

export interface Loaded {
  readonly settings: Settings;
  readonly question: Question;
}

/** Everything that a question about base and head needs. */
export function loadQuestion(options: Options, cwd: string, needs = { operations: true }): Loaded {
  const settings = settingsFrom(options, cwd);
  if (options.approvals && !existsSync(settings.approvals))
    throw new BadInput('there is no such approvals file', options.approvals);
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(today)) throw new BadInput(`--today wants a day like 2026-12-31, not "${today}"`);
  const head = loadHead(settings, options, cwd);
  const base = loadBase(settings.base, settings.supergraph, cwd, head);
  const question = {
    base,
    head,
    operations: needs.operations ? readOperations(settings, cwd) : [],
    approvals: readApprovals(settings.approvals, cwd),
    settings,
    today,
    approvalsFile: shown(settings.approvals, cwd),
  };
  return { settings, question };
}
