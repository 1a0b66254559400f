import { badInput } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { money, toMoneyOutput } from '@cartograph/kernel/money';
import { toConnection } from '@cartograph/kernel/page';
import type { MoneyResolvers, ProductResolvers, QueryResolvers } from '../../generated/graphql.ts';
import type { Context } from '../context.ts';
import { inMarket } from '../domain/price.ts';
import { LIMITS } from '../domain/product.ts';
import { isWriteable, readCursor, readFilter, readMarket, readProductPage } from './read-arguments.ts';
import { translated } from './words.ts';

const byId = (id: string, { loaders }: Context) => (isId('Product', id) ? loaders.productById.load(id) : null);

const byHandle = (handle: string, { loaders }: Context) =>
  isWriteable(handle) ? loaders.productByHandle.load(handle) : null;

export const product: QueryResolvers['product'] = (_root, { id, handle }, context) => {
  if ((id == null) === (handle == null)) throw badInput('Give either "id" or "handle".');
  return id != null ? byId(id, context) : byHandle(handle ?? '', context);
};

export const products: QueryResolvers['products'] = async (_root, args, context) => {
  const market = readMarket(args, context);
  const page = readProductPage(args, args.sort);
  const query = { filter: readFilter(args.filter, market), sort: args.sort, market };
  const found = await context.operations.listProducts(context.viewer, query, page);
  return toListConnection(found, page.after);
};

/** A connection of rows that bring their own positions. */
export function toListConnection<T>(
  {
    rows,
    hasNextPage,
  }: Parameters<typeof toConnection<{ readonly row: T; readonly sortValues: readonly (string | number)[] }>>[0],
  after: readonly (string | number)[] | null,
) {
  const { edges, pageInfo } = toConnection({ rows, hasNextPage }, after, ({ sortValues }) => sortValues);
  return {
    edges: edges.map(({ node, cursor }) => ({ node: node.row, cursor })),
    nodes: rows.map(({ row }) => row),
    pageInfo,
  };
}

export const Money: MoneyResolvers = {
  amount: (amount) => toMoneyOutput(amount).amount,
  currencyCode: ({ currency }) => currency,
};

export const Product: ProductResolvers = {
  __resolveReference: (reference, context) =>
    'id' in reference ? byId(reference.id, context) : byHandle(reference.handle, context),
  ...translated(({ id }, { loaders }) => loaders.translationsByProductId.load(id)),
  options: ({ id }, _args, { loaders }) => loaders.optionsByProductId.load(id),
  variants: async ({ id }, args, { loaders }) => {
    const page = readCursor(args, ['number']);
    const found = await loaders.variantsByProductId.load({ parentId: id, ...page });
    return toConnection(found, page.after, ({ position }) => [position]);
  },
  images: ({ id }, { first }, { loaders }) => {
    if (first < 1 || first > LIMITS.images) throw badInput(`"first" must be from 1 to ${LIMITS.images}.`);
    return loaders.imagesByProductId.load({ productId: id, limit: first });
  },
  featuredImage: async ({ id }, _args, { loaders }) => {
    const [image] = await loaders.imagesByProductId.load({ productId: id, limit: 1 });
    return image ?? null;
  },
  attributes: ({ id }, _args, { loaders }) => loaders.attributesByProductId.load(id),
  collections: async ({ id }, args, { loaders }) => {
    const page = readCursor(args, ['string']);
    const found = await loaders.collectionsByProductId.load({ parentId: id, ...page });
    return toConnection(found, page.after, (collection) => [collection.id]);
  },
  priceRange: async ({ id }, args, context) => {
    const market = readMarket(args, context);
    const range = inMarket(await context.loaders.priceRangesByProductId.load(id), market);
    return range && { min: money(range.minMinor, range.currency), max: money(range.maxMinor, range.currency) };
  },
  available: ({ id }, _args, { loaders }) => loaders.availableByProductId.load(id),
  weightGrams: async ({ id }, _args, { loaders }) => (await loaders.parcelByProductId.load(id)).weightGrams,
  requiresShipping: async ({ id }, _args, { loaders }) => (await loaders.parcelByProductId.load(id)).requiresShipping,
  translations: ({ id }, _args, { loaders }) => loaders.translationsByProductId.load(id),
};
