import type {
  DisableGiftCardResultResolvers,
  GrantStoreCreditResultResolvers,
  GrantStoreCreditSuccessResolvers,
  IdempotencyKeyReusedResolvers,
  IssueGiftCardResultResolvers,
  MutationResolvers,
} from '../../generated/graphql.ts';
import type { GrantStoreCreditOutcome } from '../operations/gift-cards.ts';
import { readMoney, toMoney } from './money.ts';

export type Granted = Extract<GrantStoreCreditOutcome, { kind: 'GrantStoreCreditSuccess' }>;

export const giftCardMutations = {
  issueGiftCard: (_root, { input }, { viewer, operations }) =>
    operations.issueGiftCard(viewer, {
      amount: readMoney(input.amount),
      customerId: input.customerId ?? null,
      expiresAt: input.expiresAt ?? null,
      idempotencyKey: input.idempotencyKey,
    }),
  disableGiftCard: (_root, { id }, { operations }) => operations.disableGiftCard(id),
  grantStoreCredit: (_root, { input }, { viewer, operations }) =>
    operations.grantStoreCredit(viewer, { ...input, amount: readMoney(input.amount) }),
} satisfies MutationResolvers;

export const IssueGiftCardResult: IssueGiftCardResultResolvers = { __resolveType: ({ kind }) => kind };
export const IdempotencyKeyReused: IdempotencyKeyReusedResolvers = {
  message: () => 'This key was used before, for something else. Send a new key.',
};

export const DisableGiftCardResult: DisableGiftCardResultResolvers = { __resolveType: ({ kind }) => kind };
export const GrantStoreCreditResult: GrantStoreCreditResultResolvers = { __resolveType: ({ kind }) => kind };

export const GrantStoreCreditSuccess: GrantStoreCreditSuccessResolvers = {
  customer: ({ credit }) => ({ id: credit.customerId ?? '' }),
  balance: ({ credit }) => toMoney(credit.balanceMinor - credit.reservedMinor, credit.currency),
};
