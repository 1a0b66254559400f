import { isId } from '@cartograph/kernel/id';
import type {
  ReconciliationDifferenceResolvers,
  ReconciliationResolvers,
  ReconciliationRunResolvers,
  ReconciliationTotalResolvers,
} from '../../generated/graphql.ts';
import type { Moved } from '../domain/reconciliation.ts';
import { toMoney } from './money.ts';

const MAX_DIFFERENCES = 100;

export const Reconciliation: ReconciliationResolvers = {
  balanced: ({ differenceCount }) => differenceCount === 0,
  differences: ({ differences }) => differences.slice(0, MAX_DIFFERENCES),
};

export const ReconciliationRun: ReconciliationRunResolvers = {
  result: ({ status, fromAt: from, toAt: to, ...run }) =>
    status === 'BALANCED' || status === 'DIFFERENT' ? { ...run, from, to } : null,
};

export const ReconciliationTotal: ReconciliationTotalResolvers = {
  captured: ({ capturedMinor, currency }) => toMoney(capturedMinor, currency),
  providerCaptured: ({ providerCapturedMinor, currency }) => toMoney(providerCapturedMinor, currency),
  refunded: ({ refundedMinor, currency }) => toMoney(refundedMinor, currency),
  providerRefunded: ({ providerRefundedMinor, currency }) => toMoney(providerRefundedMinor, currency),
};

const side = (moved: Moved | null, what: 'capturedMinor' | 'refundedMinor') =>
  moved && toMoney(moved[what], moved.currency);

export const ReconciliationDifference: ReconciliationDifferenceResolvers = {
  payment: ({ reference }, _args, { loaders }) =>
    isId('Payment', reference) ? loaders.paymentById.load(reference) : null,
  captured: ({ ours }) => side(ours, 'capturedMinor'),
  providerCaptured: ({ theirs }) => side(theirs, 'capturedMinor'),
  refunded: ({ ours }) => side(ours, 'refundedMinor'),
  providerRefunded: ({ theirs }) => side(theirs, 'refundedMinor'),
};
