import { CodedError } from '@cartograph/kernel/errors';
import { buyerOf, type Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import type { CartUpdated } from '../domain/cart.ts';
import type { VariantUnavailable } from '../domain/checkout.ts';
import { chooseMarket } from '../domain/market.ts';
import { type InvalidInput, invalidInput } from '../domain/outcome.ts';
import { createInputReader, type InputReader } from '../domain/text-input.ts';
import type { Ports } from '../ports.ts';
import { type CartLineInput, findUnavailable, readLines } from './cart-lines.ts';
import { answerChange, findRepeated, readKey } from './changed-cart.ts';
import { type DestinationInput, readDestination } from './set-cart-destination.ts';

export interface CreateCartInput {
  readonly currencyCode?: string | null | undefined;
  readonly destination?: DestinationInput | null | undefined;
  readonly lines?: readonly CartLineInput[];
  readonly idempotencyKey?: string | null | undefined;
}

export type CreateCartOutcome = CartUpdated | InvalidInput | VariantUnavailable;

export const createCart =
  (ports: Pick<Ports, 'carts' | 'discounts' | 'products' | 'clock'>) =>
  async (viewer: Viewer, input: CreateCartInput): Promise<CreateCartOutcome> => {
    const buyerId = buyerOf(viewer);
    if (buyerId === null) throw new CodedError('FORBIDDEN');
    const read = createInputReader();
    const lines = readLines(read, input.lines ?? [], 0);
    const destination = input.destination ? readDestination(read, ['destination'], input.destination) : null;
    const keyed = readKey(read, viewer, 'createCart', input);
    const currency = await readCurrency(ports, read, input);
    if (read.issues.length > 0 || currency === null) return invalidInput(read.issues);

    const repeated = await findRepeated(ports, keyed);
    if (repeated) return 'kind' in repeated ? repeated : answerCreated(ports, viewer, repeated.cartId);
    const unavailable = lines.length > 0 && (await findUnavailable(ports, currency, lines));
    if (unavailable) return unavailable;
    const id = newId('Cart');
    const options = { now: ports.clock(), keyed };
    const change = await ports.carts.create({ id, buyerId, currency, destination, lines }, options);
    // The same key came twice at once, and the other request was faster.
    if (change === 'repeated') return createCart(ports)(viewer, input);
    return answerCreated(ports, viewer, id);
  };

async function answerCreated(ports: Pick<Ports, 'carts'>, viewer: Viewer, id: string) {
  const answer = await answerChange(ports, viewer, id, 'changed');
  // Deleted, or merged into another cart of somebody who has signed out since.
  if (answer.kind === 'NotFound') throw new CodedError('CONFLICT');
  return answer;
}

async function readCurrency(
  { discounts }: Pick<Ports, 'discounts'>,
  read: InputReader,
  { currencyCode, destination }: CreateCartInput,
): Promise<string | null> {
  const markets = await discounts.markets();
  const market = chooseMarket(markets, currencyCode ?? null, destination?.countryCode ?? null);
  if (market) return market.currency;
  const known = markets.map(({ currency }) => currency).join(', ');
  read.refuse(
    ['currencyCode'],
    currencyCode
      ? `This shop does not sell in ${currencyCode}. Use one of ${known}.`
      : `Name a currency: one of ${known}.`,
  );
  return null;
}
