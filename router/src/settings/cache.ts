import type { z } from 'zod';
import { choice, duration, flag, section, size, text } from './units.ts';

/** What is kept, how long and where. Every reason stands in `router.yaml`. */
export const cache = section({
  inFlight: choice(['off', 'marked', 'anonymous'], 'marked'),
  responses: section({
    enabled: flag(false),
    memory: size('64MB', { min: '1MB', max: '64GB' }),
    largest: size('256kB', { min: '1kB', max: '16MB' }),
  }),
  entities: section({
    enabled: flag(false),
    memory: size('64MB', { min: '1MB', max: '64GB' }),
  }),
  longest: duration('5m', { min: '1s', max: '1h' }),
  store: choice(['memory', 'redis'], 'memory'),
  redis: section({
    prefix: text('cartograph', 'a short name'),
    timeout: duration('100ms', { min: '10ms', max: '5s' }),
    retryEvery: duration('250ms', { min: '10ms', max: '10s' }),
  }),
});

export type CacheSettings = z.output<typeof cache>;
