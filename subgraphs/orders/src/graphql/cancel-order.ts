import type {
  CancelOrderResultResolvers,
  MutationResolvers,
  OrderNotCancellableResolvers,
} from '../../generated/graphql.ts';

export const cancelOrder: MutationResolvers['cancelOrder'] = (_root, { input }, { viewer, operations }) =>
  operations.cancelOrder(viewer, input);

export const CancelOrderResult: CancelOrderResultResolvers = { __resolveType: ({ kind }) => kind };

export const OrderNotCancellable: OrderNotCancellableResolvers = {
  message: ({ status }) => `The order is ${status.toLowerCase().replace(/_/g, ' ')} and cannot be cancelled any more.`,
};
