import type { SagaStart } from '@cartograph/kernel/saga';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import type { CapturePolicy, Order } from '../domain/order.ts';
import { appliedOf, leftAfter } from '../domain/order-edit.ts';
import { byOf } from '../domain/order-event.ts';
import { invalidInput, notFound } from '../domain/outcome.ts';
import type { CancelOrderOutcome, CancelRequest } from '../domain/place-order.ts';
import { readKey } from '../domain/read-place-order.ts';
import { createInputReader } from '../domain/text-input.ts';
import type { Key } from '../ports.ts';
import type { CancelOrderSaga, CancelOrderState } from '../sagas/cancel-order.ts';
import { abandonOrder } from './abandon-order.ts';
import { stillWorking, waitUntil } from './answer-order.ts';
import { fingerprintOf } from './fingerprint.ts';
import { answered, OVERTAKEN, oncePerKey, type Tried } from './once-per-key.ts';
import type { PlaceOrderOptions } from './place-order.ts';

export interface CancelOrderInput {
  readonly orderId: string;
  readonly idempotencyKey: string;
  readonly reason?: string | null | undefined;
}

export interface CancelOrderOptions extends PlaceOrderOptions {
  readonly cancelSaga: CancelOrderSaga;
  /** When money is taken. */
  readonly capture: CapturePolicy;
}

interface Attempt {
  readonly viewer: Viewer;
  readonly request: CancelRequest;
  readonly key: Key;
  readonly deadline: number;
}

/** Cancels an order of which nothing has left, once per key. */
export const cancelOrder =
  (options: CancelOrderOptions) =>
  async (viewer: Viewer, input: CancelOrderInput): Promise<CancelOrderOutcome> => {
    const read = createInputReader();
    const key = readKey(read, input.idempotencyKey);
    const reason = read.optional(['reason'], input.reason, 500) ?? 'No reason was given.';
    if (read.issues.length > 0) return invalidInput(read.issues);
    const { orderId } = input;
    const [order] = await options.ports.orders.findByIds(viewer, [orderId]);
    if (!order) return notFound('There is no such order.');
    const fingerprint = fingerprintOf([orderId, reason]);
    const actor = viewer.kind === 'staff' ? viewer.staffId : order.buyerId;
    const attempt: Attempt = {
      viewer,
      request: { orderId, reason, ...byOf(viewer) },
      key: { buyerId: actor, operation: 'cancelOrder', key, fingerprint },
      deadline: waitUntil(options.deadlineMs),
    };
    let found = order;
    const outcome = await oncePerKey<CancelOrderOutcome>(options.ports, {
      key: attempt.key,
      // A key that was claimed while the order waited for its payment has no cancellation to join as yet.
      replay: async ({ sagaId }) => (sagaId === null ? null : finish(options, attempt, sagaId, true)),
      async attempt() {
        const tried = await cancel(options, attempt, found, order);
        if (tried.kind === 'overtaken') found = await readAgain(options, attempt);
        return tried;
      },
      again: () => performance.now() < attempt.deadline,
    });
    return outcome === 'overtaken' ? stillWorking : outcome;
  };

/** One step towards its end, from where the order is. */
async function cancel(
  options: CancelOrderOptions,
  attempt: Attempt,
  order: Order,
  first: Order,
): Promise<Tried<CancelOrderOutcome>> {
  switch (order.status) {
    case 'CANCELLED':
      return answered({ kind: 'CancelOrderSuccess', order, replayed: order.status === first.status });
    case 'PENDING':
      await settle(options, attempt, order.id);
      return OVERTAKEN;
    case 'AWAITING_PAYMENT':
      if (!(await options.ports.keys.claim(attempt.key, order.id))) return answered({ kind: 'IdempotencyKeyReused' });
      await abandonOrder(options.ports, options.saga)(order.id, attempt.request);
      return OVERTAKEN;
    case 'CONFIRMED': {
      if (!(await abandonEdits(options, attempt, order.id))) return answered(stillWorking);
      const sagaId = newId('Cancellation');
      if (await begin(options, attempt, order, sagaId)) return answered(await finish(options, attempt, sagaId, false));
      await settle(options, attempt, order.id);
      return OVERTAKEN;
    }
    case 'CANCELLING':
      // Somebody else is at it, under another key.
      return answered(stillWorking);
    default:
      return answered({ kind: 'OrderNotCancellable', status: order.status });
  }
}

/** An edit that its buyer has not paid makes way. False while one is being carried out. */
async function abandonEdits(
  options: CancelOrderOptions,
  { viewer, request }: Attempt,
  orderId: string,
): Promise<boolean> {
  const { ports, saga } = options;
  const findOpen = async () =>
    (await ports.edits.listByOrderIds(viewer, [orderId])).find(({ status }) => status === 'RECEIVED');
  const open = await findOpen();
  if (!open) return true;
  if (open.followUpId !== null) await abandonOrder(ports, saga)(open.followUpId, request);
  return (await findOpen()) === undefined;
}

async function settle({ ports, saga }: CancelOrderOptions, { deadline }: Attempt, orderId: string): Promise<void> {
  await ports.sagas.settled(saga, orderId, Math.min(1_000, deadline - performance.now()));
}

async function readAgain({ ports }: CancelOrderOptions, { viewer, request }: Attempt): Promise<Order> {
  const [order] = await ports.orders.findByIds(viewer, [request.orderId]);
  if (!order) throw new Error(`order ${request.orderId} is gone`);
  return order;
}

/** False when the order is not free, or the key was taken meanwhile. */
async function begin(
  options: CancelOrderOptions,
  { request, key, viewer, deadline }: Attempt,
  order: Order,
  sagaId: string,
) {
  const { ports, cancelSaga } = options;
  // The edits first: one that is applied after that is counted when the cancellation begins, and all is read again.
  const edits = await ports.edits.listByOrderIds(viewer, [order.id]);
  const [lines, removed] = await Promise.all([
    ports.orders.linesByOrderIds(viewer, [order.id]),
    ports.edits.removedOf(order.id),
  ]);
  const { credit, total, parentId } = order;
  const applied = appliedOf(edits);
  const state: CancelOrderState = {
    ...request,
    sagaId,
    paid: total.minor > credit.minor,
    shipped: order.shippingMethodId !== null,
    ...(parentId !== null && credit.minor > 0 && { credit: { orderId: parentId, amount: credit } }),
    ...(applied.some(({ creditAmount }) => creditAmount.minor > 0) && {
      spent: { left: leftAfter(total, applied), capture: order.capture ?? options.capture },
    }),
    lines: lines.flatMap(({ id, variantId, quantity }) => {
      const rest = quantity - (removed.get(id) ?? 0);
      return rest > 0 ? [{ variantId, quantity: rest }] : [];
    }),
  };
  const insert = (start: SagaStart) => ports.cancellations.begin(request, key, start, applied.length);
  const outcome = await ports.sagas.begin(cancelSaga, sagaId, state, insert, deadline - performance.now());
  return outcome !== null;
}

async function finish(
  options: CancelOrderOptions,
  attempt: Attempt,
  sagaId: string,
  replayed: boolean,
): Promise<CancelOrderOutcome> {
  const { ports, cancelSaga } = options;
  const outcome = await ports.sagas.settled(cancelSaga, sagaId, attempt.deadline - performance.now());
  const order = await readAgain(options, attempt);
  if (outcome?.kind === 'refused') return { kind: 'OrderNotCancellable', status: order.status };
  return outcome?.kind === 'done' ? { kind: 'CancelOrderSuccess', order, replayed } : stillWorking;
}
