import { createLogger } from '@cartograph/runtime/logger';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cache } from '../settings/cache.ts';
import { NO_CACHE_OBSERVER } from '../telemetry/cache-meter.ts';
import { openCaches } from './open-caches.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const products = { feed: 'products', epoch: 1, sequence: 1, saidAt: 0, changed: [] };

function open(settings: object) {
  const logger = createLogger('router', 'silent');
  const warn = vi.spyOn(logger, 'warn');
  const caches = openCaches(cache.parse(settings), { logger, observer: NO_CACHE_OBSERVER });
  return { ...caches, warn };
}

test('who has answers kept and hears of no change is told once that none is kept', () => {
  const { warn, close } = open({ responses: { enabled: true } });
  vi.advanceTimersByTime(120_000);
  expect(warn.mock.calls).toEqual([[expect.stringContaining('ROUTER_URLS')]]);
  close();
});

test('nothing is said where a subgraph is heard, nothing is kept, or the router has ended', async () => {
  const heard = open({ entities: { enabled: true } });
  await heard.announce(products);
  const off = open({});
  const ended = open({ responses: { enabled: true } });
  ended.close();
  vi.advanceTimersByTime(120_000);
  for (const { warn, close } of [heard, off, ended]) {
    expect(warn).not.toHaveBeenCalled();
    close();
  }
});
