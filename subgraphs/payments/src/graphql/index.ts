import { AdoptProviderStateResult, AdoptProviderStateSuccess, adoptProviderState } from './adopt-provider-state.ts';
import {
  AuthorizePaymentResult,
  internalMutations,
  PaymentEffectResult,
  PaymentEffectSuccess,
  PaymentNeedsAction,
} from './authorize-payment.ts';
import { GiftCard, SavedPaymentMethod } from './gift-card.ts';
import {
  DisableGiftCardResult,
  GrantStoreCreditResult,
  GrantStoreCreditSuccess,
  giftCardMutations,
  IdempotencyKeyReused,
  IssueGiftCardResult,
} from './gift-card-mutations.ts';
import { IssueRefundResult, issueRefund, RefundRefused } from './issue-refund.ts';
import { LedgerBalance, LedgerEntry } from './ledger.ts';
import { Customer, Order } from './owner.ts';
import { Payment, PaymentAttempt } from './payment.ts';
import { ProviderEvent, ReplayProviderEventResult, replayProviderEvent } from './provider-event.ts';
import { queries } from './query.ts';
import { Reconciliation, ReconciliationDifference, ReconciliationRun, ReconciliationTotal } from './reconciliation.ts';
import { Redemption } from './redemption.ts';
import { Refund } from './refund.ts';
import { DeletePaymentMethodResult, SavePaymentMethodResult, savedMethodMutations } from './saved-method-mutations.ts';

export const resolvers = {
  Query: queries,
  Mutation: {
    ...savedMethodMutations,
    ...giftCardMutations,
    ...internalMutations,
    issueRefund,
    adoptProviderState,
    replayProviderEvent,
  },
  AdoptProviderStateResult,
  AdoptProviderStateSuccess,
  AuthorizePaymentResult,
  Customer,
  DeletePaymentMethodResult,
  DisableGiftCardResult,
  GiftCard,
  GrantStoreCreditResult,
  GrantStoreCreditSuccess,
  IdempotencyKeyReused,
  IssueGiftCardResult,
  IssueRefundResult,
  LedgerBalance,
  LedgerEntry,
  Order,
  Payment,
  PaymentAttempt,
  PaymentEffectResult,
  PaymentEffectSuccess,
  PaymentNeedsAction,
  ProviderEvent,
  Reconciliation,
  ReconciliationDifference,
  ReconciliationRun,
  ReconciliationTotal,
  Redemption,
  Refund,
  RefundRefused,
  ReplayProviderEventResult,
  SavedPaymentMethod,
  SavePaymentMethodResult,
};
