import { CodedError } from '@cartograph/kernel/errors';
import { isId } from '@cartograph/kernel/id';
import { money } from '@cartograph/kernel/money';
import type { SagaStart } from '@cartograph/kernel/saga';
import { buyerOf, ownersOf, type Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { type Cart, closedMessage, isOpen } from '../domain/cart.ts';
import type { CheckoutRefusal } from '../domain/checkout.ts';
import { toCheckoutRequest, toNewOrder } from '../domain/new-order.ts';
import { type NewOrder, toConfirmed } from '../domain/order.ts';
import { type InvalidInput, invalidInput, issue, type NotFound, notFound } from '../domain/outcome.ts';
import type {
  ForgottenRefusal,
  PaymentChoice,
  PlaceOrderOutcome,
  PlaceOrderRequest,
  RememberedRefusal,
} from '../domain/place-order.ts';
import type { PricingFacts } from '../domain/pricing.ts';
import { type PlaceOrderInput, readPlaceOrder } from '../domain/read-place-order.ts';
import type { InsertOutcome, Key, KeyRecord, Ports } from '../ports.ts';
import type { PlaceOrderSaga, PlaceOrderState } from '../sagas/place-order.ts';
import { abandonOrder } from './abandon-order.ts';
import { answerOrder, stillWorking, waitUntil } from './answer-order.ts';
import { fingerprintOf } from './fingerprint.ts';
import { priceCheckout } from './price-checkout.ts';

export interface PlaceOrderOptions {
  readonly ports: Ports;
  readonly saga: PlaceOrderSaga;
  /** How long a request waits before it is told that the shop still works on it. */
  readonly deadlineMs: number;
}

interface Attempt {
  readonly viewer: Viewer;
  readonly buyerId: string;
  readonly request: PlaceOrderRequest;
  readonly key: Key;
  readonly deadline: number;
}

/** Somebody else was first: with the same key, with another checkout of the cart, or with the last use of a discount. */
type Overtaken = { readonly kind: 'Overtaken' };

/** `begun`: there is an order, and a key that names it. */
type Tried =
  | { readonly begun: true; readonly outcome: PlaceOrderOutcome }
  | { readonly begun: false; readonly outcome: PlaceOrderOutcome | Overtaken };

const notBegun = (outcome: PlaceOrderOutcome | Overtaken): Tried => ({ begun: false, outcome });

const MAX_OVERTAKEN = 3;

/** Turns a cart or lines into an order, once per key. */
export const placeOrder =
  (options: PlaceOrderOptions) =>
  async (viewer: Viewer, input: PlaceOrderInput): Promise<PlaceOrderOutcome> => {
    const { ports, deadlineMs } = options;
    const buyerId = buyerOf(viewer);
    if (buyerId === null) throw new CodedError('FORBIDDEN');
    const request = readPlaceOrder(input);
    if ('kind' in request) return request;
    const { idempotencyKey, ...content } = request;
    const fingerprint = fingerprintOf(content);
    const key: Key = { buyerId, operation: 'placeOrder', key: idempotencyKey, fingerprint };
    const attempt: Attempt = { viewer, buyerId, request, key, deadline: waitUntil(deadlineMs) };

    const findEarlier = () => ports.keys.find(ownersOf(viewer), 'placeOrder', idempotencyKey);
    const { earlier, facts } = await look(options, attempt, findEarlier);
    if (earlier) return replay(options, attempt, earlier);
    for (let overtaken = 0; overtaken < MAX_OVERTAKEN; overtaken += 1) {
      const { outcome, begun } = await attemptOnce(options, attempt, overtaken === 0 ? facts : undefined);
      if (begun) return outcome;
      // Another request with this key may have placed the order meanwhile, and closed the very cart that this one read.
      const meanwhile = await findEarlier();
      if (meanwhile) return replay(options, attempt, meanwhile);
      if (outcome.kind !== 'Overtaken') return outcome;
    }
    return stillWorking;
  };

/** Whether the key is known. Where no cart has to be read first, what the price depends on is there with it. */
async function look({ ports }: PlaceOrderOptions, attempt: Attempt, findEarlier: () => Promise<KeyRecord | null>) {
  const { request, buyerId, viewer, key } = attempt;
  if (request.cartId !== null) return { earlier: await findEarlier(), facts: undefined };
  const asked = { ...key, owners: ownersOf(viewer) };
  return ports.keys.findWithFacts(asked, toCheckoutRequest(request, null, buyerId), ports.clock());
}

async function replay({ ports, saga }: PlaceOrderOptions, attempt: Attempt, earlier: KeyRecord) {
  if (earlier.fingerprint !== attempt.key.fingerprint) return { kind: 'IdempotencyKeyReused' } as const;
  if (earlier.outcome) return earlier.outcome;
  const { viewer, deadline } = attempt;
  const orderId = earlier.orderId ?? '';
  const outcome = await ports.sagas.settled(saga, orderId, Math.min(1_000, deadline - performance.now()));
  if (!outcome) throw new Error(`order ${orderId} has no saga`);
  return answerOrder(ports, saga)({ viewer, orderId, replayed: true, deadline }, outcome);
}

async function attemptOnce(options: PlaceOrderOptions, attempt: Attempt, facts?: PricingFacts | null): Promise<Tried> {
  const { ports } = options;
  const { request, buyerId, viewer, key } = attempt;
  const cart = await readCart(ports, viewer, request.cartId);
  if (cart && 'kind' in cart) return notBegun(cart);
  const priced = await priceCheckout(ports)(toCheckoutRequest(request, cart, buyerId), facts);
  if (priced.kind !== 'Priced') {
    const refusal = toRefusal(priced);
    // Out of stock is remembered like a decline: the same key never sells later what it once could not.
    if (refusal.kind === 'OutOfStock') await ports.keys.remember(key, refusal);
    return notBegun(refusal);
  }
  const order = toNewOrder({
    request,
    cart,
    checkout: priced.checkout,
    buyerId,
    id: newId('Order'),
    number: ports.newOrderNumber(),
    newLineId: () => newId('OrderLine'),
  });
  return 'kind' in order ? notBegun(order) : begin(options, attempt, order);
}

async function readCart(
  { carts }: Ports,
  viewer: Viewer,
  cartId: string | null,
): Promise<Cart | null | NotFound | InvalidInput> {
  if (cartId === null) return null;
  const [cart] = isId('Cart', cartId) ? await carts.findByIds(viewer, [cartId]) : [];
  if (!cart) return notFound('There is no such cart.');
  if (!isOpen(cart)) return invalidInput([issue(['cartId'], closedMessage(cart))]);
  if (cart.lines.length === 0) return invalidInput([issue(['cartId'], 'There is nothing in the cart.')]);
  return cart;
}

function toRefusal(refusal: CheckoutRefusal): ForgottenRefusal | RememberedRefusal {
  switch (refusal.kind) {
    case 'VariantUnavailable': {
      const { variants } = refusal;
      return variants.every(({ reason }) => reason === 'SOLD_OUT' || reason === 'INSUFFICIENT_STOCK')
        ? { kind: 'OutOfStock', lines: variants.map(({ reason: _, ...line }) => line) }
        : refusal;
    }
    case 'InvalidAddress':
      return { ...refusal, issues: [issue(['shippingAddress'], refusal.message)] };
    default:
      return refusal;
  }
}

async function begin(options: PlaceOrderOptions, attempt: Attempt, order: NewOrder): Promise<Tried> {
  const { ports, saga } = options;
  const { viewer, key, deadline, request } = attempt;
  let inserted: InsertOutcome = 'inserted';
  const insert = async (start: SagaStart): Promise<boolean> => {
    inserted = await ports.checkouts.insert(order, key, start);
    return inserted === 'inserted';
  };
  const outcome = await ports.sagas.begin(
    saga,
    order.id,
    toState(order, request.payment),
    insert,
    deadline - performance.now(),
  );
  const confirmation = outcome?.kind === 'done' ? outcome.state.confirmation : undefined;
  // As it was just written: nobody else has had it yet.
  if (confirmation)
    return {
      begun: true,
      outcome: { kind: 'PlaceOrderSuccess', ...toConfirmed(order, confirmation), replayed: false },
    };
  if (outcome) {
    const asked = { viewer, orderId: order.id, replayed: false, deadline };
    return { begun: true, outcome: await answerOrder(ports, saga)(asked, outcome) };
  }
  const isBusy = (inserted as InsertOutcome) === 'cart-taken' && !(await freeCart(options, order.cartId ?? ''));
  return notBegun(isBusy ? stillWorking : { kind: 'Overtaken' });
}

/** A buyer who gave up on confirming a payment may start anew: the order that waits for it makes way. */
async function freeCart({ ports, saga }: PlaceOrderOptions, cartId: string): Promise<boolean> {
  const live = await ports.checkouts.liveOrderOfCart(cartId);
  if (live?.status === 'PENDING') return false;
  if (live?.status !== 'AWAITING_PAYMENT') return true;
  const reason = 'The buyer started another checkout.';
  const outcome = await abandonOrder(ports, saga)(live.id, { by: 'BUYER', reason });
  return outcome?.kind === 'refused' || outcome?.kind === 'done';
}

export const toState = (order: NewOrder, payment: PaymentChoice | null): PlaceOrderState => ({
  orderId: order.id,
  buyerId: order.buyerId,
  email: order.email,
  total: money(order.total.minor - order.credit.minor, order.currency),
  lines: order.lines.map(({ id, variantId, quantity, requiresShipping }) => ({
    id,
    variantId,
    quantity,
    requiresShipping,
  })),
  shipping:
    order.shippingMethodId && order.shippingAddress
      ? { methodId: order.shippingMethodId, address: order.shippingAddress, weightGrams: order.weightGrams }
      : null,
  payment,
  ...(order.channel && { channel: order.channel.name }),
  allocations: [],
  heldAt: 0,
  action: null,
  abandoned: null,
});
