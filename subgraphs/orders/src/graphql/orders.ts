import { type Page, readPage, toConnection } from '@cartograph/kernel/page';
import type { CustomerResolvers, QueryResolvers } from '../../generated/graphql.ts';
import type { Order } from '../domain/order.ts';

const connection = (page: Page<Order>, after: Parameters<typeof toConnection>[1]) =>
  toConnection(page, after, ({ id }) => [id]);

export const order: QueryResolvers['order'] = (_root, { id }, { loaders }) => loaders.orderById.load(id);

export const orderByNumber: QueryResolvers['orderByNumber'] = (_root, { number }, { viewer, operations }) =>
  operations.findOrderByNumber(viewer, number);

export const orders: QueryResolvers['orders'] = async (_root, { filter, ...args }, { viewer, operations }) => {
  const page = readPage(args);
  return connection(await operations.listOrders(viewer, filter ?? {}, page), page.after);
};

export const customerOrders: NonNullable<CustomerResolvers['orders']> = async ({ id }, args, { loaders }) => {
  const page = readPage(args);
  return connection(await loaders.ordersByCustomerId.load({ id, page }), page.after);
};
