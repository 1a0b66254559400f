import type { Rates } from './rates.ts';

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '0:0:0:0::/64';

/**
 * Counts nobody on the machine itself: in development that is one person, with tests that ask a thousand times a minute.
 * Never in production, where a proxy on the same machine would bring everybody in by this way.
 */
export const sparingLoopback = (rates: Rates): Rates => ({
  ...rates,
  takeRequest: (viewer, address) => (isLoopback(address) ? null : rates.takeRequest(viewer, address)),
  takeOperation: (viewer, address, operation) =>
    isLoopback(address) ? null : rates.takeOperation(viewer, address, operation),
});
