import type { Load } from './load.ts';
import type { OnStage } from './stage.ts';
import { cpuMsOf, type Memory, memoryOf } from './usage.ts';

export interface Sample {
  readonly connections: number;
  /** Every body was another one. */
  readonly varied: boolean;
  readonly requests: number;
  /** Of the router's process and all its threads, per request. */
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly memory: Memory | null;
}

export interface Cell {
  readonly body: string;
  readonly connections: number;
  readonly amount: number;
  /** As many requests that nobody counts come before: who has waited for others starts with caches and a heap gone small. */
  readonly leadIn: number;
  readonly varied: boolean;
  /** Looks at the memory meanwhile, which costs the router a little: not where CPU is compared. */
  readonly watchMemory: boolean;
}

const WATCH_MS = 100;

export async function measure(load: Load, { pid, url }: OnStage, cell: Cell): Promise<Sample> {
  const { body, connections, amount, leadIn, varied, watchMemory } = cell;
  if (leadIn > 0) await load.fire({ url, body, connections, amount: leadIn, varied });
  const seen: Memory[] = [];
  const watch = watchMemory ? setInterval(() => seen.push(memoryOf(pid)), WATCH_MS) : undefined;
  try {
    const before = cpuMsOf(pid);
    const result = await load.fire({ url, body, connections, amount, varied });
    const cpuMs = (cpuMsOf(pid) - before) / result.requests;
    if (watchMemory) seen.push(memoryOf(pid));
    const most = (pick: (memory: Memory) => number) => Math.max(...seen.map(pick));
    return {
      connections,
      varied,
      requests: result.requests,
      cpuMs,
      perSecond: result.requests / result.seconds,
      p50: result.p50,
      p99: result.p99,
      memory: watchMemory ? { pssMb: most((one) => one.pssMb), rssMb: most((one) => one.rssMb) } : null,
    };
  } finally {
    clearInterval(watch);
  }
}

const FIRST_SHOT = 20;

/**
 * CPU milliseconds per request, once the process has worked for this long: by then what is hot is compiled. Counted in its
 * own CPU time, so that a busy machine gets nobody measured cold.
 */
export async function warmUp(load: Load, { pid, url }: OnStage, body: string, cpuSeconds: number): Promise<number> {
  const began = cpuMsOf(pid);
  let each = 0;
  for (let amount = FIRST_SHOT; ; ) {
    const before = cpuMsOf(pid);
    const { requests } = await load.fire({ url, body, connections: 10, amount, varied: false });
    const now = cpuMsOf(pid);
    each = (now - before) / requests;
    const left = began + cpuSeconds * 1000 - now;
    if (left <= 0) return each;
    // Not all that is left at once: it gets cheaper on the way.
    amount = amountFor(each, Math.max(left / 2000, 0.05), 10);
  }
}

const FEWEST = 30;

/** As many requests as cost this much CPU, and for each connection at least one and a half. */
export const amountFor = (cpuMs: number, cpuSeconds: number, connections: number): number =>
  Math.ceil(Math.max((cpuSeconds * 1000) / cpuMs, connections * 1.5, FEWEST));
