import type { z } from 'zod';
import { choice, count, duration, flag, section, size, text } from './units.ts';

/** Which documents are executed, and how they are named. Every reason stands in `router.yaml`. */
export const operations = section({
  safelist: choice(['off', 'prefer', 'only'], 'off'),
  manifest: text('router/operations.json', 'the path of a manifest'),
  automatic: section({
    enabled: flag(true),
    entries: count(5_000, { min: 1, max: 1_000_000 }),
    memory: size('16MB', { min: '64kB', max: '4GB' }),
    lifetime: duration('7d', { min: '1m', max: '365d' }),
  }),
});

export type OperationsSettings = z.output<typeof operations>;
