import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Product } from '../domain/product.ts';
import type { ProductQuery } from '../domain/product-query.ts';
import type { Listed, Ports } from '../ports.ts';

export const listProducts =
  ({ products }: Ports) =>
  (viewer: Viewer, query: Omit<ProductQuery, 'terms'>, page: PageRequest): Promise<Page<Listed<Product>>> =>
    products.page(viewer, { ...query, terms: null }, page);
