export const LEDGER_ACCOUNTS = ['PROVIDER', 'ORDERS', 'GIFT_CARDS', 'STORE_CREDIT', 'ISSUED', 'CHANNELS'] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** One side of a transaction: positive debits, negative credits. */
export interface LedgerEntry {
  readonly position: number;
  readonly transactionId: string;
  readonly accountId: LedgerAccount;
  readonly kind: 'CAPTURE' | 'REFUND' | 'GIFT_CARD_ISSUED' | 'STORE_CREDIT_GRANTED';
  readonly paymentId: string | null;
  readonly currency: string;
  readonly amountMinor: number;
  /** Who adopted it from the provider's books; null for what we asked of the provider ourselves. */
  readonly adoptedBy: string | null;
  readonly createdAt: Date;
}

export interface LedgerBalance {
  readonly accountId: LedgerAccount;
  readonly currency: string;
  readonly balanceMinor: number;
}
