import type { Provider } from '@cartograph/providers/provider';
import type { Carrier, Purchases } from '../ports.ts';

export type OpenCarrier = Carrier & { close(): Promise<void> };

export type CarrierProvider = Provider<OpenCarrier, Purchases>;

/** For a question of `npm run providers`. */
export const CHECK_MS = 10_000;
