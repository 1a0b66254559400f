import { isId } from '@cartograph/kernel/id';
import { buyerOf } from '@cartograph/kernel/viewer';
import type { MarketResolvers, QueryResolvers } from '../../generated/graphql.ts';

export const cartQueries: QueryResolvers = {
  cart: (_root, { id }, { loaders }) => (isId('Cart', id) ? loaders.cartById.load(id) : null),
  activeCart: (_root, _args, { viewer, loaders }) => {
    const buyerId = buyerOf(viewer);
    return buyerId === null ? null : loaders.activeCartByBuyer.load(buyerId);
  },
  markets: (_root, _args, { operations }) => operations.listMarkets(),
};

export const Market: MarketResolvers = {
  currencyCode: ({ currency }) => currency,
  homeCountryCode: ({ homeCountry }) => homeCountry,
  countryCodes: ({ countries }) => countries,
};
