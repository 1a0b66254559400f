import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { Cart } from '../domain/cart.ts';
import type { CartStore } from '../ports/carts.ts';

/** One per request, so the cache never outlives the viewer it was filled for. */
export const createCartById = (carts: CartStore, viewer: Viewer) =>
  new DataLoader<string, Cart | null>(
    async (ids) => {
      const byId = new Map((await carts.findByIds(viewer, ids)).map((cart) => [cart.id, cart]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { name: 'cartById', maxBatchSize: 500 },
  );
