import type { SignEnvelope } from '@cartograph/runtime/envelope';
import type { Logger } from '@cartograph/runtime/logger';
import type { GraphQLFormattedError } from 'graphql';
import type { RouterContext } from '../context.ts';
import type { SubgraphPolicy } from '../settings/resilience.ts';
import { leastLoaded } from './least-loaded.ts';
import { NO_OBSERVER, type SubgraphObserver } from './observer.ts';
import { type CallDesk, PendingCall } from './pending-call.ts';
import { Places } from './places.ts';
import { createReplica, type Replica } from './replica.ts';
import { RetryBudget } from './retry-budget.ts';

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
  /** Takes no more calls, and ends when those under way have ended, each in its time. */
  close(): Promise<void>;
}

export interface SubgraphClientOptions {
  readonly name: string;
  /** One per replica; see `readReplicaUrls`. */
  readonly urls: readonly string[];
  readonly policy: SubgraphPolicy;
  readonly logger: Logger;
  /** Without it nothing is signed: the subgraph is not one of ours. */
  readonly sign?: SignEnvelope;
  readonly observer?: SubgraphObserver;
}

/** One read brings an answer of this size at most; a larger one is put together from several. */
const READ_BUFFER_BYTES = 65_536;

export function createSubgraphClient(options: SubgraphClientOptions): SubgraphClient {
  const { name, policy, logger, observer = NO_OBSERVER } = options;
  const { concurrency, queue, retry } = policy;
  const replicas = createReplicas(options, observer);
  const places = new Places<PendingCall>(concurrency, queue, (length) => observer.queued(name, length));
  let closed: Promise<void> | undefined;
  let emptied: (() => void) | undefined;

  const desk: CallDesk = {
    name,
    policy,
    logger,
    observer,
    budgets: {
      budget: new RetryBudget(retry.budget, retry.burst),
      busyBudget: new RetryBudget(retry.busyBudget, retry.burst),
    },
    choose: leastLoaded(replicas),
    done(call) {
      places.leave(call);
      if (emptied && places.empty) emptied();
    },
  };

  async function close() {
    if (!places.empty)
      await new Promise<void>((resolve) => {
        emptied = resolve;
      });
    for (const replica of replicas) replica.close();
  }

  return {
    name,
    send: (call, context) =>
      new Promise((resolve, reject) => {
        const pending = new PendingCall(desk, call, context, { resolve, reject });
        desk.budgets.budget.deposit();
        desk.budgets.busyBudget.deposit();
        if (closed) pending.refuse('closing');
        else if (pending.late) pending.refuse('timeout');
        else if (!places.enter(pending)) pending.refuse('queueFull');
      }),
    ready: async () => (await Promise.all(replicas.map((replica) => replica.ready()))).some(Boolean),
    close: () => (closed ??= close()),
  };
}

function createReplicas(options: SubgraphClientOptions, observer: SubgraphObserver): readonly Replica[] {
  const { name, urls, policy, logger, sign } = options;
  const readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  return urls.map((text, index) => {
    const url = new URL(text);
    return createReplica({
      subgraph: name,
      url,
      policy,
      readBuffer,
      ...(sign && { sign }),
      breakerTurned(state) {
        observer.breakerTurned(name, index, state);
        logger[state === 'open' ? 'warn' : 'info'](
          { subgraph: name, replica: url.href, state },
          'circuit breaker turned',
        );
      },
    });
  });
}
