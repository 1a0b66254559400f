import type { CompletePaymentResultResolvers, MutationResolvers } from '../../generated/graphql.ts';
import { withLines } from './place-order.ts';

export const completePayment: MutationResolvers['completePayment'] = (
  _root,
  { input },
  { viewer, operations, loaders },
) => withLines(loaders, operations.completePayment(viewer, input));

export const CompletePaymentResult: CompletePaymentResultResolvers = { __resolveType: ({ kind }) => kind };
