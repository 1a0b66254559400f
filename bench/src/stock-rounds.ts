import { percentile } from '../router/harness/statistics.ts';
import { cpuMs } from './cpu.ts';

/** Something that buyers do with a variant, many at a time. */
export interface Buying {
  readonly atOnce: number;
  /** Each has more than is ever bought. */
  readonly variants: readonly string[];
  /** The processes whose CPU counts, with all below them. */
  readonly pids: readonly number[];
  /** Throws when it was not bought. */
  buy(buyer: number, variantId: string): Promise<void>;
  /** Throws when the books do not say exactly what was bought. */
  check(): Promise<void>;
}

export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
}

interface Round {
  readonly times: number[];
  readonly seconds: number;
  readonly cpu: number;
}

/** Rounds on one variant and on all of them in turn, after one of each that is not counted. */
export async function compareRounds(buying: Buying, { rounds, seconds }: { rounds: number; seconds: number }) {
  const [hot = ''] = buying.variants;
  const kinds = { 'one variant': [hot], 'many variants': buying.variants };
  const measured = new Map<string, Round[]>(Object.keys(kinds).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, variants] of Object.entries(kinds)) {
      const taken = await runRound(buying, variants, seconds * 1000);
      if (round > 0) measured.get(name)?.push(taken);
    }
  return Object.fromEntries([...measured].map(([name, taken]) => [name, sum(taken)]));
}

async function runRound(buying: Buying, variants: readonly string[], ms: number): Promise<Round> {
  const times: number[] = [];
  const cpu = cpuMs(buying.pids);
  const started = performance.now();
  const shop = async (buyer: number): Promise<void> => {
    for (let turn = buyer; performance.now() - started < ms; turn += buying.atOnce) {
      const began = performance.now();
      await buying.buy(buyer, variants[turn % variants.length] ?? '');
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: buying.atOnce }, (_, buyer) => shop(buyer)));
  return { times, seconds: (performance.now() - started) / 1000, cpu: cpuMs(buying.pids) - cpu };
}

function sum(rounds: readonly Round[]): Measured {
  const times = rounds.flatMap((round) => round.times).sort((a, b) => a - b);
  const total = (of: (round: Round) => number) => rounds.reduce((all, round) => all + of(round), 0);
  const at = (percent: number) => Number(percentile(times, percent).toFixed(1));
  return {
    perSecond: Number((times.length / total(({ seconds }) => seconds)).toFixed(1)),
    p50Ms: at(50),
    p99Ms: at(99),
    cpuMs: Number((total(({ cpu }) => cpu) / times.length).toFixed(2)),
  };
}
