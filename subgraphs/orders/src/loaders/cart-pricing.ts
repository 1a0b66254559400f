import DataLoader from 'dataloader';
import { type Cart, checkoutRequest } from '../domain/cart.ts';
import type { CartPricing } from '../domain/checkout.ts';
import { type PricingPorts, priceCheckouts } from '../operations/price-checkout.ts';

/** The prices of a cart, asked for once however many of its fields are selected, and for all carts at once. */
export const createCartPricing = (ports: PricingPorts) =>
  new DataLoader<Cart, CartPricing, string>((carts) => priceCheckouts(ports)(carts.map(checkoutRequest)), {
    name: 'cartPricing',
    maxBatchSize: 100,
    // A mutation may show the cart before and after.
    cacheKeyFn: ({ id, version }) => `${id}@${version}`,
  });
