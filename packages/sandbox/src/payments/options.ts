import type { Logger } from '@cartograph/runtime/logger';
import type { Faults } from './faults.ts';

export interface PaymentsSandboxOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host?: string;
  /** The ledger's file; in memory without one. */
  readonly journalPath?: string;
  readonly apiKey?: string;
  readonly webhook: { readonly url: () => string | undefined; readonly secret: string };
  /** Webhooks leave this long after the change, as everywhere in practice. */
  readonly webhookDelayMs?: number;
  /** How long a `tok_late` payment stays "processing". */
  readonly lateMs?: number;
  /** Where buyers reach this server, for the 3-D Secure page; its own origin unless told. */
  readonly publicUrl?: string;
  readonly logger: Logger;
  /** For tests: what goes wrong. */
  readonly faults?: Faults;
}
