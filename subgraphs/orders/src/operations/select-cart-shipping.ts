import type { Viewer } from '@cartograph/kernel/viewer';
import { checkoutRequest } from '../domain/cart.ts';
import type { ShippingUnavailable } from '../domain/checkout.ts';
import { invalidInput, issue } from '../domain/outcome.ts';
import type { Ports } from '../ports.ts';
import { type ChangeOutcome, isNotFound, openCart } from './changed-cart.ts';
import { type PricingPorts, priceCheckouts } from './price-checkout.ts';
import { patchCart } from './set-cart-destination.ts';

export interface SelectCartShippingInput {
  readonly cartId: string;
  readonly shippingMethodId?: string | null | undefined;
}

export type SelectCartShippingOutcome = ChangeOutcome | ShippingUnavailable;

/** A method is kept only if it delivers these goods there. */
export const selectCartShipping =
  (ports: PricingPorts & Pick<Ports, 'carts'>) =>
  async (viewer: Viewer, input: SelectCartShippingInput): Promise<SelectCartShippingOutcome> => {
    const { cartId, shippingMethodId = null } = input;
    if (shippingMethodId === null) return patchCart(ports, viewer, cartId, { shippingMethodId });
    const cart = await openCart(ports, viewer, cartId);
    if (isNotFound(cart)) return cart;
    if (!cart.destination)
      return invalidInput([
        issue(['cartId'], 'Say where the goods go first, with "setCartDestination" or "setCartAddress".'),
      ]);
    const [pricing] = await priceCheckouts(ports)([{ ...checkoutRequest(cart), shippingMethodId }]);
    if (pricing?.shippingUnavailable)
      return {
        kind: 'ShippingUnavailable',
        message: 'This method does not deliver these goods there. Choose one of the cart\'s "shippingQuotes".',
      };
    return patchCart(ports, viewer, cartId, { shippingMethodId });
  };
