import { CodedError } from '@cartograph/kernel/errors';
import { type Money, money, sum } from '@cartograph/kernel/money';
import type { SagaStart } from '@cartograph/kernel/saga';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import type { PricedCheckout, VariantUnavailable } from '../domain/checkout.ts';
import { toFollowUp, toFollowUpRequest } from '../domain/follow-up.ts';
import type { NewOrder, Order } from '../domain/order.ts';
import {
  type EditFacts,
  type EditOrderOutcome,
  type EditRequest,
  type NewEdit,
  type OrderNotEditable,
  type QuantityNotRemovable,
  worthOfRemoved,
} from '../domain/order-edit.ts';
import { byOf } from '../domain/order-event.ts';
import { invalidInput, issue, notFound } from '../domain/outcome.ts';
import { type EditOrderInput, readEdit } from '../domain/read-edit.ts';
import type { EditBegun } from '../ports/returns.ts';
import type { Key, Ports } from '../ports.ts';
import type { EditOrderSaga, EditState } from '../sagas/order-edit.ts';
import type { PlaceOrderSaga } from '../sagas/place-order.ts';
import { stillWorking, waitUntil } from './answer-order.ts';
import { fingerprintOf } from './fingerprint.ts';
import { answered, OVERTAKEN, oncePerKey, refused, type Tried } from './once-per-key.ts';
import { toState } from './place-order.ts';
import { priceCheckouts } from './price-checkout.ts';

export interface EditOrderOptions {
  readonly ports: Ports;
  readonly saga: PlaceOrderSaga;
  readonly editSaga: EditOrderSaga;
  readonly deadlineMs: number;
  readonly capture: EditState['capture'];
  /** How long a buyer may take to pay what an edit costs more. */
  readonly editPaymentSeconds: number;
}

interface Attempt {
  readonly viewer: Viewer;
  readonly request: EditRequest;
  readonly key: Key;
  readonly deadline: number;
}

/** Takes pieces out of an order that has not left, and adds others in an order that follows it; once per key. */
export const editOrder =
  (options: EditOrderOptions) =>
  async (viewer: Viewer, input: EditOrderInput): Promise<EditOrderOutcome> => {
    if (viewer.kind !== 'staff') throw new CodedError('FORBIDDEN');
    const asked = readEdit(input);
    if ('kind' in asked) return asked;
    const { ports, deadlineMs } = options;
    const { request } = asked;
    const fingerprint = fingerprintOf(request);
    const key: Key = { buyerId: viewer.staffId, operation: 'editOrder', key: asked.key, fingerprint };
    const attempt: Attempt = { viewer, request, key, deadline: waitUntil(deadlineMs) };
    const outcome = await oncePerKey(ports, {
      key,
      replay: ({ returnId, sagaId }) => finish(options, attempt, returnId ?? '', sagaId ?? '', true),
      attempt: () => attemptOnce(options, attempt),
    });
    return outcome === 'overtaken' ? stillWorking : outcome;
  };

async function attemptOnce(options: EditOrderOptions, attempt: Attempt): Promise<Tried<EditOrderOutcome>> {
  const { ports } = options;
  const { viewer, request } = attempt;
  const [order] = await ports.orders.findByIds(viewer, [request.orderId]);
  if (!order) return refused(notFound('There is no such order.'));
  const refusal = notEditable(order);
  if (refusal) return refused(refusal);
  const facts = await ports.edits.facts(order.id);
  const wrong = wrongLines(request, facts);
  if (wrong) return refused(wrong);
  const removedAmount = sum(worthOfRemoved(request.remove, facts), order.currency);
  const checkout = await priceAdded(ports, order, request);
  if (checkout && 'kind' in checkout) return refused(checkout);
  const added = checkout?.total ?? money(0, order.currency);
  const { expectedDifference } = request;
  const difference = money(added.minor - removedAmount.minor, order.currency);
  if (
    expectedDifference &&
    (expectedDifference.minor !== difference.minor || expectedDifference.currency !== order.currency)
  )
    return refused({ kind: 'PriceChanged', expected: expectedDifference, actual: difference });
  return begin(options, attempt, order, { removedAmount, checkout, added });
}

function notEditable({ status, credit, channel }: Order): OrderNotEditable | null {
  if (channel) return { kind: 'OrderNotEditable', status, reason: 'CHANNEL' };
  if (credit.minor > 0) return { kind: 'OrderNotEditable', status, reason: 'FOLLOW_UP' };
  return status === 'CONFIRMED' || status === 'PARTIALLY_FULFILLED'
    ? null
    : { kind: 'OrderNotEditable', status, reason: 'STATUS' };
}

function wrongLines({ remove }: EditRequest, { lines }: EditFacts) {
  const issues = remove.flatMap(({ orderLineId }, index) =>
    lines.some(({ id }) => id === orderLineId)
      ? []
      : [issue(['remove', index, 'orderLineId'], 'This is not a line of the order.')],
  );
  if (issues.length > 0) return invalidInput(issues);
  const short = remove.flatMap(({ orderLineId, quantity }) => {
    const removable = lines.find(({ id }) => id === orderLineId)?.removable ?? 0;
    return quantity > removable ? [{ orderLineId, requested: quantity, removable }] : [];
  });
  return short.length > 0 ? ({ kind: 'QuantityNotRemovable', lines: short } satisfies QuantityNotRemovable) : null;
}

async function priceAdded(
  ports: Ports,
  order: Order,
  { add }: EditRequest,
): Promise<PricedCheckout | VariantUnavailable | null> {
  if (add.length === 0) return null;
  const [pricing] = await priceCheckouts(ports)([toFollowUpRequest(order, add)]);
  if (!pricing) throw new Error('an edit was not priced');
  const { unavailable, checkout } = pricing;
  return unavailable.length > 0 ? { kind: 'VariantUnavailable', variants: unavailable } : checkout;
}

interface Priced {
  readonly removedAmount: Money;
  readonly checkout: PricedCheckout | null;
  readonly added: Money;
}

async function begin(
  options: EditOrderOptions,
  attempt: Attempt,
  order: Order,
  { removedAmount, checkout, added }: Priced,
): Promise<Tried<EditOrderOutcome>> {
  const { ports, saga, editSaga, editPaymentSeconds } = options;
  const capture = order.capture ?? options.capture;
  const { viewer, request, key, deadline } = attempt;
  const editId = newId('OrderEdit');
  const creditAmount = money(Math.min(added.minor, removedAmount.minor), order.currency);
  const payBy = new Date(ports.clock().getTime() + editPaymentSeconds * 1000);
  const followUp: NewOrder | null =
    checkout &&
    toFollowUp({
      ...{ order, checkout, credit: creditAmount, payBy },
      id: newId('Order'),
      number: ports.newOrderNumber(),
      newLineId: () => newId('OrderLine'),
    });
  const edit: NewEdit = {
    ...{ id: editId, orderId: order.id, reason: request.reason, removed: request.remove, removedAmount, creditAmount },
    number: `E-${ports.newOrderNumber()}`,
    followUpId: followUp?.id ?? null,
    ...byOf(viewer),
  };
  const variants = new Map((await ports.orders.linesByOrderIds(viewer, [order.id])).map((line) => [line.id, line]));
  const removed = request.remove.map((line) => ({
    ...line,
    variantId: variants.get(line.orderLineId)?.variantId ?? '',
  }));
  const state: EditState = { editId, orderId: order.id, removed, removedAmount, creditAmount, capture };
  let begun: EditBegun = 'begun';
  const insert = async (start: SagaStart): Promise<boolean> => {
    begun = await ports.edits.begin(edit, key, start, followUp);
    return begun === 'begun';
  };
  const left = deadline - performance.now();
  const sagaId = followUp?.id ?? newId('Edit');
  const outcome = followUp
    ? await ports.sagas.begin(saga, sagaId, { ...toState(followUp, null), followUp: newFollowUp(state) }, insert, left)
    : await ports.sagas.begin(editSaga, sagaId, state, insert, left);
  return outcome ? answered(await finish(options, attempt, editId, sagaId, false)) : notBegun(begun, order);
}

const newFollowUp = (edit: EditState) => ({ edit, exchange: null, tries: 0, declines: {}, asked: null });

function notBegun(begun: EditBegun, { status }: Order): Tried<EditOrderOutcome> {
  switch (begun) {
    case 'status':
      return refused({ kind: 'OrderNotEditable', status, reason: 'STATUS' });
    case 'pending':
      return refused({ kind: 'OrderNotEditable', status, reason: 'EDIT_PENDING' });
    case 'busy':
      return refused(stillWorking);
    default:
      return OVERTAKEN;
  }
}

async function finish(
  { ports, saga, editSaga }: EditOrderOptions,
  { viewer, request, deadline }: Attempt,
  editId: string,
  sagaId: string,
  replayed: boolean,
): Promise<EditOrderOutcome> {
  const left = deadline - performance.now();
  const isFollowUp = sagaId.startsWith('Order:');
  const outcome = isFollowUp
    ? await ports.sagas.settled(saga, sagaId, left)
    : await ports.sagas.settled(editSaga, sagaId, left);
  const [[order], [edit]] = await Promise.all([
    ports.orders.findByIds(viewer, [request.orderId]),
    ports.edits.findByIds(viewer, [editId]),
  ]);
  if (!order || !edit) throw new Error(`edit ${editId} is gone`);
  if (!outcome || outcome.kind === 'retrying') return stillWorking;
  // What its buyer did not pay was begun all the same: the edit says that it was given up since then.
  if (outcome.kind !== 'refused' || outcome.refusal.kind === 'PaymentDeclined')
    return { kind: 'EditOrderSuccess', order, edit, replayed };
  const { refusal } = outcome;
  if (refusal.kind === 'OutOfStock') return refusal;
  return { kind: 'OrderNotEditable', status: order.status, reason: 'SHIPPED' };
}
