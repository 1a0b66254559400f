import type { GraphQLFormattedError } from 'graphql';
import type { RouterContext } from '../context.ts';
import type { KnownOperation } from '../gateway/known-operations.ts';
import type { Refused } from '../http/refused.ts';

/** What became of one request to `/graphql`. Whoever decides something writes it here; read once, when it is over. */
export class RequestRecord {
  /** `performance.now()`. */
  readonly startedAt = performance.now();
  /** Known from the moment at which the caller is. */
  context: RouterContext | null = null;
  /** What was admitted, whether it was executed then or not. */
  operation: KnownOperation | null = null;
  cost = 0;
  /** It was known, and passed by Apollo Server's pipeline. */
  remembered = false;
  executed = false;
  /** Why there was no answer. */
  refusal: Refused | null = null;
  /** Of the answer, before this caller's share of them was chosen; null as long as there is none. */
  errors: readonly GraphQLFormattedError[] | null = null;
  /** The answer has no data. */
  empty = false;
  /** Of HTTP; 0 as long as nothing was sent. */
  status = 0;

  admitted(operation: KnownOperation, cost: number, remembered: boolean): void {
    this.operation = operation;
    this.cost = cost;
    this.remembered = remembered;
  }

  /** `data` is JSON text; absent where nothing was executed. */
  answered(errors: readonly GraphQLFormattedError[], data: string | undefined, executed: boolean): void {
    this.errors = errors;
    this.empty = data === undefined || data === 'null';
    this.executed = executed;
  }
}

/** Who counts, logs or traces requests. Called on the hot path: nothing here may wait, throw or be slow. */
export interface RequestObserver {
  began(): void;
  /** All was said that could be. A record without an answer and a refusal is no GraphQL request, or its caller has left. */
  ended(record: RequestRecord): void;
}
