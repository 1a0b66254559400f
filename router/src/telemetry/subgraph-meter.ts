import type { BreakerState } from '../subgraphs/breaker.ts';
import type { FailureKind } from '../subgraphs/failure.ts';
import type { SubgraphObserver, SubgraphOutcome } from '../subgraphs/observer.ts';
import { Durations } from './durations.ts';
import { WindowedCount } from './windowed-count.ts';

export interface ReplicaState {
  /** Without what a URL may carry of secrets. */
  readonly url: string;
  breaker: BreakerState;
  /** How often the breaker has opened. */
  opened: number;
}

/** What one subgraph was asked, and how it went. */
export class SubgraphMeter {
  readonly name: string;
  readonly durations = new Durations();
  readonly ok = new WindowedCount();
  readonly failures = new Map<FailureKind, WindowedCount>();
  readonly retries = new Map<FailureKind, WindowedCount>();
  replicas: readonly ReplicaState[] = [];
  /** Calls that wait for a free place. */
  waiting = 0;

  constructor(name: string) {
    this.name = name;
  }

  rotate(): void {
    this.durations.rotate();
    this.ok.rotate();
    for (const count of this.failures.values()) count.rotate();
    for (const count of this.retries.values()) count.rotate();
  }
}

/** Counts what the clients of subgraphs do. */
export class SubgraphMeters implements SubgraphObserver {
  readonly #byName = new Map<string, SubgraphMeter>();

  /** A client is about to be opened for these URLs, one per replica. */
  opened(subgraph: string, urls: readonly string[]): void {
    this.of(subgraph).replicas = urls.map((url) => ({ url: withoutSecrets(url), breaker: 'closed', opened: 0 }));
  }

  finished(subgraph: string, outcome: SubgraphOutcome, ms: number): void {
    const meter = this.of(subgraph);
    meter.durations.observe(ms);
    if (outcome === 'ok') meter.ok.add();
    else add(meter.failures, outcome);
  }

  retried(subgraph: string, because: FailureKind): void {
    add(this.of(subgraph).retries, because);
  }

  breakerTurned(subgraph: string, replica: number, state: BreakerState): void {
    const turned = this.of(subgraph).replicas[replica];
    if (!turned) return;
    turned.breaker = state;
    if (state === 'open') turned.opened += 1;
  }

  queued(subgraph: string, length: number): void {
    this.of(subgraph).waiting = length;
  }

  of(subgraph: string): SubgraphMeter {
    const known = this.#byName.get(subgraph);
    if (known) return known;
    const meter = new SubgraphMeter(subgraph);
    this.#byName.set(subgraph, meter);
    return meter;
  }

  rotate(): void {
    for (const meter of this) meter.rotate();
  }

  [Symbol.iterator](): Iterator<SubgraphMeter> {
    return this.#byName.values();
  }
}

function add(counts: Map<FailureKind, WindowedCount>, kind: FailureKind): void {
  const count = counts.get(kind) ?? new WindowedCount();
  counts.set(kind, count);
  count.add();
}

function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
