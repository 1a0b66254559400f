import type { CompletePaymentResultResolvers, MutationResolvers } from '../../generated/graphql.ts';

export const completePayment: MutationResolvers['completePayment'] = (_root, { input }, { viewer, operations }) =>
  operations.completePayment(viewer, input);

export const CompletePaymentResult: CompletePaymentResultResolvers = { __resolveType: ({ kind }) => kind };
