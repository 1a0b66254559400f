import { toMoneyOutput } from '@cartograph/kernel/money';
import { readPage, toConnection } from '@cartograph/kernel/page';
import type {
  MutationResolvers,
  QueryResolvers,
  ShippingMethodResolvers,
  ShippingRateTableResolvers,
  ShippingRateTierResolvers,
  ShippingZoneResolvers,
} from '../../generated/graphql.ts';

export const shippingMethods: QueryResolvers['shippingMethods'] = async (_root, args, { viewer, operations }) => {
  const page = readPage(args, 2);
  const found = await operations.listMethods(viewer, args.countryCode ?? null, page);
  return toConnection(found, page.after, ({ name, id }) => [name, id]);
};

export const shippingZones: QueryResolvers['shippingZones'] = async (_root, args, { operations }) => {
  const page = readPage(args);
  return toConnection(await operations.listZones(page), page.after, ({ name }) => [name]);
};

export const createShippingMethod: MutationResolvers['createShippingMethod'] = (_root, { input }, { operations }) =>
  operations.createShippingMethod(input);

export const updateShippingMethod: MutationResolvers['updateShippingMethod'] = (_root, { input }, { operations }) =>
  operations.updateShippingMethod(input);

export const updateShippingRates: MutationResolvers['updateShippingRates'] = (_root, { input }, { operations }) =>
  operations.updateShippingRates(input);

export const saveShippingZone: MutationResolvers['saveShippingZone'] = (_root, { input }, { operations }) =>
  operations.saveShippingZone(input);

export const ShippingMethod: ShippingMethodResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.methodById.load(id),
  rateTables: ({ id }, _args, { loaders }) => loaders.tablesByMethodId.load(id),
};

export const ShippingRateTable: ShippingRateTableResolvers = {
  zone: async ({ zoneId }, _args, { loaders }) => found(await loaders.zoneById.load(zoneId), zoneId),
  currencyCode: ({ currency }) => currency,
  freeFrom: ({ freeFrom }) => freeFrom && toMoneyOutput(freeFrom),
  minBusinessDays: ({ minDays }) => minDays,
  maxBusinessDays: ({ maxDays }) => maxDays,
};

export const ShippingRateTier: ShippingRateTierResolvers = { price: ({ price }) => toMoneyOutput(price) };

export const ShippingZone: ShippingZoneResolvers = {
  areas: ({ id }, _args, { loaders }) => loaders.areasByZoneId.load(id),
};

/** The database guarantees it by a foreign key. */
export function found<T>(row: T | null, id: string): T {
  if (row === null) throw new Error(`${id} is gone`);
  return row;
}
