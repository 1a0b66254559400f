import type { Money } from '@cartograph/kernel/money';
import type { LeavesOut, Paused, Refused, Saga, Step } from '@cartograph/kernel/saga';
import type { CapturePolicy, Confirmation } from '../domain/order.ts';
import type { NewOrderEvent } from '../domain/order-event.ts';
import type { PaymentAnswer } from '../domain/payment.ts';
import type { Abandonment, PaymentChoice, RememberedRefusal } from '../domain/place-order.ts';
import type { PostalAddress } from '../domain/postal-address.ts';
import type { StockAllocation } from '../domain/stock-line.ts';
import {
  confirmedEvents,
  heldEvent,
  leftUndoneEvent,
  toConfirmEvent,
  toPayEvent,
  travellingEvent,
  undoneEvents,
} from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import { type ExchangeState, giveUpExchange } from './exchange.ts';
import { insist, insistOnUndoing } from './left-out.ts';
import { type EditState, settleEdit, takeOut } from './order-edit.ts';
import { cancelledMail, captureEvent, confirmedMail, paymentDueMail } from './order-events.ts';

/** What a checkout needs to be finished by any process; plain JSON. */
export interface PlaceOrderState extends LeavesOut {
  readonly orderId: string;
  readonly buyerId: string;
  readonly email: string;
  readonly total: Money;
  readonly lines: readonly {
    readonly id: string;
    readonly variantId: string;
    readonly quantity: number;
    readonly requiresShipping: boolean;
  }[];
  /** Null when nothing has to be shipped. */
  readonly shipping: {
    readonly methodId: string;
    readonly address: PostalAddress;
    readonly weightGrams: number;
  } | null;
  /** Null once it is not needed any more: a token is kept no longer than it is of use. */
  readonly payment: PaymentChoice | null;
  readonly allocations: readonly StockAllocation[];
  /** Milliseconds since the epoch; 0 while nothing is held. */
  readonly heldAt: number;
  /** What the buyer needs to confirm the payment, while they have to. */
  readonly action: { readonly clientSecret: string; readonly redirectUrl: string } | null;
  readonly abandoned: Abandonment | null;
  /** Once it is confirmed. */
  readonly confirmation?: Confirmation;
  /** The sales channel that has collected the money. */
  readonly channel?: string;
  /** Of an order that follows another; its `total` is what is left to pay. */
  readonly followUp?: FollowUpState;
}

/** What an order that follows another waits for and brings with it; plain JSON. */
export interface FollowUpState {
  readonly edit: EditState | null;
  /** The return whose goods it takes the place of; it waits until they have arrived. */
  readonly exchange: ExchangeState | null;
  /** How often the buyer's payment was declined. */
  readonly tries: number;
  /** The declines by the key of the buyer's request. */
  readonly declines: Readonly<
    Record<string, { readonly fingerprint: string; readonly reason: string; readonly message: string }>
  >;
  /** The request that pays it at this moment. */
  readonly asked: { readonly key: string; readonly fingerprint: string } | null;
}

export interface CheckoutPolicy {
  /** How long goods are held for a checkout. Renewed while the payment is pending. */
  readonly holdSeconds: number;
  readonly capture: CapturePolicy;
}

type PlaceOrderStep = Step<PlaceOrderState, RememberedRefusal>;
export type PlaceOrderSaga = Saga<PlaceOrderState, RememberedRefusal>;
type SagaPorts = Pick<
  Ports,
  'orders' | 'stock' | 'payments' | 'fulfilment' | 'checkouts' | 'edits' | 'returns' | 'timeline' | 'clock'
>;

/** Goods before money, and neither without the other. The write that begins it has stored the order as PENDING. */
export const placeOrderSaga = (ports: SagaPorts, policy: CheckoutPolicy): PlaceOrderSaga => ({
  name: 'placeOrder',
  steps: [hold(ports, policy), authorize(ports), confirm(ports, policy), fulfil(ports)],
  async undoBegin(state, refusal) {
    await ports.checkouts.refuse(state.orderId, refusal, [cancelledMail(state.orderId, 0)], undoneEvents(state));
    if (state.followUp?.edit) await ports.edits.giveUp(state.followUp.edit.editId);
    if (state.followUp?.exchange)
      await giveUpExchange(ports, state.followUp.exchange, state.leftOut?.includes('begin') ?? false);
  },
  // An undo that is left out leaves money or goods where they are; `fulfil`, an order that can be cancelled then.
  dispensable: ['hold', 'authorize', 'begin', 'fulfil'],
  gaveUp: () => ({ kind: 'CheckoutFailed' }),
});

const hold = ({ stock, clock }: SagaPorts, { holdSeconds }: CheckoutPolicy): PlaceOrderStep => ({
  name: 'hold',
  // Releasing bars the order: a process that was away may still ask for a hold, and would get what came back meanwhile.
  undoesRefusal: true,
  async run(state) {
    const answer = await stock.hold(state.orderId, state.lines, holdSeconds);
    if (answer.kind === 'insufficient') return { refused: { kind: 'OutOfStock', lines: answer.lines } };
    return { ...state, allocations: answer.allocations, heldAt: clock().getTime() };
  },
  undo: (state) => insistOnUndoing(state, 'hold', () => letGo(stock, state)),
});

async function letGo(stock: Ports['stock'], { orderId, lines }: PlaceOrderState): Promise<void> {
  if (await stock.release(orderId)) return;
  // Committed by a process that then could not confirm the order: sold to nobody, the goods go back on the shelf.
  if (!(await stock.restock(orderId, lines, `${orderId}:undo-commit`)))
    throw new Error(`the goods of ${orderId} were not put back`);
}

const authorize = ({ payments, checkouts }: SagaPorts): PlaceOrderStep => ({
  name: 'authorize',
  async run(state) {
    const awaitsGoods = state.followUp?.exchange?.credit === null;
    if (state.total.minor === 0 && !awaitsGoods) return state;
    if (state.followUp && state.payment === null && state.action === null)
      return awaitBuyer(payments, checkouts, state);
    // Asked for again while the buyer was away, the payment is where they and their bank have taken it.
    const answer = state.action ? await payments.confirm(state.orderId) : await payments.authorize(toRequest(state));
    if (state.abandoned && answer.kind === 'needs-action') return abandon(payments, state, state.abandoned);
    if (answer.kind === 'needs-action')
      await checkouts.awaitPayment(state.orderId, [], [heldEvent(state), toConfirmEvent(state)]);
    return state.followUp && answer.kind === 'refused'
      ? declined(state, state.followUp, answer)
      : afterAnswer(state, answer);
  },
  async undo(state) {
    if (state.total.minor > 0) await insistOnUndoing(state, 'authorize', () => voidPayment(payments, state));
  },
});

const toRequest = ({ orderId, buyerId, email, total, shipping, payment, channel, followUp }: PlaceOrderState) => ({
  ...(payment ?? { token: null, savedMethodId: null, giftCardCodes: [], useStoreCredit: false }),
  orderId,
  buyerId,
  email,
  country: shipping?.address.countryCode ?? null,
  amount: total,
  ...(channel !== undefined && { channel }),
  // Another card of the same buyer is another payment.
  key: followUp && followUp.tries > 0 ? `${orderId}:authorize:${followUp.tries}` : `${orderId}:authorize`,
});

function afterAnswer(
  state: PlaceOrderState,
  answer: PaymentAnswer,
): PlaceOrderState | Refused<RememberedRefusal> | Paused<PlaceOrderState> {
  switch (answer.kind) {
    case 'authorized':
      return { ...state, action: null, payment: null };
    case 'refused':
      return { refused: { kind: 'PaymentDeclined', reason: answer.reason, message: answer.message } };
    case 'needs-action': {
      const { clientSecret, redirectUrl } = answer;
      return { paused: { ...state, payment: null, action: { clientSecret, redirectUrl } } };
    }
  }
}

/** An order that follows another is there before its payment: it waits until the buyer pays, or nobody did in time. */
async function awaitBuyer(
  payments: Ports['payments'],
  checkouts: Ports['checkouts'],
  state: PlaceOrderState,
): Promise<Refused<RememberedRefusal> | Paused<PlaceOrderState>> {
  if (state.abandoned) return abandon(payments, state, state.abandoned);
  // While goods are on their way back, nobody knows how much it will be.
  const isDue = state.followUp?.exchange?.credit !== null;
  const told = [heldEvent(state), isDue ? toPayEvent(state) : travellingEvent(state)];
  await checkouts.awaitPayment(state.orderId, isDue ? [paymentDueMail(state.orderId)] : [], told);
  return { paused: state };
}

/** The buyer may try another card; the order still waits. */
function declined(
  state: PlaceOrderState,
  followUp: FollowUpState,
  { reason, message }: { readonly reason: string; readonly message: string },
): Paused<PlaceOrderState> {
  const { asked, tries } = followUp;
  const decline = asked && { [asked.key]: { fingerprint: asked.fingerprint, reason, message } };
  const declines = { ...followUp.declines, ...decline };
  return {
    paused: {
      ...state,
      payment: null,
      action: null,
      followUp: { ...followUp, tries: tries + 1, declines, asked: null },
    },
  };
}

/** Nobody confirmed the payment: it is barred, so that a late confirmation finds nothing to charge. */
async function abandon(payments: Ports['payments'], state: PlaceOrderState, abandoned: Abandonment) {
  await voidPayment(payments, state);
  const { by, reason } = abandoned;
  // People write their reasons for each other, and not as an answer to whoever still wants to pay.
  const message = by === 'SYSTEM' ? reason : `The order was cancelled before it was paid: ${reason}`;
  return { refused: { kind: 'PaymentDeclined', reason: 'NOT_CONFIRMED', message, abandoned } as const };
}

async function voidPayment(payments: Ports['payments'], { orderId }: PlaceOrderState): Promise<void> {
  if (!(await payments.void(orderId, `${orderId}:void`))) throw new Error(`the payment of ${orderId} was not voided`);
}

const confirm = (ports: SagaPorts, policy: CheckoutPolicy): PlaceOrderStep => ({
  name: 'confirm',
  async run(state) {
    const { stock, checkouts } = ports;
    // Before anything is promised: a hold may have ended meanwhile, and its goods been sold to somebody else.
    const allocations = await stock.commit(state.orderId);
    if (!allocations) return soldOut(stock, state, policy);
    const edit = state.followUp?.edit;
    // The last thing that can be refused: pieces that were taken out are never put back.
    if (edit && !(await takeOut(ports, edit))) return { refused: { kind: 'CheckoutFailed' } };
    // What needs no shipment would wait for one for ever.
    const capture = state.lines.some(({ requiresShipping }) => requiresShipping) ? policy.capture : 'immediate';
    // What a channel has collected is taken already.
    const charge = capture === 'immediate' && state.total.minor > 0 && state.channel === undefined;
    const events = [confirmedMail(state.orderId), ...(charge ? [captureEvent(state.orderId)] : [])];
    // Written down with the confirmation: whoever takes over from here sends from where the goods are.
    const confirmed = { ...state, allocations };
    const confirmation = await checkouts.confirm(
      state.orderId,
      { step: 'fulfil', state: confirmed },
      events,
      confirmedEvents(state),
      capture,
    );
    return { ...confirmed, ...(confirmation && { confirmation }) };
  },
});

/** Says what is left. When the goods are there again by now, the step is repeated, and has them. */
async function soldOut(
  stock: Ports['stock'],
  { orderId, lines }: PlaceOrderState,
  { holdSeconds }: CheckoutPolicy,
): Promise<Refused<RememberedRefusal>> {
  const answer = await stock.hold(orderId, lines, holdSeconds);
  if (answer.kind === 'insufficient') return { refused: { kind: 'OutOfStock', lines: answer.lines } };
  throw new Error(`the stock of ${orderId} was gone, and is there again`);
}

const fulfil = (ports: SagaPorts): PlaceOrderStep => ({
  name: 'fulfil',
  async run(state) {
    const unplanned = leftUndoneEvent(state.orderId, 'plan', 'Its shipment was to be planned.');
    const told = await insist(state, 'fulfil', unplanned, () => plan(ports.fulfilment, state));
    if (told.length > 0) await ports.timeline.tell(told);
    if (state.followUp?.edit) await settleEdit(ports, state.followUp.edit, state, 'fulfil');
    return state;
  },
});

async function plan(fulfilment: Ports['fulfilment'], state: PlaceOrderState): Promise<readonly NewOrderEvent[]> {
  if (!state.shipping) return [];
  const lines = state.allocations.flatMap((allocation) => {
    const line = state.lines.find(({ variantId }) => variantId === allocation.variantId);
    return line?.requiresShipping ? [{ ...toAllocation(allocation), orderLineId: line.id }] : [];
  });
  const { methodId, address, weightGrams } = state.shipping;
  await fulfilment.plan({ orderId: state.orderId, buyerId: state.buyerId, methodId, address, lines, weightGrams });
  return [];
}

const toAllocation = ({ variantId, quantity, warehouseId }: StockAllocation) => ({ variantId, quantity, warehouseId });
