import { randomUUID } from 'node:crypto';
import { ANONYMOUS } from '@cartograph/kernel/viewer';
import type { SignEnvelope } from '@cartograph/runtime/envelope';
import type { SubgraphPolicy } from '../settings/resilience.ts';
import { readAnswer } from './answer.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import { ConnectionPool } from './connection-pool.ts';
import { createRequestWriter, type RequestWriter } from './request-text.ts';
import { exchangeOnce } from './single-exchange.ts';

/** One address of a subgraph. */
export interface Replica {
  /** For the log alone. */
  readonly url: string;
  readonly requests: RequestWriter;
  readonly connections: ConnectionPool;
  readonly breaker: Breaker;
  /** Calls that it has now. */
  load: number;
  ready(): Promise<boolean>;
  close(): void;
}

export interface ReplicaOptions {
  readonly subgraph: string;
  readonly url: URL;
  readonly sign?: SignEnvelope;
  readonly policy: SubgraphPolicy;
  readonly readBuffer: Buffer;
  readonly breakerTurned: (state: BreakerState) => void;
}

/** The smallest question that goes all the way to where queries are answered, in every federated subgraph. */
const PROBE = '{"query":"{__typename}"}';
const READY_MS = 2_000;

export function createReplica({ subgraph, url, sign, policy, readBuffer, breakerTurned }: ReplicaOptions): Replica {
  const requests = createRequestWriter(url, subgraph, sign);
  const connections = new ConnectionPool({
    url,
    connectTimeoutMs: policy.connectTimeout,
    maxAnswerBytes: policy.maxAnswer,
    readBuffer,
  });
  const { probeEvery, probeTimeout, failures } = policy.breaker;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function works(timeoutMs: number): Promise<boolean> {
    const request = requests.post({
      body: PROBE,
      viewer: ANONYMOUS,
      requestId: randomUUID(),
      deadlineMs: timeoutMs,
    });
    const answer = await exchangeOnce(connections, { request, timeoutMs });
    return answer !== null && typeof readAnswer(answer.status, answer.text) === 'object';
  }

  async function probe() {
    if (await works(probeTimeout)) breaker.probed();
    else probeLater();
  }
  function probeLater() {
    if (!closed) timer = setTimeout(probe, probeEvery).unref();
  }

  const breaker = new Breaker(failures, (state) => {
    breakerTurned(state);
    if (state === 'open') probeLater();
  });

  return {
    url: url.href,
    requests,
    connections,
    breaker,
    load: 0,
    async ready() {
      const answer = await exchangeOnce(connections, { request: requests.get('/readyz'), timeoutMs: READY_MS });
      // A foreign subgraph need not have such a page; that it answers GraphQL is then what can be known.
      return answer?.status === 404 ? works(READY_MS) : answer?.status === 200;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      connections.close();
    },
  };
}
