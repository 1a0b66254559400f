import { Registry } from 'prom-client';
import type { Meters } from './meters.ts';
import { register } from './metric-family.ts';
import { processFamilies } from './process-families.ts';
import { requestFamilies } from './request-families.ts';
import { routerFamilies, type Sources } from './router-families.ts';
import { subgraphFamilies } from './subgraph-families.ts';

export interface MetricsText {
  readonly contentType: string;
  read(): Promise<string>;
}

/** Everything that is counted, as Prometheus reads it. */
export function createMetricsText(meters: Meters, sources: Sources): MetricsText {
  const registry = new Registry();
  let state = meters.process.read('metrics');
  const families = [
    ...requestFamilies(meters.requests),
    ...subgraphFamilies(meters.subgraphs),
    ...routerFamilies(meters, sources),
    ...processFamilies(() => state),
  ];
  for (const family of families) register(registry, family);
  return {
    contentType: registry.contentType,
    read() {
      // Read once, so that all that is told of the process is of one moment.
      state = meters.process.read('metrics');
      return registry.metrics();
    },
  };
}
