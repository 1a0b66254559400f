import type { z } from 'zod';
import { choice, count, duration, flag, section, size } from './units.ts';

/** What one document may hold. Every reason stands in `router.yaml`. */
const document = section({
  bytes: size('64kB', { max: '16MB' }),
  tokens: count(5_000, { min: 10, max: 1_000_000 }),
  nesting: count(64, { min: 4, max: 500 }),
  depth: count(20, { min: 1, max: 500 }),
  height: count(500, { min: 1, max: 100_000 }),
  aliases: count(50, { max: 100_000 }),
  rootFields: count(20, { min: 1, max: 10_000 }),
  directives: count(100, { max: 100_000 }),
  directivesPerField: count(5, { max: 1_000 }),
  fragments: count(100, { max: 10_000 }),
  operations: count(25, { min: 1, max: 10_000 }),
  variables: count(50, { max: 10_000 }),
  listItems: count(250, { min: 1, max: 100_000 }),
  overlaps: count(5_000, { max: 10_000_000 }),
  introspectionLists: count(2, { max: 20 }),
});

const introspectionFor = (fallback: 'always' | 'development' | 'never') =>
  choice(['always', 'development', 'never'], fallback);

export const limits = section({
  body: size('256kB', { max: '64MB' }),
  json: section({
    nesting: count(32, { min: 4, max: 500 }),
    entries: count(5_000, { min: 10, max: 10_000_000 }),
  }),
  document,
  cost: section({
    enforced: flag(true),
    listSize: count(10, { min: 1, max: 10_000 }),
    mutation: count(10, { max: 10_000 }),
    budgets: section({
      anonymous: count(5_000, { min: 1 }),
      guest: count(5_000, { min: 1 }),
      customer: count(10_000, { min: 1 }),
      staff: count(25_000, { min: 1 }),
      service: count(100_000, { min: 1 }),
    }),
  }),
  introspection: section({
    anonymous: introspectionFor('development'),
    guest: introspectionFor('development'),
    customer: introspectionFor('development'),
    staff: introspectionFor('always'),
    service: introspectionFor('always'),
  }),
  errors: section({
    count: count(5, { min: 1, max: 1_000 }),
    bytes: size('2kB', { min: '256B', max: '1MB' }),
  }),
  connections: section({
    max: count(10_000, { min: 1, max: 1_000_000 }),
    headers: duration('5s', { min: '10ms', max: '5m' }),
    request: duration('8s', { min: '10ms', max: '5m' }),
    reading: duration('7s', { min: '10ms', max: '5m' }),
    keepAlive: duration('65s', { max: '10m' }),
    checkEvery: duration('1s', { min: '10ms', max: '30s' }),
    headerBytes: size('16kB', { min: '1kB', max: '1MB' }),
    headerCount: count(100, { min: 10, max: 2_000 }),
  }),
  headers: section({
    strictTransportSecurity: flag(false),
  }),
});

export type LimitsSettings = z.output<typeof limits>;
