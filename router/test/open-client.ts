import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { createLogger } from '@cartograph/runtime/logger';
import type { RouterContext } from '../src/context.ts';
import { resilience, type SubgraphPolicy } from '../src/settings/resilience.ts';
import type { FailureKind } from '../src/subgraphs/failure.ts';
import type { SubgraphObserver, SubgraphOutcome } from '../src/subgraphs/observer.ts';
import {
  createSubgraphClient,
  type SubgraphCall,
  type SubgraphClientOptions,
} from '../src/subgraphs/subgraph-client.ts';

export const QUERY: SubgraphCall = { body: '{"query":"{ hello }"}', kind: 'query', repeatable: true };
export const MUTATION: SubgraphCall = { body: '{"query":"mutation { go }"}', kind: 'mutation', repeatable: false };

type Written = { readonly [Key in keyof SubgraphPolicy]?: Partial<SubgraphPolicy[Key]> };

/** The policy as it is shipped, with these differences. */
export function policyWith({ retry, breaker, ...own }: Written): SubgraphPolicy {
  const { all } = resilience.parse({});
  return { ...all, ...(own as object), retry: { ...all.retry, ...retry }, breaker: { ...all.breaker, ...breaker } };
}

export const context = (options: Partial<RouterContext> & { readonly traceparent?: string } = {}): RouterContext => ({
  viewer: ANONYMOUS,
  requestId: 'request-1',
  deadline: performance.now() + 30_000,
  ...options,
});

/** A client of its own, and what it told its observer and its log. */
export function openClient(
  urls: readonly string[],
  { policy = {}, ...options }: { readonly policy?: Written } & Partial<Omit<SubgraphClientOptions, 'policy'>> = {},
) {
  const finished: { readonly outcome: SubgraphOutcome; readonly ms: number }[] = [];
  const retried: FailureKind[] = [];
  const turns: string[] = [];
  const queued: number[] = [];
  const logged: { readonly level: string; readonly fields: Record<string, unknown> }[] = [];
  const observer: SubgraphObserver = {
    finished: (_subgraph, outcome, ms) => finished.push({ outcome, ms }),
    retried: (_subgraph, because) => retried.push(because),
    breakerTurned: (_subgraph, replica, state) => turns.push(`${replica} ${state}`),
    queued: (_subgraph, length) => queued.push(length),
  };
  const logger = createLogger('router', 'silent');
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    logger[level] = ((fields: Record<string, unknown>) => logged.push({ level, fields })) as never;
  const client = createSubgraphClient({
    name: 'books',
    urls,
    policy: policyWith(policy),
    logger,
    observer,
    ...options,
  });
  return {
    client,
    finished,
    retried,
    turns,
    queued,
    logged,
    ask: (call: Partial<SubgraphCall> = {}, asker = context()) => client.send({ ...QUERY, ...call }, asker),
    /** 'ok', or the code of the error. */
    outcome: (call: Partial<SubgraphCall> = {}, asker = context()): Promise<string> =>
      client.send({ ...QUERY, ...call }, asker).then(
        () => 'ok',
        (error) => error.code ?? String(error),
      ),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** How long it took, in milliseconds. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const started = performance.now();
  const result = await work();
  return { result, ms: performance.now() - started };
}
