import { z } from 'zod';
import { count, duration, number, section, size } from './units.ts';

/** How one subgraph is asked. Every reason stands in `router.yaml`. */
const policy = section({
  queryTimeout: duration('5s', { max: '5m' }),
  mutationTimeout: duration('15s', { max: '5m' }),
  connectTimeout: duration('1s', { max: '1m' }),
  maxAnswer: size('16MB', { max: '256MB' }),
  concurrency: count(128, { min: 1, max: 10_000 }),
  queue: count(512, { max: 100_000 }),
  retry: section({
    attempts: count(10, { min: 1, max: 20 }),
    budget: number(1, { max: 10 }),
    busyBudget: number(0.2, { max: 10 }),
    burst: count(100, { max: 10_000 }),
    backoff: duration('10ms', { max: '10s' }),
    maxBackoff: duration('200ms', { max: '1m' }),
  }),
  breaker: section({
    failures: count(5, { min: 1, max: 5 }),
    probeEvery: duration('250ms', { min: '10ms', max: '1m' }),
    probeTimeout: duration('500ms', { min: '10ms', max: '1m' }),
  }),
});

export type SubgraphPolicy = z.output<typeof policy>;

/** `subgraphs` names what differs; what it leaves out is as in `all`. */
export const resilience = z.preprocess(
  inherit,
  section({
    all: policy,
    subgraphs: z
      .record(z.string(), policy, { error: 'must be a group of subgraph names, each with settings as in "all"' })
      .prefault({}),
  }),
);

export type ResilienceSettings = z.output<typeof resilience>;

export const policyOf = ({ all, subgraphs }: ResilienceSettings, subgraph: string): SubgraphPolicy =>
  (Object.hasOwn(subgraphs, subgraph) ? subgraphs[subgraph] : undefined) ?? all;

function inherit(written: unknown): unknown {
  if (!isGroup(written)) return written;
  const { all, subgraphs } = written;
  if (!isGroup(subgraphs)) return subgraphs === null ? { ...written, subgraphs: {} } : written;
  return {
    ...written,
    subgraphs: Object.fromEntries(Object.entries(subgraphs).map(([name, own]) => [name, overlay(all, own)])),
  };
}

/** Groups are joined key by key; anything else replaces. */
function overlay(base: unknown, own: unknown): unknown {
  if (own === null || own === undefined) return base;
  if (!isGroup(base) || !isGroup(own)) return own;
  return {
    ...base,
    ...Object.fromEntries(Object.entries(own).map(([key, value]) => [key, overlay(base[key], value)])),
  };
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
