import { badInput } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { money } from '@cartograph/kernel/money';
import { type GraphQLResolveInfo, Kind } from 'graphql';
import type { PriceListResolvers, QueryResolvers, VariantResolvers } from '../../generated/graphql.ts';
import type { Context } from '../context.ts';
import { inMarket } from '../domain/price.ts';
import type { Variant as VariantModel } from '../domain/variant.ts';
import { VariantStock } from './inventory.ts';
import { isWriteable, readMarket } from './read-arguments.ts';

const byId = (id: string, { loaders }: Context) => (isId('Variant', id) ? loaders.variantById.load(id) : null);

/** The lines of an order name their products: asked for together, they are read together. */
const withProduct = (id: string, { loaders }: Context) =>
  isId('Variant', id) ? loaders.variantWithProductById.load(id) : null;

const asksForProduct = ({ fieldNodes }: GraphQLResolveInfo): boolean =>
  fieldNodes.some(({ selectionSet }) =>
    selectionSet?.selections.some(
      (part) =>
        part.kind === Kind.INLINE_FRAGMENT &&
        part.typeCondition?.name.value === 'Variant' &&
        part.selectionSet.selections.some((field) => field.kind === Kind.FIELD && field.name.value === 'product'),
    ),
  );

const bySku = (sku: string, { loaders }: Context) => (isWriteable(sku) ? loaders.variantBySku.load(sku) : null);

export const variant: QueryResolvers['variant'] = (_root, { id, sku }, context) => {
  if ((id == null) === (sku == null)) throw badInput('Give either "id" or "sku".');
  return id != null ? byId(id, context) : bySku(sku ?? '', context);
};

export const checkoutVariants: QueryResolvers['checkoutVariants'] = (
  _root,
  { ids, ...market },
  { operations, ...context },
) => operations.checkoutVariants(ids, readMarket(market, context));

export const checkoutVariantsBySku: QueryResolvers['checkoutVariantsBySku'] = (
  _root,
  { skus, ...market },
  { operations, ...context },
) => operations.checkoutVariantsBySku(skus, readMarket(market, context));

export const priceLists: QueryResolvers['priceLists'] = (_root, _args, { operations }) => operations.listPriceLists();

export const PriceList: PriceListResolvers = {
  currencyCode: ({ currency }) => currency,
  countryCode: ({ country }) => country,
};

type MarketArgs = Parameters<typeof readMarket>[0];

const priceIn = async ({ id }: VariantModel, args: MarketArgs, context: Context) =>
  inMarket(await context.loaders.pricesByVariantId.load(id), readMarket(args, context));

export const Variant: VariantResolvers = {
  __resolveReference(reference, context, info) {
    if (!('id' in reference)) return bySku(reference.sku, context);
    return asksForProduct(info) ? withProduct(reference.id, context) : byId(reference.id, context);
  },
  ...VariantStock,
  product: async ({ productId }, _args, { loaders }) => {
    const found = await loaders.productById.load(productId);
    // A variant is read only with its product, by the same viewer.
    if (!found) throw new Error(`variant without product ${productId}`);
    return found;
  },
  selectedOptions: ({ optionNames, optionValues }) =>
    optionValues.map((value, index) => ({ name: optionNames[index] ?? '', value })),
  price: async (parent, args, context) => {
    const price = await priceIn(parent, args, context);
    return price && money(price.minor, price.currency);
  },
  compareAtPrice: async (parent, args, context) => {
    const price = await priceIn(parent, args, context);
    return price?.compareAtMinor == null ? null : money(price.compareAtMinor, price.currency);
  },
  image: ({ id }, _args, { loaders }) => loaders.imageByVariantId.load(id),
  available: async ({ id, backorder }, _args, { loaders }) =>
    backorder || (await loaders.inventoryByVariantId.load(id)).available > 0,
};
