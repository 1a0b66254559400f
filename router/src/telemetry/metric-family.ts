import type { Metric, Registry } from 'prom-client';
import { type Durations, TOLD_BOUNDS } from './durations.ts';

export type Labels = Readonly<Record<string, string | number>>;

export interface Sample {
  readonly value: number;
  readonly labels?: Labels;
  /** Where it is not the family's own. */
  readonly metricName?: string;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  /** Reads the values, whenever Prometheus asks. */
  samples(): readonly Sample[];
}

/**
 * Adds a family to what prom-client writes out. Our own counters stand behind it: those of prom-client look their labels
 * up at each increment, half a microsecond each, also through `labels()`.
 */
export function register(registry: Registry, { name, help, type, samples }: Family): void {
  // All that a registry wants of a metric; its type names prom-client's own classes alone.
  const metric = { name, get: async () => ({ name, help, type, values: samples() }) };
  registry.registerMetric(metric as unknown as Metric);
}

/** The samples of one histogram, in seconds. */
export function histogramSamples(name: string, labels: Labels, durations: Durations): readonly Sample[] {
  const { upTo, count, sum } = durations.cumulative();
  const buckets = upTo.map((value, index) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le: (TOLD_BOUNDS[index] as number) / 1_000 },
    value,
  }));
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sum / 1_000 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
