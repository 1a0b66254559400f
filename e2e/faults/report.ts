import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './check.ts';
import type { RunResult } from './run.ts';

export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly longest: number;
}

export interface Summary {
  readonly seed: number;
  readonly seconds: number;
  readonly ordersPerSecond: number;
  /** How buyers' checkouts ended, as they were told. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly answerMs: Quantiles;
  /** From a kill until the killed process answered again. */
  readonly backMs: Quantiles;
  /** From a kill of an orders process until the checkouts that were under way had an outcome. */
  readonly recoveryMs: Quantiles;
  /** From the last fault or answer until nothing was under way; null when that never came. */
  readonly restedAfterMs: number | null;
  readonly providerFaults: number;
  readonly webhooks: Readonly<Record<string, number>>;
  /** Processes that ended by themselves after they had worked. */
  readonly deaths: number;
  readonly findings: readonly Finding[];
}

export const isSound = ({ findings }: { readonly findings: readonly Finding[] }): boolean =>
  findings.every(({ broken }) => broken.length === 0);

export function summarise(result: RunResult): Summary {
  const { history, seconds } = result;
  const of = (what: string) => history.filter((entry) => entry.what === what);
  const checkouts = of('told').filter(({ asked }) => asked === 'placeOrder');
  const times = checkouts.map(({ ms }) => Number(ms));
  const back = of('back').map(({ afterMs }) => Number(afterMs));
  const buyers = new Set(checkouts.map(({ n }) => n)).size;
  return {
    seed: result.seed,
    seconds: Math.round(seconds),
    ordersPerSecond: Math.round((buyers / seconds) * 10) / 10,
    outcomes: countBy([...checkouts, ...of('left').map(() => ({ kind: 'left' }))], ({ kind }) => String(kind)),
    faults: countBy(of('fault'), ({ kind }) => String(kind)),
    answerMs: quantiles(times),
    backMs: quantiles(back),
    recoveryMs: quantiles(result.recoveryMs),
    restedAfterMs: result.restedAfterMs,
    providerFaults: result.providerFaults,
    webhooks: addUp(result.webhooks),
    deaths: result.deaths,
    findings: result.findings,
  };
}

function countBy<T>(list: readonly T[], key: (one: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of list) counts[key(one)] = (counts[key(one)] ?? 0) + 1;
  return counts;
}

/** Each the smallest value that so many do not exceed, as in `bench`; zeros when there is none. */
export function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), longest: at(1) };
}

function addUp(all: RunResult['webhooks']): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** One page for people and the same for programs; the history lies beside them. */
export function writeReport(folder: string, summaries: readonly Summary[], command: string): void {
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify({ command, runs: summaries }, null, 2)}\n`);
  writeFileSync(join(folder, 'report.md'), toMarkdown(summaries, command));
}

export function toMarkdown(summaries: readonly Summary[], command: string): string {
  const lines = ['# Faults', '', `\`${command}\``, ''];
  const row = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;
  lines.push(
    row(['Seed', 'Told', 'Buyers/s', 'p50 ms', 'p99 ms', 'Back p95 ms', 'Recovery p95 ms', 'Rest ms', 'Broken rules']),
  );
  lines.push(row(Array(9).fill('---')));
  for (const one of summaries) {
    const { answerMs, backMs, recoveryMs, restedAfterMs, findings } = one;
    const broken = findings.filter((finding) => finding.broken.length > 0).length;
    const told = Object.values(one.outcomes).reduce((sum, count) => sum + count, 0);
    lines.push(
      row([
        one.seed,
        told,
        one.ordersPerSecond,
        answerMs.p50,
        answerMs.p99,
        backMs.p95,
        recoveryMs.p95,
        restedAfterMs ?? 'never',
        broken,
      ]),
    );
  }
  for (const one of summaries) lines.push('', ...section(one, row));
  return `${lines.join('\n')}\n`;
}

function section(one: Summary, row: (cells: readonly unknown[]) => string): string[] {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `## Seed ${one.seed}`,
    '',
    `- Answers: ${list(one.outcomes)}`,
    `- Faults: ${list(one.faults)}; calls that the provider spoiled ${one.providerFaults}; processes that ended by themselves ${one.deaths}`,
    `- Webhooks: ${list(one.webhooks)}`,
    '',
    row(['Rule', 'Looked at', 'Broken']),
    row(['---', '---', '---']),
    ...one.findings.map(({ group, name, subjects, broken }) => row([`${group}: ${name}`, subjects, broken.length])),
    ...one.findings.flatMap(({ name, broken }) =>
      broken.length === 0 ? [] : ['', `### ${name}`, '', ...broken.map((what) => `    ${JSON.stringify(what)}`)],
    ),
  ];
}

/** A line per broken rule, for a terminal or a test's message. */
export const describe = (findings: readonly Finding[]): string =>
  findings
    .filter(({ broken }) => broken.length > 0)
    .map(
      ({ group, name, broken }) => `${group}: ${name}\n${broken.map((row) => `  ${JSON.stringify(row)}`).join('\n')}`,
    )
    .join('\n');
