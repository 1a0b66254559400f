import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED } from './contenders/compiled.ts';
import type { Contender } from './contenders/contender.ts';
import type { Load } from './harness/load.ts';
import { amountFor, warmUp } from './harness/measure.ts';
import { CPU_AT, type Effort } from './harness/rounds.ts';
import { openStage } from './harness/stage.ts';
import type { Table } from './tables/table.ts';
import { workloadNamed } from './workloads/workloads.ts';

const INTERVAL_US = 200;
const PROFILED_SECONDS = 10;
/** Where all is done that makes the router be seen. */
const TELEMETRY = '/router/src/telemetry/';

/** Of a `.cpuprofile`; times in microseconds. */
interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface Bench {
  readonly load: Load;
  readonly folder: string;
  readonly effort: Effort;
}

/** Between 0 and 1, of the time in which the process did something. */
interface Share {
  readonly metrics: number;
  readonly garbage: number;
}

/**
 * What the metrics take of the router's work, by a profile of the one process while it is asked. Two processes beside each
 * other, one with metrics and one without, differ by more for reasons of their own.
 */
export async function metricsTable(names: readonly string[], ours: Contender, bench: Bench): Promise<Table> {
  const rows = [];
  for (const name of names) {
    const { metrics, garbage } = await profiledShare(name, ours, bench);
    rows.push([name, metrics * 100, garbage * 100]);
  }
  return {
    title: `What the metrics take (profile of ${PROFILED_SECONDS} s of CPU; ${CPU_AT} connections)`,
    columns: ['workload', '% of the time at work', '% collecting garbage, of everything'],
    rows,
  };
}

async function profiledShare(name: string, ours: Contender, { load, folder, effort }: Bench): Promise<Share> {
  const profiles = join(folder, `profile-${name}`);
  let seconds = 0;
  {
    await using stage = await openStage(workloadNamed(name), [profiled(ours, profiles)], folder);
    const [one] = stage.contenders;
    const [request = ''] = Object.keys(stage.workload.requests);
    if (!one) throw new Error('our router is not on stage');
    const body = stage.body(request);
    const each = await warmUp(load, one, body, effort.warmUpSeconds);
    const amount = amountFor(each, PROFILED_SECONDS, CPU_AT);
    ({ seconds } = await load.fire({ url: one.url, body, connections: CPU_AT, amount, varied: false }));
  }
  // Worker threads write one each; the process's own is of thread 0.
  const [file] = readdirSync(profiles).filter((written) => /\.0\.\d+\.cpuprofile$/.test(written));
  if (!file) throw new Error(`${ours.label} ended without writing its profile`);
  return shareOf(JSON.parse(readFileSync(join(profiles, file), 'utf8')) as Profile, seconds);
}

/** From its sources, since a profile tells files, and what is compiled is in others. */
const profiled = (ours: Contender, profiles: string): Contender => ({
  ...ours,
  command: (start) => {
    const { args, env } = ours.command(start);
    const flags = ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-interval=${INTERVAL_US}`];
    return { args: [...flags, ...args.flatMap((one) => (one === COMPILED ? ['--import', 'tsx'] : one))], env };
  },
});

/** Of the samples of the last `seconds` in which the process did something. */
export function shareOf({ nodes, samples, timeDeltas }: Profile, seconds: number): Share {
  const kinds = kindsOf(nodes);
  const counted = { metrics: 0, garbage: 0, other: 0, idle: 0 };
  let left = seconds * 1e6;
  for (let at = samples.length - 1; at >= 0 && left > 0; at -= 1) {
    counted[kinds.get(samples[at] as number) ?? 'other'] += 1;
    left -= timeDeltas[at] as number;
  }
  const busy = counted.metrics + counted.garbage + counted.other;
  return { metrics: counted.metrics / busy, garbage: counted.garbage / busy };
}

type Kind = 'metrics' | 'garbage' | 'other' | 'idle';

/** What telemetry calls is its own too: a kind goes down the tree. */
function kindsOf(nodes: readonly ProfileNode[]): ReadonlyMap<number, Kind> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kinds = new Map<number, Kind>();
  const visit = ({ id, callFrame, children = [] }: ProfileNode, above: Kind): void => {
    const kind = above === 'other' ? kindOf(callFrame) : above;
    kinds.set(id, kind);
    for (const child of children) visit(byId.get(child) as ProfileNode, kind);
  };
  const [root] = nodes;
  if (root) visit(root, 'other');
  return kinds;
}

function kindOf({ functionName, url }: ProfileNode['callFrame']): Kind {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage';
  return url.includes(TELEMETRY) ? 'metrics' : 'other';
}
