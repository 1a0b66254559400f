import { badInput } from '@cartograph/kernel/errors';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import { type Facet, toFacets } from '../domain/facet.ts';
import type { Product } from '../domain/product.ts';
import type { ProductQuery } from '../domain/product-query.ts';
import { type Correction, searchTerms } from '../domain/search-terms.ts';
import type { Listed, Ports } from '../ports.ts';

export interface ProductSearch {
  readonly page: Page<Listed<Product>>;
  readonly corrections: readonly Correction[];
  /** Read when they are asked for. */
  readonly facets: () => Promise<readonly Facet[]>;
  readonly totalCount: () => Promise<number>;
}

const MAX_TEXT = 200;

export const searchProducts =
  ({ products }: Ports) =>
  async (
    viewer: Viewer,
    text: string,
    rest: Omit<ProductQuery, 'terms'>,
    page: PageRequest,
  ): Promise<ProductSearch> => {
    if (text.length > MAX_TEXT || text.includes('\0'))
      throw badInput(`"query" must have at most ${MAX_TEXT} characters, none of them NUL.`);
    const words = text.trim() ? await products.queryWords(text) : [];
    const { tsquery: terms, corrections } = searchTerms(words);
    // Without a single letter or digit there is nothing to look for, and everything is not what was meant.
    const filter = text.trim() && words.length === 0 ? { ...rest.filter, ids: [] } : rest.filter;
    const query: ProductQuery = { ...rest, filter, terms };
    return {
      page: await products.page(viewer, query, page),
      corrections,
      facets: async () => toFacets(await products.facets(viewer, query), filter, query.market.currency),
      totalCount: () => products.count(viewer, query),
    };
  };
