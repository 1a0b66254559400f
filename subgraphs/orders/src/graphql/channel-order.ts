import { readPage, toConnection } from '@cartograph/kernel/page';
import type { ChannelOrderResolvers, QueryResolvers } from '../../generated/graphql.ts';

export const channelOrders: QueryResolvers['channelOrders'] = async (
  _root,
  { status, ...args },
  { viewer, operations },
) => {
  const page = readPage(args);
  const found = await operations.listChannelOrders(viewer, status ?? null, page);
  return toConnection(found, page.after, ({ position }) => [position]);
};

export const ChannelOrder: ChannelOrderResolvers = {
  order: ({ orderId }, _args, { loaders }) => loaders.orderById.load(orderId),
};
