import type { Provider } from '@cartograph/providers/provider';
import type { PaymentProvider, ProviderHistory } from '../ports/payment-provider.ts';

/** What all providers of payments share. */
export interface SharedSettings {
  /** How long a call may take before its outcome counts as unknown. */
  readonly timeoutMs: number;
  /** What a provider has told, for one that cannot be asked. */
  readonly history: (provider: string) => ProviderHistory;
}

export type OpenPayments = PaymentProvider & { close(): Promise<void> };

export type ListedPayments = Provider<OpenPayments, SharedSettings>;

/** For a question of `npm run providers`. */
export const CHECK_MS = 10_000;

export const RETURN_URL = {
  name: 'PAYMENTS_RETURN_URL',
  says: 'the shop’s page where buyers come back to from the bank’s page',
  form: 'url',
} as const;
