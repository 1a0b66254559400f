import { BadInput } from '../bad-input.ts';
import { changedSubgraphs } from '../check.ts';
import { changesOf } from '../checks/diff.ts';
import { composeSnapshot, type Graph } from '../graph/compose.ts';
import { oneOf } from '../input/shape.ts';
import type { Snapshot } from '../input/snapshot.ts';
import { byCriticality } from './changes.ts';
import { loadQuestion, type Options, type Output } from './context.ts';

/** Every change of the API between base and head, whoever uses it. */
export async function runDiff(options: Options, { cwd, print }: Output): Promise<number> {
  const format = oneOf(options.format ?? 'text', ['text', 'json', 'markdown'] as const, '--format');
  const { base, head } = loadQuestion(options, cwd, { operations: false }).question;
  const changed = changedSubgraphs(base, head);
  const groups =
    changed.length === 0 ? [] : byCriticality(await changesOf((await compose(base)).api, (await compose(head)).api));
  if (format === 'json') print(JSON.stringify({ base: base.label, changed, groups }, null, 2));
  else {
    const mark = format === 'markdown' ? '### ' : '';
    const blocks = groups.map(({ title, lines }) => `${mark}${title}\n${lines.map((line) => `- ${line}`).join('\n')}`);
    print(blocks.length > 0 ? blocks.join('\n\n') : `Nothing that clients can see changed since ${base.label}.`);
  }
  return 0;
}

async function compose(snapshot: Snapshot): Promise<Graph> {
  const { graph, errors } = await composeSnapshot(snapshot);
  if (!graph) throw new BadInput(`it does not compose: ${errors[0]?.message ?? ''}`, snapshot.label);
  return graph;
}
