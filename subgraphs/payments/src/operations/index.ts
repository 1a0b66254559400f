import type { Ports } from '../ports.ts';
import { adoptProviderState } from './adopt-provider-state.ts';
import { authorizePayment } from './authorize-payment.ts';
import { capturePayment, refundPayment } from './capture-payment.ts';
import { confirmPayment } from './confirm-payment.ts';
import { disableGiftCard, grantStoreCredit, issueGiftCard, lookUpGiftCard } from './gift-cards.ts';
import { issueRefund } from './issue-refund.ts';
import { listGiftCards, listLedgerBalances, listLedgerEntries, listPayments, listReconciliationRuns } from './lists.ts';
import { listProviderEvents, replayProviderEvent } from './provider-events.ts';
import { receiveEvent } from './receive-event.ts';
import { receiveReturn } from './receive-return.ts';
import { reconcile } from './reconcile.ts';
import { recoverPayments } from './recover-payments.ts';
import { releasePayment } from './release-payment.ts';
import { runReconciliation } from './run-reconciliation.ts';
import { deletePaymentMethod, savePaymentMethod } from './saved-methods.ts';
import { voidPayment } from './void-payment.ts';

export function createOperations(ports: Ports) {
  return {
    authorizePayment: authorizePayment(ports),
    confirmPayment: confirmPayment(ports),
    capturePayment: capturePayment(ports),
    voidPayment: voidPayment(ports),
    refundPayment: refundPayment(ports),
    releasePayment: releasePayment(ports),
    issueRefund: issueRefund(ports),
    adoptProviderState: adoptProviderState(ports),
    savePaymentMethod: savePaymentMethod(ports),
    deletePaymentMethod: deletePaymentMethod(ports),
    lookUpGiftCard: lookUpGiftCard(ports),
    issueGiftCard: issueGiftCard(ports),
    disableGiftCard: disableGiftCard(ports),
    grantStoreCredit: grantStoreCredit(ports),
    listPayments: listPayments(ports),
    listGiftCards: listGiftCards(ports),
    listLedgerEntries: listLedgerEntries(ports),
    listLedgerBalances: listLedgerBalances(ports),
    reconcile: reconcile(ports),
    runReconciliation: runReconciliation(ports),
    listReconciliationRuns: listReconciliationRuns(ports),
    receiveEvent: receiveEvent(ports),
    receiveReturn: receiveReturn(ports),
    listProviderEvents: listProviderEvents(ports),
    replayProviderEvent: replayProviderEvent(ports),
    recoverPayments: recoverPayments(ports),
  };
}

export type Operations = ReturnType<typeof createOperations>;
