import type { PageRequest } from '@cartograph/kernel/page';
import type { PaymentFilter, Ports } from '../ports.ts';

/** Lists for staff: who may see them is a rule in `permissions.ts`, and they show every row. */
export const listPayments =
  ({ payments }: Ports) =>
  (filter: PaymentFilter, page: PageRequest) =>
    payments.list(filter, page);

export const listGiftCards =
  ({ storedValues }: Ports) =>
  (page: PageRequest) =>
    storedValues.list(page);

export const listLedgerEntries =
  ({ ledger }: Ports) =>
  (paymentId: string | null, page: PageRequest) =>
    ledger.list(paymentId, page);

export const listLedgerBalances =
  ({ ledger }: Ports) =>
  () =>
    ledger.balances();

export const listReconciliationRuns =
  ({ reconciliations }: Ports) =>
  (page: PageRequest) =>
    reconciliations.list(page);
