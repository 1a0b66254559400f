import { BadInput } from './bad-input.ts';
import { checkApi } from './checks/api.ts';
import { compositionDrafts, disagreement, drift } from './checks/composition.ts';
import { checkContract } from './checks/contracts.ts';
import { checkCost } from './checks/cost.ts';
import { checkKeys } from './checks/keys.ts';
import { lint } from './checks/lint.ts';
import { orphans } from './checks/orphans.ts';
import { comparePlans, planDrafts } from './checks/plans.ts';
import { bySeverity, type Draft, type Finding } from './findings/finding.ts';
import { finish } from './findings/finish.ts';
import { changedDefinitions, touchedCoordinates } from './graph/changed.ts';
import { composeSnapshot, type Graph } from './graph/compose.ts';
import { Definitions } from './graph/coordinates.ts';
import { secondOpinion } from './graph/second-opinion.ts';
import type { Approval } from './input/approvals.ts';
import type { Operation } from './input/operation.ts';
import type { Settings } from './input/settings.ts';
import type { Snapshot } from './input/snapshot.ts';
import { type Judged, judgeOperations } from './use/usage.ts';

export interface Question {
  readonly base: Snapshot;
  readonly head: Snapshot;
  readonly operations: readonly Operation[];
  readonly approvals: readonly Approval[];
  readonly settings: Pick<Settings, 'contracts' | 'rules' | 'sinceDays' | 'invalidOperations'>;
  /** ISO day. */
  readonly today: string;
  readonly approvalsFile: string;
}

export interface Verdict {
  /** 0 pass, 1 breaking or refused, 2 does not compose. */
  readonly exitCode: 0 | 1 | 2;
  readonly findings: readonly Finding[];
  readonly base: string;
  readonly changed: readonly string[];
  readonly operations: number;
}

/** Is this change safe? */
export async function check(question: Question): Promise<Verdict> {
  const { base, head, operations } = question;
  const [baseDefinitions, headDefinitions] = [new Definitions(base), new Definitions(head)];
  const changed = changedSubgraphs(base, head);
  const answer = (drafts: readonly Draft[], fails: boolean): Verdict => {
    const findings = [
      ...finish(drafts, { ...question, rules: question.settings.rules, base: baseDefinitions, head: headDefinitions }),
    ].sort(bySeverity);
    const refused = findings.some(({ level }) => level === 'breaking');
    return {
      exitCode: fails ? 2 : refused ? 1 : 0,
      findings,
      base: base.label,
      changed,
      operations: operations.length,
    };
  };

  const before = await composeBase(base);
  if (changed.length === 0) {
    const judged = judgeOperations(operations, before.api, before.api, question.settings.invalidOperations);
    return answer(await contractsOf(question, judged, []), false);
  }
  const [composed, second] = [await composeSnapshot(head), await secondOpinion(head)];
  const changes = changedDefinitions(baseDefinitions, headDefinitions);
  const style = lint(changes, headDefinitions);
  if (!composed.graph)
    return answer(
      [...compositionDrafts(composed.errors, headDefinitions), ...disagreement(false, second), ...style],
      true,
    );

  const judged = judgeOperations(operations, before.api, composed.graph.api, question.settings.invalidOperations);
  const touched = touchedCoordinates(baseDefinitions, headDefinitions);
  const drafts = await compare({ question, before, after: composed.graph, judged, touched });
  const variants = await contractsOf(question, judged, drafts);
  const hints = drift(composed.graph.hints, touched, headDefinitions);
  const all = [...drafts, ...variants, ...disagreement(true, second), ...hints, ...style];
  return answer(
    all,
    variants.some(({ rule }) => rule === 'composition/CONTRACT'),
  );
}

interface Comparison {
  readonly question: Question;
  readonly before: Graph;
  readonly after: Graph;
  readonly judged: Judged;
  readonly touched: ReadonlySet<string>;
}

async function compare({ question, before, after, judged, touched }: Comparison): Promise<readonly Draft[]> {
  const { facts } = judged;
  const api = await checkApi({ base: before.api, head: after.api, facts, since: sinceOf(question) });
  const keys = await checkKeys(question.base, question.head, before, facts);
  const plans = planDrafts(await comparePlans(before, after, facts), touched);
  return [...api, ...keys, ...plans, ...checkCost(before, after, facts, touched), ...orphans(before.api, after.api)];
}

async function contractsOf(question: Question, { facts }: Judged, drafts: readonly Draft[]): Promise<readonly Draft[]> {
  const known = new Set(drafts.map(({ rule, coordinate }) => `${rule} ${coordinate}`));
  const { base, head, settings } = question;
  if (changedSubgraphs(base, head).length === 0) return [];
  const each = settings.contracts.map((contract) =>
    checkContract(contract, { base, head, facts, since: sinceOf(question), known }),
  );
  return (await Promise.all(each)).flat();
}

function sinceOf({ today, settings: { sinceDays } }: Question): string | undefined {
  if (sinceDays === undefined) return undefined;
  return new Date(Date.parse(today) - sinceDays * 86_400_000).toISOString();
}

async function composeBase(base: Snapshot): Promise<Graph> {
  const { graph, errors } = await composeSnapshot(base);
  if (!graph) throw new BadInput(`the base does not compose: ${errors[0]?.message ?? ''}`, base.label);
  return graph;
}

/** Subgraphs that differ, were added or were removed. */
export function changedSubgraphs(base: Snapshot, head: Snapshot): readonly string[] {
  const before = new Map(base.subgraphs.map(({ name, sdl }) => [name, sdl]));
  const after = new Map(head.subgraphs.map(({ name, sdl }) => [name, sdl]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .sort();
}
