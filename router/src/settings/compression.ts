import type { z } from 'zod';
import { flag, section, size } from './units.ts';

/** How answers are made smaller on their way. Every reason stands in `router.yaml`. */
export const compression = section({
  enabled: flag(true),
  threshold: size('1kB', { max: '16MB' }),
});

export type CompressionSettings = z.output<typeof compression>;
