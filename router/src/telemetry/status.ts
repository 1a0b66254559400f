import type { BreakerState } from '../subgraphs/breaker.ts';
import { Durations } from './durations.ts';
import type { Meters } from './meters.ts';
import type { OperationMeter } from './operation-meter.ts';
import type { Sources } from './router-families.ts';
import type { SubgraphMeter } from './subgraph-meter.ts';
import { VERSION } from './version.ts';
import type { WindowedCount } from './windowed-count.ts';

/** How fast something went lately. Milliseconds; null where nothing happened. */
interface Speed {
  readonly perSecond: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface SubgraphStatus extends Speed {
  readonly name: string;
  readonly replicas: readonly { readonly url: string; readonly breaker: BreakerState; readonly opened: number }[];
  readonly total: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly failuresPerSecond: number;
  readonly retries: number;
  readonly retriesPerSecond: number;
  readonly waiting: number;
}

export interface OperationStatus extends Speed {
  readonly name: string;
  readonly kind: string;
  readonly total: number;
  readonly errors: number;
  /** Its part of the time that all requests together took lately, from 0 to 1. */
  readonly timeShare: number;
}

interface CacheStatus {
  readonly hits: number;
  readonly misses: number;
  readonly purged: number;
}

/** What `/status.json` says. */
export interface RouterStatus {
  readonly version: string;
  readonly node: string;
  readonly uptimeSeconds: number;
  readonly supergraph: { readonly id: string; readonly since: string; readonly ageSeconds: number };
  /** How many seconds back everything "lately" reaches. */
  readonly recentSeconds: number;
  readonly requests: Speed & {
    readonly total: number;
    readonly inFlight: number;
    /** Part of the requests that ended lately with an error or a refusal, from 0 to 1; the other: that were remembered. */
    readonly errorShare: number;
    readonly rememberedShare: number;
  };
  readonly planning: Speed & { readonly total: number };
  readonly process: {
    /** Of one core, from 0 to 1 and beyond. */
    readonly cpuShare: number;
    readonly rssBytes: number;
    readonly heapBytes: number;
    readonly eventLoopLagMs: { readonly p99: number; readonly max: number };
  };
  readonly subgraphs: readonly SubgraphStatus[];
  readonly operations: readonly OperationStatus[];
  readonly caches: {
    readonly knownOperations: number;
    readonly rememberedRequests: number;
    readonly response: CacheStatus;
    readonly entity: CacheStatus;
  };
  readonly limits: {
    readonly refusals: readonly { readonly code: string; readonly viewer: string; readonly total: number }[];
    readonly clients: readonly { readonly limit: string; readonly clients: number }[];
  };
}

/** As many as fit on a page that is read. */
const MOST_OPERATIONS = 25;

/** Reads everything at one moment. */
export function readStatus(meters: Meters, { gateway, rates }: Sources): RouterStatus {
  const { requests, subgraphs, caches, planning } = meters;
  const graph = gateway.current();
  const seconds = meters.recentSeconds();
  const cache = ({ hits, misses, purged }: Record<'hits' | 'misses' | 'purged', WindowedCount>): CacheStatus => ({
    hits: hits.total,
    misses: misses.total,
    purged: purged.total,
  });
  return {
    version: VERSION,
    node: process.version,
    uptimeSeconds: Math.round(process.uptime()),
    supergraph: {
      id: graph.supergraph.id.slice(0, 12),
      since: new Date(graph.since).toISOString(),
      ageSeconds: Math.round((Date.now() - graph.since) / 1_000),
    },
    recentSeconds: seconds,
    requests: requestsStatus(meters, seconds),
    planning: { ...speedOf(planning, seconds), total: planning.cumulative().count },
    process: processStatus(meters),
    subgraphs: [...graph.subgraphs.keys()].map((name) => subgraphStatus(subgraphs.of(name), seconds)),
    operations: operationsStatus([...requests.operations], seconds),
    caches: {
      knownOperations: graph.operations.size,
      rememberedRequests: graph.requests.size,
      response: cache(caches.response),
      entity: cache(caches.entity),
    },
    limits: {
      refusals: [...requests.refusals.values()]
        .map(({ code, viewer, times }) => ({ code, viewer, total: times.total }))
        .sort((one, other) => other.total - one.total),
      clients: rates.tables.map(({ name, size }) => ({ limit: name, clients: size })),
    },
  };
}

const sum = <T>(items: Iterable<T>, of: (item: T) => number): number => {
  let total = 0;
  for (const item of items) total += of(item);
  return total;
};
const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
const recent = (count: WindowedCount): number => count.recent;
const total = (count: WindowedCount): number => count.total;

function speedOf(durations: Durations, seconds: number): Speed {
  return {
    perSecond: durations.recent().count / seconds,
    p50: durations.recentQuantile(0.5),
    p99: durations.recentQuantile(0.99),
  };
}

function requestsStatus({ requests }: Meters, seconds: number): RouterStatus['requests'] {
  const all = [...requests.operations];
  const good = sum(all, ({ ok }) => ok.recent);
  const bad = sum(all, ({ errors }) => errors.recent);
  const executed = requests.remembered.recent + requests.throughPipeline.recent;
  return {
    ...speedOf(Durations.recentOf(all.map(({ durations }) => durations)), seconds),
    perSecond: (good + bad) / seconds,
    total: sum(all, ({ ok, errors }) => ok.total + errors.total),
    inFlight: requests.inFlight,
    errorShare: share(bad, good + bad),
    rememberedShare: share(requests.remembered.recent, executed),
  };
}

function processStatus({ process: meter }: Meters): RouterStatus['process'] {
  const { memory, eventLoopLag, cpuShare } = meter.read('status');
  return {
    cpuShare,
    rssBytes: memory.rss,
    heapBytes: memory.heapUsed,
    eventLoopLagMs: { p99: eventLoopLag.p99 * 1_000, max: eventLoopLag.max * 1_000 },
  };
}

function subgraphStatus(meter: SubgraphMeter, seconds: number): SubgraphStatus {
  const { name, replicas, durations, ok, failures, retries, waiting } = meter;
  return {
    name,
    replicas,
    ...speedOf(durations, seconds),
    total: ok.total + sum(failures.values(), total),
    failures: Object.fromEntries([...failures].map(([kind, count]) => [kind, count.total])),
    failuresPerSecond: sum(failures.values(), recent) / seconds,
    retries: sum(retries.values(), total),
    retriesPerSecond: sum(retries.values(), recent) / seconds,
    waiting,
  };
}

function operationsStatus(meters: readonly OperationMeter[], seconds: number): readonly OperationStatus[] {
  const timed = meters.map((meter) => ({ meter, time: meter.durations.recent().sum }));
  const all = sum(timed, ({ time }) => time);
  return timed
    .filter(({ meter }) => meter.ok.total + meter.errors.total > 0)
    .sort((one, other) => other.time - one.time || other.meter.ok.total - one.meter.ok.total)
    .slice(0, MOST_OPERATIONS)
    .map(({ meter: { name, kind, durations, ok, errors }, time }) => ({
      name,
      kind,
      ...speedOf(durations, seconds),
      perSecond: (ok.recent + errors.recent) / seconds,
      total: ok.total + errors.total,
      errors: errors.total,
      timeShare: share(time, all),
    }));
}
