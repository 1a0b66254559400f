import { type Family, histogramSamples, type Sample } from './metric-family.ts';
import type { OperationMeter } from './operation-meter.ts';
import type { RequestMeter } from './request-meter.ts';

const DURATION = 'cartograph_router_request_duration_seconds';

/** What Prometheus is told of requests to `/graphql`. */
export const requestFamilies = (requests: RequestMeter): readonly Family[] => [
  {
    name: 'cartograph_router_requests_total',
    help: 'Requests by operation, kind (query, mutation, unknown), outcome (ok, partial, failed, refused) and error code.',
    type: 'counter',
    samples: () => [...requests.operations].flatMap(outcomesOf),
  },
  {
    name: DURATION,
    help: 'From the first byte read to the last byte written, of requests that were executed.',
    type: 'histogram',
    samples: () =>
      [...requests.operations].flatMap(({ name, kind, durations }) =>
        durations.empty ? [] : histogramSamples(DURATION, { operation: name, kind }, durations),
      ),
  },
  {
    name: 'cartograph_router_requests_in_flight',
    help: 'Requests that have no answer yet.',
    type: 'gauge',
    samples: () => [{ value: requests.inFlight }],
  },
  {
    name: 'cartograph_router_executions_total',
    help: 'Executed requests by way: remembered (beside Apollo Server), pipeline (through it).',
    type: 'counter',
    samples: () => [
      { labels: { way: 'remembered' }, value: requests.remembered.total },
      { labels: { way: 'pipeline' }, value: requests.throughPipeline.total },
    ],
  },
  {
    name: 'cartograph_router_refusals_total',
    help: 'Refused requests by code (RATE_LIMITED, COST_TOO_HIGH, …) and kind of caller.',
    type: 'counter',
    samples: () =>
      [...requests.refusals.values()].map(({ code, viewer, times }) => ({
        labels: { code, viewer },
        value: times.total,
      })),
  },
];

function outcomesOf({ name, kind, ok, others }: OperationMeter): readonly Sample[] {
  const labels = { operation: name, kind };
  const failed = [...others.values()].map(({ outcome, code, times }) => ({
    labels: { ...labels, outcome, code },
    value: times,
  }));
  return ok.total > 0 ? [{ labels: { ...labels, outcome: 'ok', code: '' }, value: ok.total }, ...failed] : failed;
}
