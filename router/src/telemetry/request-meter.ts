import { ERROR_CODES } from '@cartograph/kernel/errors';
import type { Outcome } from './operation-meter.ts';
import { OperationMeters } from './operation-meters.ts';
import type { RequestObserver, RequestRecord } from './request-record.ts';
import { WindowedCount } from './windowed-count.ts';

export interface RefusalCount {
  readonly code: string;
  readonly viewer: string;
  readonly times: WindowedCount;
}

/** Counts requests. One `WeakMap` look-up, one logarithm and a few additions each. */
export class RequestMeter implements RequestObserver {
  readonly operations: OperationMeters;
  /** By code and kind of viewer. */
  readonly refusals = new Map<string, RefusalCount>();
  /** Executed without Apollo Server's pipeline, because they were known. */
  readonly remembered = new WindowedCount();
  readonly throughPipeline = new WindowedCount();
  inFlight = 0;

  constructor(maxOperations: number) {
    this.operations = new OperationMeters(maxOperations);
  }

  began(): void {
    this.inFlight += 1;
  }

  ended(record: RequestRecord): void {
    this.inFlight -= 1;
    const { refusal, errors, operation } = record;
    if (!refusal && !errors) return;
    const now = performance.now();
    const meter = operation ? this.operations.of(operation, now) : this.operations.unknown;
    const outcome = outcomeOf(record);
    if (outcome === 'ok') meter.ok.add();
    else {
      const code = knownCode(refusal ? refusal.code : errors?.[0]?.extensions?.code);
      meter.count(outcome, code);
      if (outcome === 'refused') this.#refused(code, record.context?.viewer.kind ?? 'unknown');
    }
    // How fast a refusal was says nothing about the operation.
    if (!record.executed) return;
    meter.durations.observe(now - record.startedAt);
    if (record.remembered) this.remembered.add();
    else this.throughPipeline.add();
  }

  rotate(): void {
    for (const meter of this.operations) meter.rotate();
    for (const { times } of this.refusals.values()) times.rotate();
    this.remembered.rotate();
    this.throughPipeline.rotate();
  }

  #refused(code: string, viewer: string): void {
    const key = `${code} ${viewer}`;
    const known = this.refusals.get(key) ?? { code, viewer, times: new WindowedCount() };
    this.refusals.set(key, known);
    known.times.add();
  }
}

export function outcomeOf({ refusal, errors, executed, empty }: RequestRecord): Outcome {
  if (refusal) return refusal.status >= 500 ? 'failed' : 'refused';
  if (!errors || errors.length === 0) return 'ok';
  if (!executed) return 'refused';
  return empty ? 'failed' : 'partial';
}

/** Every code is one of ours by now; a label that is none would stay for weeks. */
const knownCode = (code: unknown): string =>
  typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? code : 'INTERNAL_SERVER_ERROR';
