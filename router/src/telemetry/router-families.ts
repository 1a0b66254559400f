import type { Gateway } from '../gateway/gateway.ts';
import type { Rates } from '../limits/rates.ts';
import type { Meters } from './meters.ts';
import { type Family, histogramSamples, type Sample } from './metric-family.ts';
import { VERSION } from './version.ts';

/** What is not counted but looked at, when somebody asks. */
export interface Sources {
  readonly gateway: Pick<Gateway, 'current'>;
  readonly rates: Pick<Rates, 'tables'>;
}

const PLANNING = 'cartograph_router_planning_duration_seconds';

/** What Prometheus is told of the router's supergraph, memory and limits. */
export const routerFamilies = (
  { planning, caches }: Pick<Meters, 'planning' | 'caches'>,
  { gateway, rates }: Sources,
): readonly Family[] => [
  info('cartograph_router_info', 'The version of the router.', () => ({ version: VERSION })),
  info('cartograph_router_supergraph_info', 'The supergraph in service, by the start of its SHA-256.', () => ({
    id: gateway.current().supergraph.id.slice(0, 12),
  })),
  gauge('cartograph_router_supergraph_loaded_timestamp_seconds', 'When it was taken up, since 1970.', () => [
    { value: gateway.current().since / 1_000 },
  ]),
  {
    name: PLANNING,
    help: 'Planning and compiling an operation that was not known.',
    type: 'histogram',
    samples: () => histogramSamples(PLANNING, {}, planning),
  },
  gauge('cartograph_router_known_operations', 'Operations that are kept compiled.', () => [
    { value: gateway.current().operations.size },
  ]),
  gauge('cartograph_router_remembered_requests', 'Texts of requests that are known without parsing.', () => [
    { value: gateway.current().requests.size },
  ]),
  gauge('cartograph_router_rate_limit_clients', 'Clients that are remembered, by limit.', () =>
    rates.tables.map(({ name, size }) => ({ labels: { limit: name }, value: size })),
  ),
  {
    name: 'cartograph_router_cache_lookups_total',
    help: 'Look-ups in the caches of whole answers and of entities, by result (hit, miss).',
    type: 'counter',
    samples: () =>
      (['response', 'entity'] as const).flatMap((cache) => [
        { labels: { cache, result: 'hit' }, value: caches[cache].hits.total },
        { labels: { cache, result: 'miss' }, value: caches[cache].misses.total },
      ]),
  },
  {
    name: 'cartograph_router_cache_purged_total',
    help: 'Entries that were thrown out because what they show has changed.',
    type: 'counter',
    samples: () =>
      (['response', 'entity'] as const).map((cache) => ({ labels: { cache }, value: caches[cache].purged.total })),
  },
];

const gauge = (name: string, help: string, samples: () => readonly Sample[]): Family => ({
  name,
  help,
  type: 'gauge',
  samples,
});

const info = (name: string, help: string, labels: () => Readonly<Record<string, string>>): Family =>
  gauge(name, help, () => [{ labels: labels(), value: 1 }]);
