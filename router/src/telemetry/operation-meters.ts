import type { CompiledOperation } from '../execution/operation.ts';
import { OperationMeter } from './operation-meter.ts';

/** What is needed of a `KnownOperation`. */
export interface Named {
  readonly compiled: Pick<CompiledOperation, 'kind' | 'name'>;
}

/** No operation can be called so: it is no name in GraphQL. */
export const OTHER = '(other)';
export const UNNAMED = '(unnamed)';
/** Longer names are nobody's: a label of a metric is kept for weeks. */
const LONGEST_NAME = 100;
/** Names that were not used for this long make room for others. */
const IDLE_MS = 10 * 60_000;
/** How often a full table is searched for such names. */
const SEARCH_MS = 10_000;

/**
 * One meter per operation name, for at most `limit` names. A caller who invents names can fill the table for as long as
 * they keep using them all, and no longer: whoever finds no room is counted under "(other)".
 */
export class OperationMeters {
  readonly #limit: number;
  readonly #byOperation = new WeakMap<Named, OperationMeter>();
  readonly #byKey = new Map<string, OperationMeter>();
  readonly #others = {
    query: new OperationMeter(OTHER, 'query'),
    mutation: new OperationMeter(OTHER, 'mutation'),
  };
  #searchAt = 0;

  /** Requests of which it never became known what they ask for. */
  readonly unknown = new OperationMeter(OTHER, 'unknown');

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `now` is `performance.now()`. */
  of(operation: Named, now: number): OperationMeter {
    const before = this.#byOperation.get(operation);
    const meter = before && !before.retired ? before : this.#find(operation, now);
    meter.usedAt = now;
    return meter;
  }

  *[Symbol.iterator](): Iterator<OperationMeter> {
    yield* this.#byKey.values();
    yield* Object.values(this.#others);
    yield this.unknown;
  }

  #find(operation: Named, now: number): OperationMeter {
    const { kind, name } = operation.compiled;
    const label = name ?? UNNAMED;
    if (label.length > LONGEST_NAME) return this.#others[kind];
    const key = `${kind} ${label}`;
    const meter = this.#byKey.get(key) ?? this.#add(key, label, kind, now);
    if (!meter) return this.#others[kind];
    this.#byOperation.set(operation, meter);
    return meter;
  }

  #add(key: string, label: string, kind: 'query' | 'mutation', now: number): OperationMeter | null {
    if (this.#byKey.size >= this.#limit && !this.#makeRoom(now)) return null;
    const meter = new OperationMeter(label, kind);
    this.#byKey.set(key, meter);
    return meter;
  }

  #makeRoom(now: number): boolean {
    if (now < this.#searchAt) return false;
    for (const [key, meter] of this.#byKey) {
      if (meter.usedAt > now - IDLE_MS) continue;
      meter.retired = true;
      this.#byKey.delete(key);
      this.#others[meter.kind as 'query' | 'mutation'].absorb(meter);
    }
    if (this.#byKey.size < this.#limit) return true;
    this.#searchAt = now + SEARCH_MS;
    return false;
  }
}
