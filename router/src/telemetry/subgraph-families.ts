import { type Family, histogramSamples } from './metric-family.ts';
import type { SubgraphMeters } from './subgraph-meter.ts';

const DURATION = 'cartograph_subgraph_call_duration_seconds';
const BREAKER = { closed: 0, 'half-open': 1, open: 2 } as const;

/** What Prometheus is told of the calls to subgraphs. */
export const subgraphFamilies = (subgraphs: SubgraphMeters): readonly Family[] => [
  {
    name: 'cartograph_subgraph_calls_total',
    help: 'Calls by subgraph and outcome (ok, or how they failed), each counted once whatever its retries.',
    type: 'counter',
    samples: () =>
      [...subgraphs].flatMap(({ name, ok, failures }) => [
        { labels: { subgraph: name, outcome: 'ok' }, value: ok.total },
        ...[...failures].map(([outcome, count]) => ({ labels: { subgraph: name, outcome }, value: count.total })),
      ]),
  },
  {
    name: DURATION,
    help: 'All the time of a call, with waiting for a place and retries.',
    type: 'histogram',
    samples: () =>
      [...subgraphs].flatMap(({ name, durations }) => histogramSamples(DURATION, { subgraph: name }, durations)),
  },
  {
    name: 'cartograph_subgraph_retries_total',
    help: 'Calls that were sent again, by the failure that made it necessary.',
    type: 'counter',
    samples: () =>
      [...subgraphs].flatMap(({ name, retries }) =>
        [...retries].map(([because, count]) => ({ labels: { subgraph: name, because }, value: count.total })),
      ),
  },
  {
    name: 'cartograph_subgraph_breaker_state',
    help: 'Of each replica: 0 closed, 1 half-open, 2 open.',
    type: 'gauge',
    samples: () =>
      [...subgraphs].flatMap(({ name, replicas }) =>
        replicas.map(({ breaker }, replica) => ({ labels: { subgraph: name, replica }, value: BREAKER[breaker] })),
      ),
  },
  {
    name: 'cartograph_subgraph_breaker_opened_total',
    help: 'How often the breaker of each replica has opened.',
    type: 'counter',
    samples: () =>
      [...subgraphs].flatMap(({ name, replicas }) =>
        replicas.map(({ opened }, replica) => ({ labels: { subgraph: name, replica }, value: opened })),
      ),
  },
  {
    name: 'cartograph_subgraph_calls_waiting',
    help: 'Calls that wait for a free place.',
    type: 'gauge',
    samples: () => [...subgraphs].map(({ name, waiting }) => ({ labels: { subgraph: name }, value: waiting })),
  },
];
