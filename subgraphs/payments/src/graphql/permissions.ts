import {
  isCustomer,
  isKnown,
  isNeighbour,
  isStaffOrNeighbour,
  isStaffWith,
  type Permissions,
} from '@cartograph/runtime/permissions';

const isFinance = isStaffWith('FINANCE');
const isFinanceOrSupport = isStaffWith('FINANCE', 'SUPPORT');

/** The doorman; the wall is the stores, which read as the viewer. */
export const permissions: Permissions = {
  Query: {
    payment: isKnown,
    payments: isStaffOrNeighbour('FINANCE', 'SUPPORT'),
    giftCard: isKnown,
    giftCards: isFinanceOrSupport,
    ledgerBalances: isFinance,
    ledgerEntries: isFinance,
    reconciliation: isFinance,
    reconciliationRuns: isFinance,
    providerEvents: isFinance,
  },
  Mutation: {
    savePaymentMethod: isCustomer,
    deletePaymentMethod: isCustomer,
    issueGiftCard: isFinanceOrSupport,
    disableGiftCard: isFinanceOrSupport,
    grantStoreCredit: isFinanceOrSupport,
    issueRefund: isFinanceOrSupport,
    adoptProviderState: isFinanceOrSupport,
    replayProviderEvent: isFinance,
    authorizePayment: isNeighbour,
    confirmPayment: isNeighbour,
    capturePayment: isNeighbour,
    voidPayment: isNeighbour,
    refundPayment: isNeighbour,
    releasePayment: isNeighbour,
  },
};
