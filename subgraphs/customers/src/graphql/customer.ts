import { readPage, toConnection } from '@cartograph/kernel/page';
import type { CustomerResolvers } from '../../generated/graphql.ts';
import { allTopics } from '../domain/consent.ts';
import { innerConnection } from './connection.ts';

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.customerById.load(id),
  async addresses({ id }, args, { loaders }) {
    // Oldest first: a position is a moment and, within it, an id.
    const request = readPage(args, 2);
    const page = await loaders.addressesByCustomer.load({ owner: id, page: request });
    return toConnection(page, request.after, (address) => [address.createdAt.getTime(), address.id]);
  },
  defaultShippingAddress: ({ defaultShippingAddressId: id }, _args, { loaders }) =>
    id ? loaders.addressById.load(id) : null,
  defaultBillingAddress: ({ defaultBillingAddressId: id }, _args, { loaders }) =>
    id ? loaders.addressById.load(id) : null,
  groups: ({ id }, _args, { loaders }) => loaders.groupsByCustomer.load(id),
  segments: ({ id }, _args, { loaders }) => loaders.segmentsByCustomer.load(id),
  consents: async ({ id }, _args, { loaders }) => allTopics(await loaders.consentsByCustomer.load(id)),
  consentHistory: ({ id }, args, { loaders }) =>
    innerConnection(args, (page) => loaders.consentHistoryByCustomer.load({ owner: id, page })),
};
