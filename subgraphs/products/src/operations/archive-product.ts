import { isId } from '@cartograph/kernel/id';
import { type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Product } from '../domain/product.ts';
import type { Ports } from '../ports.ts';

export type ArchiveProductOutcome = { readonly kind: 'ArchiveProductSuccess'; readonly product: Product } | NotFound;

export const archiveProduct =
  ({ products, productWriter }: Ports) =>
  async (viewer: Viewer, id: string): Promise<ArchiveProductOutcome> => {
    const archived = isId('Product', id) && (await productWriter.archive(id));
    const [product] = archived ? await products.findByIds(viewer, [id]) : [];
    return product ? { kind: 'ArchiveProductSuccess', product } : notFound('product');
  };
