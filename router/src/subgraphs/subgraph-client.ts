import type { GraphQLFormattedError } from 'graphql';
import type { RouterContext } from '../context.ts';

/** What a subgraph says in GraphQL. Nothing in it is trusted until the executor has looked at it. */
export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Record<string, unknown>;
}

export interface SubgraphCall {
  /** The whole JSON body `{"query":…,"variables":…}`, ready to send. */
  readonly body: string;
  readonly kind: 'query' | 'mutation';
  /** May be sent again without harm: every query; a mutation whose every root field carries an idempotency key. */
  readonly repeatable: boolean;
}

/** One subgraph, however many replicas it has. */
export interface SubgraphClient {
  readonly name: string;
  /** Rejects with a `CodedError` SERVICE_UNAVAILABLE or DEADLINE_EXCEEDED, and with nothing else. */
  send(call: SubgraphCall, context: RouterContext): Promise<SubgraphAnswer>;
  /** Whether at least one replica says that it can work. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}
