import {
  constants,
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';

/** The collectors of V8, as Prometheus is told of them. */
const GC_KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** How often the event loop is looked at, in milliseconds. */
const RESOLUTION_MS = 20;

export interface ProcessState {
  /** Seconds of CPU since the start. */
  readonly cpu: { readonly user: number; readonly system: number };
  /** CPU time per time since the last reading: 1 is a whole core. */
  readonly cpuShare: number;
  readonly memory: NodeJS.MemoryUsage;
  /** How much later than planned timers ran since the last reading, in seconds. */
  readonly eventLoopLag: { readonly p50: number; readonly p99: number; readonly max: number };
  /** The share of time since the last reading in which the event loop had something to do. */
  readonly eventLoopUtilization: number;
  readonly gc: ReadonlyMap<string, { readonly count: number; readonly seconds: number }>;
}

export interface ProcessMeter {
  /** `reader` has a memory of its own for what counts since the last reading. */
  read(reader: 'metrics' | 'status'): ProcessState;
  close(): void;
}

/** What Node's types know only of other entries. */
type GcEntry = PerformanceEntry & { readonly detail: { readonly kind: number } };

/** prom-client's own collectors of this cannot be stopped again, and a router can. */
export function createProcessMeter(): ProcessMeter {
  const gc = new Map<string, { count: number; seconds: number }>();
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as GcEntry[]) {
      const kind = GC_KINDS[detail.kind] ?? 'other';
      const known = gc.get(kind) ?? { count: 0, seconds: 0 };
      gc.set(kind, { count: known.count + 1, seconds: known.seconds + duration / 1_000 });
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  const readers = { metrics: openReader(), status: openReader() };

  return {
    read(reader) {
      const { user, system } = process.cpuUsage();
      return {
        cpu: { user: user / 1e6, system: system / 1e6 },
        memory: process.memoryUsage(),
        ...readers[reader].read(),
        gc,
      };
    },
    close() {
      observer.disconnect();
      for (const { close } of Object.values(readers)) close();
    },
  };
}

function openReader() {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let before = performance.eventLoopUtilization();
  let cpuBefore = process.cpuUsage();
  let at = performance.now();
  return {
    read(): Pick<ProcessState, 'eventLoopLag' | 'eventLoopUtilization' | 'cpuShare'> {
      // What is measured is the time from one look to the next; what is beyond the resolution is lag.
      const lag = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3) || 0;
      const eventLoopLag = {
        p50: lag(delay.percentile(50)),
        p99: lag(delay.percentile(99)),
        max: lag(delay.max),
      };
      delay.reset();
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      const { user, system } = process.cpuUsage(cpuBefore);
      const cpuShare = (user + system) / 1_000 / Math.max(1, performance.now() - at);
      cpuBefore = process.cpuUsage();
      at = performance.now();
      return { eventLoopLag, eventLoopUtilization: utilization, cpuShare };
    },
    close: () => delay.disable(),
  };
}
