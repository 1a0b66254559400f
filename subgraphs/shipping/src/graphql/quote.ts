import { toMoneyOutput } from '@cartograph/kernel/money';
import type {
  CartResolvers,
  ProductResolvers,
  QueryResolvers,
  ShippingQuoteResolvers,
  ShippingRateResolvers,
} from '../../generated/graphql.ts';
import type { Context } from '../context.ts';

const loading =
  ({ offersByAsk }: Context['loaders']) =>
  (ask: Parameters<typeof offersByAsk.load>[0]) =>
    offersByAsk.load(ask);

export const shippingQuotes: QueryResolvers['shippingQuotes'] = (_root, { input }, { operations, loaders }) =>
  operations.quoteShipping(loading(loaders), input);

export const shippingRate: QueryResolvers['shippingRate'] = (_root, { input }, { operations, loaders }) =>
  operations.rateShipment(loading(loaders), input.methodId, {
    destination: input.destination,
    weightGrams: input.weightGrams,
    subtotal: input.subtotal.amount,
    currencyCode: input.subtotal.currencyCode,
  });

export const Cart: CartResolvers = {
  shippingQuotes({ destination, weightGrams, subtotal, requiresShipping }, _args, { operations, loaders }) {
    if (!destination || weightGrams === undefined || !subtotal || !requiresShipping) return [];
    const { amount, currencyCode } = subtotal;
    return operations.quoteShipping(loading(loaders), { destination, weightGrams, subtotal: amount, currencyCode });
  },
};

export const Product: ProductResolvers = {
  deliveryEstimate({ weightGrams, requiresShipping }, destination, { operations, loaders }) {
    if (weightGrams === undefined || !requiresShipping) return null;
    return operations.estimateDelivery(loading(loaders), destination, weightGrams);
  },
};

export const ShippingQuote: ShippingQuoteResolvers = {
  price: ({ price }) => toMoneyOutput(price),
  regularPrice: ({ regularPrice }) => toMoneyOutput(regularPrice),
  missingForFree: ({ missingForFree }) => missingForFree && toMoneyOutput(missingForFree),
};

export const ShippingRate: ShippingRateResolvers = {
  methodId: ({ method }) => method.id,
  name: ({ method }) => method.name,
  taxClass: ({ method }) => method.taxClass,
  price: ({ price }) => toMoneyOutput(price),
};
