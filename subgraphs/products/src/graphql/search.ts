import type { QueryResolvers, SearchConnectionResolvers } from '../../generated/graphql.ts';
import type { ProductSearch } from '../operations/search-products.ts';
import { toListConnection } from './product.ts';
import { readFilter, readMarket, readProductPage } from './read-arguments.ts';

/** A connection that can also say how many there are and what to narrow them by. */
export type SearchPage = Omit<ProductSearch, 'page'> &
  ReturnType<typeof toListConnection<ProductSearch['page']['rows'][number]['row']>>;

export const search: QueryResolvers['search'] = async (_root, args, context) => {
  const market = readMarket(args, context);
  const page = readProductPage(args, args.sort);
  const query = { filter: readFilter(args.filter, market), sort: args.sort, market };
  const { page: found, ...rest } = await context.operations.searchProducts(context.viewer, args.query, query, page);
  return { ...rest, ...toListConnection(found, page.after) };
};

export const SearchConnection: SearchConnectionResolvers = {
  facets: ({ facets }) => facets(),
  totalCount: ({ totalCount }) => totalCount(),
};
