// The scenarios through graphql-inspector's diff with its usage rule, beside our own verdict:
// `npx tsx packages/schema-check/bench/compare.ts`. What it does not set out to do (compose, contracts, approvals) is left out.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CriticalityLevel, DiffRule, diff, type UsageHandler } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';
import { composeSnapshot } from '../src/graph/compose.ts';
import { loadBase } from '../src/input/base.ts';
import { readOperations } from '../src/input/operations.ts';
import { loadSnapshot, type Snapshot } from '../src/input/snapshot.ts';
import { folderTree } from '../src/input/tree.ts';
import type { OperationUse } from '../src/use/facts.ts';
import { traceUse } from '../src/use/trace.ts';

const ROOT = fileURLToPath(new URL('../scenarios/', import.meta.url));

interface Expected {
  readonly exitCode: number;
  readonly findings?: readonly { readonly rule: string; readonly level: string; readonly contract?: string }[];
}

type Answer = 'right' | 'false alarm' | 'missed';

/** What its usage rule is made to be asked: does anybody use this type, field or argument? */
const usageOf =
  (uses: readonly OperationUse[]): UsageHandler =>
  async (asked) =>
    asked.map(({ type, field, argument }) => {
      // A directive's argument is told in the place of a field.
      if (type.startsWith('@') && field) return !uses.some(({ nodes }) => nodes.has(`${type}(${field}:)`));
      const coordinate = [type, field ? `.${field}` : '', argument ? `(${argument}:)` : ''].join('');
      return !uses.some(({ nodes }) => nodes.has(coordinate));
    });

async function apiOf(snapshot: Snapshot): Promise<GraphQLSchema | undefined> {
  return (await composeSnapshot(snapshot)).graph?.api;
}

async function inspect(folder: string): Promise<boolean | undefined> {
  const head = loadSnapshot(folderTree(folder, folder), { config: 'supergraph.yaml' });
  const base = loadBase('base', 'supergraph.yaml', folder, head);
  const [before, after] = [await apiOf(base), await apiOf(head)];
  if (!before || !after) return undefined;
  const given = (file: string) => (existsSync(join(folder, file)) ? [join(folder, file)] : []);
  const operations = readOperations(
    {
      documents: given('operations').map((path) => ({ path, client: undefined })),
      manifests: given('manifest.json'),
      usage: given('usage.jsonl'),
    },
    folder,
  );
  const uses = operations.map(({ document }) => traceUse(before, document));
  const rules = operations.length > 0 ? [DiffRule.considerUsage] : [];
  const changes = await diff(before, after, rules, { checkUsage: usageOf(uses) });
  return changes.some(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
}

const isOurs = ({ findings = [] }: Expected): boolean =>
  findings.some(({ rule, contract }) => contract !== undefined || /^(approval|lint)/.test(rule)) ||
  findings.some(({ level }) => level === 'approved');

const counts: Record<Answer, number> = { right: 0, 'false alarm': 0, missed: 0 };
console.log('| scenario | must be | graphql-inspector with usage | it is |');
console.log('| --- | --- | --- | --- |');
for (const name of readdirSync(ROOT).sort()) {
  const expected = JSON.parse(readFileSync(join(ROOT, name, 'expected.json'), 'utf8')) as Expected;
  if (expected.exitCode > 1 || isOurs(expected)) continue;
  const breaks = await inspect(join(ROOT, name));
  if (breaks === undefined) continue;
  const must = expected.exitCode === 1;
  const answer: Answer = breaks === must ? 'right' : breaks ? 'false alarm' : 'missed';
  counts[answer] += 1;
  console.log(`| ${name} | ${must ? 'refused' : 'passed'} | ${breaks ? 'refused' : 'passed'} | ${answer} |`);
}
console.log(
  `\n${Object.entries(counts)
    .map(([answer, count]) => `${count} ${answer}`)
    .join(', ')}`,
);
