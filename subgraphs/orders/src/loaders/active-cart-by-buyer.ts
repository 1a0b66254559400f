import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { Cart } from '../domain/cart.ts';
import type { CartStore } from '../ports/carts.ts';

/** The open cart that a buyer changed last. */
export const createActiveCartByBuyer = (carts: CartStore, viewer: Viewer) =>
  new DataLoader<string, Cart | null>(
    async (buyerIds) => {
      const byBuyer = new Map((await carts.findActive(viewer, buyerIds)).map((cart) => [cart.buyerId, cart]));
      return buyerIds.map((id) => byBuyer.get(id) ?? null);
    },
    { name: 'activeCartByBuyer', maxBatchSize: 500 },
  );
