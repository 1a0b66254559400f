import DataLoader from 'dataloader';
import type { Image } from '../domain/product.ts';
import type { ProductDetails } from '../ports.ts';

interface Key {
  readonly productId: string;
  /** How many of the first images. */
  readonly limit: number;
}

/** The first picture and the first twenty of one product are one read: as many as the greediest asks for. */
export const createImagesByProductId = (details: ProductDetails) =>
  new DataLoader<Key, readonly Image[], string>(
    async (keys) => {
      const ids = [...new Set(keys.map(({ productId }) => productId))];
      const lists = await details.images(ids, Math.max(...keys.map(({ limit }) => limit)));
      const byId = new Map(ids.map((id, index) => [id, lists[index] ?? []]));
      return keys.map(({ productId, limit }) => (byId.get(productId) ?? []).slice(0, limit));
    },
    { name: 'imagesByProductId', cacheKeyFn: ({ productId, limit }) => `${productId} ${limit}` },
  );
