import type { QueryResolvers } from '../../generated/graphql.ts';
import { connectionOf } from './connection.ts';

export const Query: QueryResolvers = {
  me: (_root, _args, { viewer, loaders }) =>
    viewer.kind === 'customer' ? loaders.customerById.load(viewer.customerId) : null,
  customer: (_root, { id }, { loaders }) => loaders.customerById.load(id),
  customers: async (_root, args, { viewer, operations }) => connectionOf(await operations.listCustomers(viewer, args)),
  customerGroups: async (_root, args, { operations }) => connectionOf(await operations.listCustomerGroups(args)),
  customerGroup: (_root, { id }, { loaders }) => loaders.groupById.load(id),
  segments: async (_root, args, { operations }) => connectionOf(await operations.listSegments(args)),
  segment: (_root, { id }, { loaders }) => loaders.segmentById.load(id),
  notifications: async (_root, args, { viewer, operations }) =>
    connectionOf(await operations.listNotifications(viewer, args)),
  staffMe: (_root, _args, { viewer, operations }) => operations.findStaff(viewer),
  staff: async (_root, args, { operations }) => connectionOf(await operations.listStaff(args)),
  exportMyData: (_root, _args, { viewer, operations }) => operations.exportMyData(viewer),
  checkoutCustomer: (_root, { customerId }, { loaders }) => loaders.checkoutCustomerById.load(customerId),
  syncDeliveries: async (_root, args, { operations }) => connectionOf(await operations.listSyncDeliveries(args)),
};
