import { parseArgs } from 'node:util';
import type { Contender } from './contenders/contender.ts';
import type { Effort } from './harness/rounds.ts';
import { WORKLOADS } from './workloads/workloads.ts';

export interface Options {
  readonly effort: Effort;
  /** How long everything may take; what is over by then is told with fewer rounds. */
  readonly budgetSeconds: number;
  /** Names of workloads; `growth` is one. */
  readonly workloads: readonly string[];
  readonly contenders: readonly Contender[];
  /** Only the ends of each series of the growth workload, once. */
  readonly growthEnds: boolean;
  /** A full run alone is worth keeping. */
  readonly writes: boolean;
}

const FULL: Effort = {
  rounds: 8,
  latencyRounds: 3,
  connections: [1, 10, 50, 200],
  cellSeconds: 0.7,
  leadInSeconds: 0.3,
  memoryLeadInSeconds: 8,
  warmUpSeconds: 4,
};
const QUICK: Effort = {
  rounds: 3,
  latencyRounds: 1,
  connections: [10, 50],
  cellSeconds: 0.5,
  leadInSeconds: 0.2,
  memoryLeadInSeconds: 1,
  warmUpSeconds: 2,
};

const OPTIONS = {
  quick: { type: 'boolean' },
  only: { type: 'string' },
  workload: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  connections: { type: 'string' },
} as const;

/** `--only` and the others choose a part, which is printed and not written. */
export function readOptions(args: readonly string[], all: readonly Contender[]): Options {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { quick = false, only, workload, rounds, seconds, connections } = values;
  const base = quick ? QUICK : FULL;
  const levels = connections?.split(',').map(Number);
  const effort = {
    ...base,
    ...(rounds && { rounds: Number(rounds) }),
    ...(seconds && { cellSeconds: Number(seconds) }),
    // A part is asked for to compare CPU: the other numbers of connections are taken when they are named.
    connections: levels ?? (only ? [10] : base.connections),
  };
  const numbers = [effort.rounds, effort.cellSeconds, ...effort.connections];
  if (!numbers.every((number) => number > 0))
    throw new Error('--rounds, --seconds and --connections take numbers above 0');
  return {
    effort,
    budgetSeconds: rounds ? Number.POSITIVE_INFINITY : quick ? 100 : 660,
    workloads: chosen(workload?.split(',') ?? names(only), names()),
    contenders: only ? chosenContenders(only.split(','), all) : all.filter((one) => !quick || one.table === 'main'),
    growthEnds: quick,
    writes: Object.keys(values).length === 0,
  };
}

/** Without the growth workload where contenders were chosen: few of them play it. */
const names = (only?: string) => WORKLOADS.map(({ name }) => name).filter((name) => !only || name !== 'growth');

function chosen(wanted: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return wanted;
}

function chosenContenders(wanted: readonly string[], all: readonly Contender[]): readonly Contender[] {
  const ids = chosen(
    wanted,
    all.map(({ id }) => id),
  );
  return all.filter(({ id }) => ids.includes(id));
}
