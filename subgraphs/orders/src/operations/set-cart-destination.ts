import { isId } from '@cartograph/kernel/id';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { CartPatch } from '../domain/cart-change.ts';
import type { Destination } from '../domain/checkout.ts';
import { regionProblem, toDestination } from '../domain/destination.ts';
import { invalidInput } from '../domain/outcome.ts';
import { type PostalAddressInput, readAddress } from '../domain/postal-address.ts';
import { createInputReader, type InputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';
import { answerChange, type ChangeOutcome } from './changed-cart.ts';

export interface DestinationInput {
  readonly countryCode: string;
  readonly postalCode?: string | null | undefined;
  readonly region?: string | null | undefined;
}

export function readDestination(read: InputReader, path: readonly string[], input: DestinationInput): Destination {
  const destination = toDestination(input);
  const problem = regionProblem(destination, false);
  if (problem) read.refuse([...path, 'region'], problem);
  read.optional([...path, 'region'], destination.region, 50);
  read.optional([...path, 'postalCode'], destination.postalCode, 20);
  return destination;
}

export interface SetCartDestinationInput {
  readonly cartId: string;
  readonly destination: DestinationInput;
}

/** Replaces an address too: two places in one cart would contradict each other. */
export const setCartDestination =
  (ports: Pick<Ports, 'carts' | 'clock'>) =>
  async (viewer: Viewer, input: SetCartDestinationInput): Promise<ChangeOutcome> => {
    const read = createInputReader();
    const destination = readDestination(read, ['destination'], input.destination);
    if (read.issues.length > 0) return invalidInput(read.issues);
    return patchCart(ports, viewer, input.cartId, { destination, shippingAddress: null });
  };

export interface SetCartAddressInput {
  readonly cartId: string;
  readonly address: PostalAddressInput;
}

export const setCartAddress =
  (ports: Pick<Ports, 'carts' | 'clock'>) =>
  async (viewer: Viewer, input: SetCartAddressInput): Promise<ChangeOutcome> => {
    const read = createInputReader();
    const address = readAddress(read, ['address'], input.address);
    if (read.issues.length > 0) return invalidInput(read.issues);
    return patchCart(ports, viewer, input.cartId, { destination: toDestination(address), shippingAddress: address });
  };

export async function patchCart(
  ports: Pick<Ports, 'carts' | 'clock'>,
  viewer: Viewer,
  cartId: string,
  patch: CartPatch,
): Promise<ChangeOutcome> {
  const options = { now: ports.clock() };
  const change = isId('Cart', cartId) ? await ports.carts.update(viewer, cartId, patch, options) : 'absent';
  return answerChange(ports, viewer, cartId, change);
}
