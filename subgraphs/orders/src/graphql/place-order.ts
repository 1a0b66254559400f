import { toMoneyOutput } from '@cartograph/kernel/money';
import type {
  CheckoutFailedResolvers,
  IdempotencyKeyReusedResolvers,
  MutationResolvers,
  OutOfStockResolvers,
  PaymentActionRequiredResolvers,
  PlaceOrderResultResolvers,
  PriceChangedResolvers,
  StillWorkingResolvers,
} from '../../generated/graphql.ts';
import type { Context } from '../context.ts';
import type { PlacedOrder } from '../domain/place-order.ts';

/** An order that was placed comes with its lines, which then need not be read anew. */
export async function withLines<Outcome extends { readonly kind: string }>(
  { linesByOrderId }: Context['loaders'],
  asked: Promise<Outcome>,
): Promise<Outcome> {
  const outcome = await asked;
  if (isPlaced(outcome)) linesByOrderId.prime(outcome.order.id, outcome.lines);
  return outcome;
}

const isPlaced = (outcome: { readonly kind: string }): outcome is PlacedOrder =>
  outcome.kind === 'PlaceOrderSuccess' || outcome.kind === 'PaymentActionRequired';

export const placeOrder: MutationResolvers['placeOrder'] = (_root, { input }, { viewer, operations, loaders }) =>
  withLines(loaders, operations.placeOrder(viewer, input));

const PlaceOrderResult: PlaceOrderResultResolvers = { __resolveType: ({ kind }) => kind };

const OutOfStock: OutOfStockResolvers = {
  message: () => 'Some items are not in stock in that quantity. Nothing was charged.',
};

const PriceChanged: PriceChangedResolvers = {
  message: () =>
    'It costs something else than the request expects. Show the buyer the actual amount, and send it as what you expect.',
  expected: ({ expected }) => toMoneyOutput(expected),
  actual: ({ actual }) => toMoneyOutput(actual),
};

const PaymentActionRequired: PaymentActionRequiredResolvers = {
  message: () =>
    'The buyer has to confirm the payment, in the provider’s form or at "redirectUrl". Send "completePayment" afterwards.',
};

const CheckoutFailed: CheckoutFailedResolvers = {
  message: () => 'The order could not be placed, and nothing was charged. Try again with a new idempotency key.',
};

const IdempotencyKeyReused: IdempotencyKeyReusedResolvers = {
  message: () => 'This idempotency key was used before with other input. Send a new key for a new request.',
};

const StillWorking: StillWorkingResolvers = {
  message: () => 'This is not finished yet and goes on by itself. Send the same request again in a moment.',
};

export const placeOrderTypes = {
  PlaceOrderResult,
  OutOfStock,
  PriceChanged,
  PaymentActionRequired,
  CheckoutFailed,
  IdempotencyKeyReused,
  StillWorking,
};
