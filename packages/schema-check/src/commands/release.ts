import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { BadInput } from '../bad-input.ts';
import { check, type Question } from '../check.ts';
import { changesOf } from '../checks/diff.ts';
import { render } from '../formats/format.ts';
import { composeSnapshot, type Graph } from '../graph/compose.ts';
import { digestOf, FROZEN_FILE, FROZEN_HEADER, type Snapshot } from '../input/snapshot.ts';
import { shown } from '../input/tree.ts';
import { byCriticality } from './changes.ts';
import { loadHead, loadQuestion, type Options, type Output, settingsFrom } from './context.ts';

/** Makes head the new base. What the check refuses is not released, unless by force. */
export async function runRelease(options: Options, { cwd, print, colour }: Output): Promise<number> {
  const settings = settingsFrom(options, cwd);
  const isFirst = !existsSync(join(settings.released, 'supergraph.yaml')) && options.base === undefined;
  const head = isFirst ? loadHead(settings, options, cwd) : undefined;
  const question = head ? undefined : loadQuestion(options, cwd).question;
  if (question) {
    const verdict = await check(question);
    if (verdict.exitCode === 2 || (verdict.exitCode === 1 && !options.force)) {
      print(render(verdict, 'text', { colour, verbose: false, approvalsFile: question.approvalsFile }));
      print(verdict.exitCode === 1 ? 'Not released. Approve the breaking changes, or use --force.' : 'Not released.');
      return verdict.exitCode;
    }
  }
  const snapshot = head ?? question?.head;
  if (!snapshot) throw new BadInput('there is nothing to release');
  const { graph, errors } = await composeSnapshot(snapshot);
  if (!graph) {
    print(`Not released: it does not compose.\n${errors.map(({ message }) => `- ${message}`).join('\n')}`);
    return 2;
  }
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  const notes = question ? await changelogEntry(question, graph, today) : `## ${today}\n\nThe first release.\n`;
  if (notes === undefined) {
    print('Nothing changed since the last release.');
    return 0;
  }
  freeze(settings.released, snapshot, graph);
  prepend(join(settings.released, 'CHANGELOG.md'), notes);
  print(`Released ${snapshot.subgraphs.length} subgraphs into ${shown(settings.released, cwd)}\n\n${notes.trim()}`);
  return 0;
}

function freeze(folder: string, snapshot: Snapshot, { supergraphSdl }: Graph): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith('.graphql')) rmSync(join(folder, file));
  const subgraphs: Record<string, unknown> = {};
  for (const { name, url, sdl } of snapshot.subgraphs) {
    subgraphs[name] = { routing_url: url, schema: { file: `./${name}.graphql` } };
    writeFileSync(join(folder, `${name}.graphql`), sdl);
  }
  writeFileSync(join(folder, 'supergraph.yaml'), stringify({ subgraphs }));
  const frozen = `${FROZEN_HEADER}${digestOf(snapshot.subgraphs)}; written by "release", never by hand.\n${supergraphSdl.trim()}\n`;
  writeFileSync(join(folder, FROZEN_FILE), frozen);
}

async function changelogEntry({ base, head }: Question, graph: Graph, today: string): Promise<string | undefined> {
  if (digestOf(base.subgraphs) === digestOf(head.subgraphs)) return undefined;
  const before = await composeSnapshot(base);
  if (!before.graph) throw new BadInput(`the base does not compose: ${before.errors[0]?.message ?? ''}`, base.label);
  const changes = byCriticality(await changesOf(before.graph.api, graph.api));
  const sections = changes.map(
    ({ title, lines }) => `### ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`,
  );
  return [`## ${today}\n`, ...(sections.length > 0 ? sections : ['No change that clients can see.\n'])].join('\n');
}

function prepend(file: string, entry: string): void {
  const title = '# Changelog of the released schema\n';
  const before = existsSync(file) ? readFileSync(file, 'utf8').replace(title, '').trimStart() : '';
  writeFileSync(file, [title, entry, before].filter(Boolean).join('\n'));
}
