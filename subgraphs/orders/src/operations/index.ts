import type { WebhookTargets } from '../domain/webhook-target.ts';
import type { Ports } from '../ports.ts';
import { addCartLines } from './add-cart-lines.ts';
import { type CheckoutSettings, createCheckout } from './checkout.ts';
import { createCart } from './create-cart.ts';
import { createDiscount } from './create-discount.ts';
import { applyDiscountCode, removeDiscountCode } from './discount-codes.ts';
import { endDiscount } from './end-discount.ts';
import { forgetNews } from './forget-news.ts';
import { listDiscounts } from './list-discounts.ts';
import { listMarkets } from './list-markets.ts';
import { mergeCart } from './merge-cart.ts';
import { remindOfCarts, sendCartMail } from './remind-of-carts.ts';
import { removeCartLines } from './remove-cart-lines.ts';
import { selectCartShipping } from './select-cart-shipping.ts';
import { setCartAddress, setCartDestination } from './set-cart-destination.ts';
import { sweepCarts } from './sweep-carts.ts';
import { updateCart } from './update-cart.ts';
import { updateCartLines } from './update-cart-lines.ts';
import { createWebhookOperations } from './webhooks.ts';

export const createOperations = (
  ports: Ports,
  checkout: CheckoutSettings,
  webhookTargets: WebhookTargets,
  abandonedCartHours: number | null,
) => ({
  ...createCheckout(ports, checkout),
  ...createWebhookOperations(ports, webhookTargets),
  createCart: createCart(ports),
  addCartLines: addCartLines(ports),
  updateCartLines: updateCartLines(ports),
  removeCartLines: removeCartLines(ports),
  applyDiscountCode: applyDiscountCode(ports),
  removeDiscountCode: removeDiscountCode(ports),
  setCartDestination: setCartDestination(ports),
  setCartAddress: setCartAddress(ports),
  selectCartShipping: selectCartShipping(ports),
  updateCart: updateCart(ports),
  mergeCart: mergeCart(ports),
  sweepCarts: sweepCarts(ports),
  forgetNews: forgetNews(ports),
  remindOfCarts: remindOfCarts(ports, abandonedCartHours),
  sendCartMail: sendCartMail(ports),
  listMarkets: listMarkets(ports),
  listDiscounts: listDiscounts(ports),
  createDiscount: createDiscount(ports),
  endDiscount: endDiscount(ports),
});

export type Operations = ReturnType<typeof createOperations>;
