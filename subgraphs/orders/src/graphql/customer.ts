import type { CustomerResolvers } from '../../generated/graphql.ts';
import { customerOrders } from './orders.ts';

export const Customer: CustomerResolvers = {
  // Whether there is such a customer is for customers to say; carts and orders are read as the viewer.
  __resolveReference: ({ id }) => ({ __typename: 'Customer', id }),
  orders: customerOrders,
  activeCart: ({ id }, _args, { loaders }) => loaders.activeCartByBuyer.load(id),
};
