import type { Viewer } from '@cartograph/kernel/viewer';
import type { Ports } from '../ports.ts';
import { createActiveCartByBuyer } from './active-cart-by-buyer.ts';
import { createCartById } from './cart-by-id.ts';
import { createCartPricing } from './cart-pricing.ts';

export const createLoaders = (ports: Ports, viewer: Viewer) => ({
  cartById: createCartById(ports.carts, viewer),
  activeCartByBuyer: createActiveCartByBuyer(ports.carts, viewer),
  cartPricing: createCartPricing(ports),
});

export type Loaders = ReturnType<typeof createLoaders>;
