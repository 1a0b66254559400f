import { toMoneyOutput } from '@cartograph/kernel/money';
import type {
  EditOrderResultResolvers,
  MutationResolvers,
  OrderEditLineResolvers,
  OrderEditResolvers,
  OrderNotEditableResolvers,
  PayOrderResultResolvers,
  QuantityNotRemovableResolvers,
} from '../../generated/graphql.ts';
import { withLines } from './place-order.ts';

export const editMutations: Pick<MutationResolvers, 'editOrder' | 'payOrder'> = {
  editOrder: (_root, { input }, { viewer, operations }) => operations.editOrder(viewer, input),
  payOrder: (_root, { input }, { viewer, operations, loaders }) =>
    withLines(loaders, operations.payOrder(viewer, input)),
};

const OrderEdit: OrderEditResolvers = {
  async status({ status, followUpId }, _args, { loaders }) {
    if (status === 'CLOSED') return 'APPLIED';
    if (status !== 'RECEIVED') return 'REFUSED';
    const followUp = followUpId === null ? null : await loaders.orderById.load(followUpId);
    return followUp?.status === 'AWAITING_PAYMENT' ? 'AWAITING_PAYMENT' : 'APPLYING';
  },
  removed: ({ removed }) => [...removed],
  removedAmount: ({ removedAmount }) => toMoneyOutput(removedAmount),
  creditAmount: ({ creditAmount }) => toMoneyOutput(creditAmount),
  refundAmount: ({ removedAmount, creditAmount }) =>
    toMoneyOutput({ ...removedAmount, minor: removedAmount.minor - creditAmount.minor }),
  followUp: ({ followUpId }, _args, { loaders }) => (followUpId === null ? null : loaders.orderById.load(followUpId)),
};

const OrderEditLine: OrderEditLineResolvers = {
  async orderLine({ orderLineId }, _args, { loaders }) {
    const line = await loaders.orderLineById.load(orderLineId);
    if (!line) throw new Error(`${orderLineId} is gone`);
    return line;
  },
};

const EditOrderResult: EditOrderResultResolvers = { __resolveType: ({ kind }) => kind };
const PayOrderResult: PayOrderResultResolvers = { __resolveType: ({ kind }) => kind };

const OrderNotEditable: OrderNotEditableResolvers = { message: ({ reason }) => NOT_EDITABLE[reason] };

const NOT_EDITABLE = {
  STATUS: 'Only an order that is confirmed and has not wholly left can be edited.',
  SHIPPED: 'Some of it has left meanwhile. Nothing was changed.',
  EDIT_PENDING: 'Another edit of the order waits to be paid, or is under way.',
  FOLLOW_UP: 'The order was paid by what was taken out of another. Cancel it, and edit that one.',
  CHANNEL: 'It was sold by a sales channel, as it is and at its price. Cancel it, and let the buyer order anew there.',
} as const;

const QuantityNotRemovable: QuantityNotRemovableResolvers = {
  message: () => 'More is to be taken out than is there and has not left. Take out less.',
  lines: ({ lines }) => [...lines],
};

export const editTypes = {
  OrderEdit,
  OrderEditLine,
  EditOrderResult,
  PayOrderResult,
  OrderNotEditable,
  QuantityNotRemovable,
};
