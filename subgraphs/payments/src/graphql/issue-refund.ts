import { toMoneyOutput } from '@cartograph/kernel/money';
import type { IssueRefundResultResolvers, MutationResolvers, RefundRefusedResolvers } from '../../generated/graphql.ts';
import type { IssueRefundOutcome } from '../operations/issue-refund.ts';
import { readOptionalMoney } from './money.ts';

export type RefusedRefund = Extract<IssueRefundOutcome, { kind: 'RefundRefused' }>;

export const issueRefund: MutationResolvers['issueRefund'] = (_root, { input }, { viewer, operations }) =>
  operations.issueRefund(viewer, {
    paymentId: input.paymentId,
    amount: readOptionalMoney(input.amount),
    reason: input.reason ?? null,
    idempotencyKey: input.idempotencyKey,
  });

export const IssueRefundResult: IssueRefundResultResolvers = { __resolveType: ({ kind }) => kind };

export const RefundRefused: RefundRefusedResolvers = { refundable: ({ refundable }) => toMoneyOutput(refundable) };
