import type { AddressResolvers } from '../../generated/graphql.ts';

export const Address: AddressResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.addressById.load(id),
  // The row has the fields of a postal address beside its own.
  postalAddress: (address) => address,
};
