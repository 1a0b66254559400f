import { readPage, toConnection } from '@cartograph/kernel/page';
import type { MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';

export const pickupLocations: QueryResolvers['pickupLocations'] = async (_root, args, { operations }) => {
  const page = readPage(args, 3);
  const found = await operations.listPickupLocations(args.countryCode, args.postalCode ?? null, page);
  return toConnection(found, page.after, ({ distance, name, id }) => [distance, name, id]);
};

export const savePickupLocation: MutationResolvers['savePickupLocation'] = (_root, { input }, { operations }) =>
  operations.savePickupLocation(input);
