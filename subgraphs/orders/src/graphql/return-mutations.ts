import type {
  ApproveReturnResultResolvers,
  CancelReturnResultResolvers,
  ExchangeReturnResultResolvers,
  MutationResolvers,
  OrderNotReturnableResolvers,
  QuantityNotReturnableResolvers,
  ReceiveReturnResultResolvers,
  RefuseReturnResultResolvers,
  RequestReturnResultResolvers,
  ReturnNotExchangeableResolvers,
  ReturnNotRefundedResolvers,
  ReturnStatusConflictResolvers,
} from '../../generated/graphql.ts';

type ReturnMutation =
  | 'exchangeReturn'
  | 'requestReturn'
  | 'cancelReturn'
  | 'approveReturn'
  | 'refuseReturn'
  | 'receiveReturn';

export const returnMutations: Pick<MutationResolvers, ReturnMutation> = {
  requestReturn: (_root, { input }, { viewer, operations }) => operations.requestReturn(viewer, input),
  cancelReturn: (_root, { id }, { viewer, operations }) => operations.cancelReturn(viewer, id),
  approveReturn: (_root, { id }, { viewer, operations }) => operations.approveReturn(viewer, id),
  refuseReturn: (_root, { input }, { viewer, operations }) => operations.refuseReturn(viewer, input),
  exchangeReturn: (_root, { input }, { viewer, operations }) => operations.exchangeReturn(viewer, input),
  receiveReturn: (_root, { input }, { viewer, operations }) => operations.receiveReturn(viewer, input),
};

const RequestReturnResult: RequestReturnResultResolvers = { __resolveType: ({ kind }) => kind };
const CancelReturnResult: CancelReturnResultResolvers = { __resolveType: ({ kind }) => kind };
const ApproveReturnResult: ApproveReturnResultResolvers = { __resolveType: ({ kind }) => kind };
const RefuseReturnResult: RefuseReturnResultResolvers = { __resolveType: ({ kind }) => kind };
const ReceiveReturnResult: ReceiveReturnResultResolvers = { __resolveType: ({ kind }) => kind };

const ExchangeReturnResult: ExchangeReturnResultResolvers = { __resolveType: ({ kind }) => kind };

const ReturnNotExchangeable: ReturnNotExchangeableResolvers = {
  message: ({ reason }) => NOT_EXCHANGEABLE[reason],
};

const NOT_EXCHANGEABLE = {
  EXCHANGED: 'Something comes in the place of these goods already.',
  FOLLOW_UP: 'The order was paid by goods of another. Take the goods back, and let the buyer order anew.',
  CHANNEL: 'It was sold by a sales channel. Take the goods back, and let the buyer order anew there.',
} as const;

const OrderNotReturnable: OrderNotReturnableResolvers = {
  message: ({ reason }) => NOT_RETURNABLE[reason],
};

const NOT_RETURNABLE = {
  NOT_FULFILLED: 'Nothing of this order has been shipped, so nothing can be sent back. It may still be cancelled.',
  TOO_LATE: 'The time in which goods of this order can be sent back is over.',
  TOO_MANY: 'There are too many returns of this order. Ask the shop for help.',
} as const;

const QuantityNotReturnable: QuantityNotReturnableResolvers = {
  message: () => 'More is asked back than has left and is not on its way back already. Ask for less.',
  lines: ({ lines }) => [...lines],
};

const ReturnStatusConflict: ReturnStatusConflictResolvers = {
  message: ({ status }) => `The return is ${status.toLowerCase()}, and this cannot be done with it.`,
};

const ReturnNotRefunded: ReturnNotRefundedResolvers = {
  message: ({ message }) =>
    `${message} Nothing was given back, and the return waits as before: receive it with another "refundAmount".`,
};

export const returnResults = {
  ReturnNotRefunded,
  ExchangeReturnResult,
  ReturnNotExchangeable,
  RequestReturnResult,
  CancelReturnResult,
  ApproveReturnResult,
  RefuseReturnResult,
  ReceiveReturnResult,
  OrderNotReturnable,
  QuantityNotReturnable,
  ReturnStatusConflict,
};
