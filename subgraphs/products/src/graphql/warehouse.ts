import { readPage, toConnection } from '@cartograph/kernel/page';
import type { PostalAddress, PostalAddressInput } from '@cartograph/kernel/postal-address';
import type { MutationResolvers, QueryResolvers, WarehouseResolvers } from '../../generated/graphql.ts';

export const Warehouse: WarehouseResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.warehouseById.load(id),
  countryCode: ({ address }) => address.countryCode,
};

export const warehouse: QueryResolvers['warehouse'] = (_root, { id }, { loaders }) => loaders.warehouseById.load(id);

export const warehouses: QueryResolvers['warehouses'] = async (_root, args, { viewer, operations }) => {
  const page = readPage(args, 2);
  const found = await operations.listWarehouses(viewer, page);
  const connection = toConnection(found, page.after, ({ priority, id }) => [priority, id]);
  return connection;
};

export const createWarehouse: MutationResolvers['createWarehouse'] = (_root, { input }, { viewer, operations }) =>
  operations.createWarehouse(viewer, { ...input, address: toAddress(input.address) });

export const updateWarehouse: MutationResolvers['updateWarehouse'] = (_root, { input }, { operations }) => {
  const { id, name, address, priority, active } = input;
  // Null is what clients send for "not given": none of these can be taken away.
  return operations.updateWarehouse(id, {
    ...(name != null && { name }),
    ...(address != null && { address: toAddress(address) }),
    ...(priority != null && { priority }),
    ...(active != null && { active }),
  });
};

const toAddress = ({ company, line2, region, postalCode, phone, ...rest }: PostalAddressInput): PostalAddress => ({
  ...rest,
  company: company ?? null,
  line2: line2 ?? null,
  region: region ?? null,
  postalCode: postalCode ?? null,
  phone: phone ?? null,
});
