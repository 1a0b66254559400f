import type { Logger } from '@cartograph/runtime/logger';

export type CarrierOperation = 'shipment' | 'label' | 'document' | 'void' | 'track';

/** What a test makes go wrong: no effect and no answer, or the effect and no answer. */
export type CarrierFault = 'before' | 'after';

export interface CarrierSandboxOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host?: string;
  /** The ledger's file; in memory without one. */
  readonly journalPath?: string;
  readonly webhook: { readonly url: () => string | undefined; readonly secret: string };
  /** Parcels take the next step by themselves this often; 0 leaves them where they are. A minute unless told. */
  readonly tempoMs?: number;
  readonly clock?: () => Date;
  readonly logger: Logger;
  /** Asked for each call; only tests give one. */
  readonly faults?: (call: { readonly operation: CarrierOperation; readonly key: string }) => CarrierFault | undefined;
}
