import { toMoneyOutput } from '@cartograph/kernel/money';
import { readPage, toConnection } from '@cartograph/kernel/page';
import type { QueryResolvers, ReturnLineResolvers, ReturnResolvers } from '../../generated/graphql.ts';
import type { Return as ReturnModel } from '../domain/return.ts';

export const returnQueries: Pick<QueryResolvers, 'return' | 'returns'> = {
  return: (_root, { id }, { loaders }) => loaders.returnById.load(id),
  returns: async (_root, { filter, ...args }, { viewer, operations }) => {
    const page = readPage(args);
    const found = await operations.listReturns(viewer, filter ?? {}, page);
    return toConnection<ReturnModel>(found, page.after, ({ id }) => [id]);
  },
};

export const Return: ReturnResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.returnById.load(id),
  order: async ({ id, orderId }, _args, { loaders }) => {
    const order = await loaders.orderById.load(orderId);
    if (!order) throw new Error(`return ${id} is of an order that its reader may not read`);
    return order;
  },
  lines: ({ lines }) => [...lines],
  creditAmount: ({ creditAmount }) => toMoneyOutput(creditAmount),
  exchange: ({ followUpId }, _args, { loaders }) => (followUpId === null ? null : loaders.orderById.load(followUpId)),
  refundAmount: ({ refundAmount }) => refundAmount && toMoneyOutput(refundAmount),
};

export const ReturnLine: ReturnLineResolvers = {
  orderLine: async ({ orderLineId }, _args, { loaders }) => {
    const line = await loaders.orderLineById.load(orderLineId);
    if (!line) throw new Error(`${orderLineId} is gone`);
    return line;
  },
  receivedQuantity: ({ received }) => received && received.resaleable + received.damaged,
  inspected: ({ received }) =>
    [
      { condition: 'RESALEABLE' as const, quantity: received?.resaleable ?? 0 },
      { condition: 'DAMAGED' as const, quantity: received?.damaged ?? 0 },
    ].filter(({ quantity }) => quantity > 0),
};
