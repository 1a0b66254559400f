import { readPage, toConnection } from '@cartograph/kernel/page';
import type { OfferRefusalResolvers, QueryResolvers } from '../../generated/graphql.ts';

export const offerRefusals: QueryResolvers['offerRefusals'] = async (_root, args, { viewer, operations }) => {
  const page = readPage(args, 2);
  const found = await operations.listOfferRefusals(viewer, args.channel ?? null, page);
  return toConnection(found, page.after, ({ channel, variantId }) => [channel, variantId]);
};

export const OfferRefusal: OfferRefusalResolvers = {
  id: ({ channel, variantId }) => `OfferRefusal:${channel}:${variantId}`,
  variant: ({ variantId }, _args, { loaders }) => loaders.variantById.load(variantId),
};
