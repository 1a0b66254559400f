import type { TelemetrySettings } from '../settings/telemetry.ts';
import { CacheMeters } from './cache-meter.ts';
import { Durations } from './durations.ts';
import { createProcessMeter, type ProcessMeter } from './process-meter.ts';
import { RequestMeter } from './request-meter.ts';
import { SubgraphMeters } from './subgraph-meter.ts';

/** Everything that is counted. */
export interface Meters {
  readonly requests: RequestMeter;
  readonly subgraphs: SubgraphMeters;
  readonly caches: CacheMeters;
  /** Planning and compiling an operation that was not known. */
  readonly planning: Durations;
  readonly process: ProcessMeter;
  /** How many seconds back everything "recent" reaches: one to two windows. */
  recentSeconds(): number;
  close(): void;
}

const WINDOW_MS = 10_000;

export function createMeters({ operations }: Pick<TelemetrySettings, 'operations'>): Meters {
  const requests = new RequestMeter(operations);
  const subgraphs = new SubgraphMeters();
  const caches = new CacheMeters();
  const planning = new Durations();
  const process = createProcessMeter();
  let windowBefore = performance.now();
  let window = windowBefore;

  function rotate() {
    for (const meter of [requests, subgraphs, caches, planning]) meter.rotate();
    windowBefore = window;
    window = performance.now();
  }
  const timer = setInterval(rotate, WINDOW_MS).unref();

  return {
    requests,
    subgraphs,
    caches,
    planning,
    process,
    // A rate over the first moments after the start would be anything.
    recentSeconds: () => Math.max(1, (performance.now() - windowBefore) / 1_000),
    close() {
      clearInterval(timer);
      process.close();
    },
  };
}
