import type { Viewer } from '@cartograph/kernel/viewer';
import { checkoutRequest } from '../domain/cart.ts';
import type { DiscountInvalid } from '../domain/checkout.ts';
import { inWords, isCode, normalizeCode } from '../domain/discount.ts';
import type { Ports } from '../ports.ts';
import { answerChange, type ChangeOutcome, isNotFound, openCart } from './changed-cart.ts';
import { type PricingPorts, priceCheckouts } from './price-checkout.ts';

export interface DiscountCodeInput {
  readonly cartId: string;
  readonly code: string;
}

export type ApplyDiscountCodeOutcome = ChangeOutcome | DiscountInvalid;

/** A code is kept only if it counts now. It may lose to a better discount: then the cart says so. */
export const applyDiscountCode =
  (ports: PricingPorts & Pick<Ports, 'carts'>) =>
  async (viewer: Viewer, input: DiscountCodeInput): Promise<ApplyDiscountCodeOutcome> => {
    const code = normalizeCode(input.code);
    const cart = await openCart(ports, viewer, input.cartId);
    if (isNotFound(cart)) return cart;
    if (!isCode(code)) return unknown(code.slice(0, 32));
    if (cart.codes.includes(code)) return { kind: 'CartUpdated', cart };
    const [pricing] = await priceCheckouts(ports)([{ ...checkoutRequest(cart), codes: [...cart.codes, code] }]);
    const refused = pricing?.refusedCodes.filter((one) => one.code === code) ?? [];
    if (refused.length > 0) return { kind: 'DiscountInvalid', codes: refused };
    const change = await ports.carts.addCode(viewer, cart.id, code, { now: ports.clock() });
    return answerChange(ports, viewer, cart.id, change);
  };

/** A code that is not there is no error. */
export const removeDiscountCode =
  (ports: Pick<Ports, 'carts' | 'clock'>) =>
  async (viewer: Viewer, input: DiscountCodeInput): Promise<ChangeOutcome> => {
    const code = normalizeCode(input.code);
    const cart = await openCart(ports, viewer, input.cartId);
    if (isNotFound(cart)) return cart;
    if (!cart.codes.includes(code)) return { kind: 'CartUpdated', cart };
    const change = await ports.carts.removeCode(viewer, cart.id, code, { now: ports.clock() });
    return answerChange(ports, viewer, cart.id, change);
  };

const unknown = (code: string): DiscountInvalid => ({
  kind: 'DiscountInvalid',
  codes: [{ code, reason: 'UNKNOWN', message: inWords(code, 'UNKNOWN') }],
});
