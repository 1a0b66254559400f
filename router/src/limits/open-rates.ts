import type { Logger } from '@cartograph/runtime/logger';
import type { RouterConfig } from '../config.ts';
import type { RatesSettings } from '../settings/rates.ts';
import { createRates, type Rates } from './rates.ts';
import { shareRatesBy } from './rates-redis.ts';
import { sparingLoopback } from './sparing-loopback.ts';

/** The limits of this router, shared with the others where there is a Redis. */
export function openRates(
  { production, redisUrl }: Pick<RouterConfig, 'production' | 'redisUrl'>,
  settings: RatesSettings,
  logger: Logger,
): { readonly rates: Rates; close(): Promise<void> } {
  const counted = createRates(settings);
  const shared = redisUrl ? shareRatesBy(redisUrl, counted, settings.redis, logger) : null;
  return {
    rates: production ? counted : sparingLoopback(counted),
    async close() {
      await shared?.close();
    },
  };
}
