import { codeOf, reasonOf } from '@cartograph/kernel/errors';
import type { SagaStart } from '@cartograph/kernel/saga';
import { newId } from '@cartograph/runtime/ids';
import { trouble } from '../domain/channel-order.ts';
import { type ChannelGoods, readGoods, toNewChannelOrder } from '../domain/new-channel-order.ts';
import type { NewOrder, Order } from '../domain/order.ts';
import { isPlaced } from '../domain/order-status.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { CancelOrderOutcome, RememberedRefusal } from '../domain/place-order.ts';
import type { Settled, TakenOrder } from '../ports/sales-channel.ts';
import type { InsertOutcome, Key, Ports } from '../ports.ts';
import type { PlaceOrderSaga } from '../sagas/place-order.ts';
import type { CancelOrderInput } from './cancel-order.ts';
import { toState } from './place-order.ts';
import { cancelAtChannel } from './tell-channel.ts';

export interface TakeInOptions {
  readonly ports: Ports;
  readonly saga: PlaceOrderSaga;
  /** How long goods are held at a time for an order whose money the channel has yet to collect. */
  readonly holdSeconds: number;
  readonly deadlineMs: number;
  /** Our own cancellation, which the channel's joins. */
  readonly cancel: (viewer: typeof OURSELVES, input: CancelOrderInput) => Promise<CancelOrderOutcome>;
}

const BATCH = 20;
const AGAIN_MS = 1_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** Brings what channels have sold to where it belongs here, one step at a time. Safe on several processes at once. */
export const takeInChannelOrders = (options: TakeInOptions) => async (): Promise<void> => {
  const { channels, channelOrders } = options.ports;
  const names = channels.map(({ name }) => name);
  const failed: unknown[] = [];
  for (let count = BATCH; count === BATCH; ) {
    const taken = names.length === 0 ? [] : await channelOrders.claim(names, BATCH);
    const ended = await Promise.allSettled(taken.map((one) => settleOne(options, one)));
    failed.push(...ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : [])));
    count = taken.length;
  }
  if (failed.length > 0) throw new AggregateError(failed, 'some orders of channels could not be taken in');
};

async function settleOne(options: TakeInOptions, taken: TakenOrder): Promise<void> {
  const { channelOrders } = options.ports;
  try {
    await channelOrders.settle(taken, await decide(options, taken));
  } catch (error) {
    const status = taken.status === 'RECEIVED' ? 'STUCK' : taken.status;
    const nextMs = retryMs(taken);
    await channelOrders.settle(taken, { status, trouble: trouble('NO_ANSWER', reasonOf(error)), nextMs });
    if (codeOf(error) === undefined) throw error;
  }
}

const retryMs = ({ attempts }: TakenOrder): number => Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);

async function decide(options: TakeInOptions, taken: TakenOrder): Promise<Settled> {
  const [existing] = await options.ports.orders.findByIds(OURSELVES, [taken.orderId]);
  const { state } = taken.order;
  if (state === 'CANCELLED') return existing ? cancel(options, taken, existing) : letGo(options, taken);
  if (existing) return compare(options, taken, existing);
  switch (state) {
    case 'PENDING':
      return holdGoods(options, taken);
    case 'READY':
      return place(options, taken);
    case 'SHIPPED':
      return leaveAlone(options, taken);
  }
}

const at = (status: Settled['status'], more: Partial<Settled> = {}): Settled => ({
  ...{ status, trouble: null, nextMs: null },
  ...more,
});

/** An order that is here already: what its channel tells of it is mostly an echo. */
async function compare(options: TakeInOptions, taken: TakenOrder, { status, channel }: Order): Promise<Settled> {
  if (status === 'PENDING' || status === 'REFUSED') return drive(options, taken, null);
  if (status === 'CANCELLED') return at('CANCELLED');
  const { state, lines } = taken.order;
  const placed = new Map(channel?.lines.map(({ id, quantity }) => [id, quantity]));
  if (state !== 'READY' || lines.every(({ id, quantity }) => placed.get(id) === quantity)) return at('PLACED');
  const message = 'The channel shows other quantities than were placed.';
  return at('PLACED', { trouble: trouble('CHANGED_AT_CHANNEL', message) });
}

/** Cancelled there: cancelled here, unless some of it has left. */
async function cancel(options: TakeInOptions, taken: TakenOrder, existing: Order): Promise<Settled> {
  if (existing.status === 'REFUSED' || existing.status === 'CANCELLED') return at('CANCELLED');
  const outcome = await options.cancel(OURSELVES, {
    orderId: existing.id,
    idempotencyKey: `cancelled at ${taken.channel}`,
    reason: `It was cancelled at ${taken.channel}.`,
  });
  if (outcome.kind === 'CancelOrderSuccess') return at('CANCELLED');
  if (outcome.kind !== 'OrderNotCancellable') return at(taken.status, { nextMs: retryMs(taken) });
  if (outcome.status === 'REFUSED') return at('CANCELLED');
  const message = 'It was cancelled at the channel when some of it had left. The goods have to come back.';
  return at('PLACED', { trouble: trouble('CANCELLED_AFTER_SHIPMENT', message) });
}

/** Cancelled before it was placed. Released, so that whoever still works on it holds nothing any more. */
async function letGo({ ports: { stock } }: TakeInOptions, { orderId }: TakenOrder): Promise<Settled> {
  await stock.release(orderId);
  return at('CANCELLED');
}

async function leaveAlone(options: TakeInOptions, taken: TakenOrder): Promise<Settled> {
  await letGo(options, taken);
  const message = 'It was sent without us. What left our shelves for it has to be counted there.';
  return at('LEFT_ALONE', { trouble: trouble('SENT_ELSEWHERE', message) });
}

/** Keeps the goods until the channel has the money; asked again before the hold ends. */
async function holdGoods(options: TakeInOptions, taken: TakenOrder): Promise<Settled> {
  const goods = await findGoods(options.ports, taken);
  if ('problem' in goods) return at('STUCK', { trouble: goods, nextMs: retryMs(taken) });
  const nextMs = (options.holdSeconds * 1_000) / 3;
  const held = await hold(options, taken, goods);
  if (held === 'renumbered') return at('RECEIVED', { nextMs: 0 });
  return held === 'held'
    ? at('WAITING', { nextMs })
    : at('WAITING', { nextMs, trouble: trouble('OUT_OF_STOCK', 'Its goods are not there yet, and are not held.') });
}

async function findGoods({ products }: Ports, { order }: TakenOrder) {
  const skus = [...new Set(order.lines.map(({ sku }) => sku))];
  return readGoods(order, await products.variantsBySku(skus));
}

/** Holds are of one quantity for good: what the channel has changed is held under another id. */
async function hold(
  { ports: { stock, channelOrders }, holdSeconds }: TakeInOptions,
  taken: TakenOrder,
  goods: readonly ChannelGoods[],
): Promise<'held' | 'insufficient' | 'renumbered'> {
  try {
    return (await stock.hold(taken.orderId, goods, holdSeconds)).kind;
  } catch (error) {
    if (codeOf(error) !== 'CONFLICT') throw error;
    await stock.release(taken.orderId);
    await channelOrders.renumber(taken, newId('Order'));
    return 'renumbered';
  }
}

async function place(options: TakeInOptions, taken: TakenOrder): Promise<Settled> {
  const { ports } = options;
  const goods = await findGoods(ports, taken);
  if ('problem' in goods) return at('STUCK', { trouble: goods, nextMs: retryMs(taken) });
  const channel = ports.channels.find(({ name }) => name === taken.channel);
  if (!channel) throw new Error(`${taken.channel} is not connected`);
  const order = toNewChannelOrder({
    ...{ goods, channel: channel.name, order: taken.order, shippingMethodId: channel.shippingMethodId },
    ...{ buyerId: taken.buyerId, id: taken.orderId, number: ports.newOrderNumber() },
    newLineId: () => newId('OrderLine'),
  });
  if ('problem' in order) return at('STUCK', { trouble: order, nextMs: retryMs(taken) });
  // The saga holds them too; this finds out whether they are held in another quantity.
  if ((await hold(options, taken, goods)) === 'renumbered') return at('RECEIVED', { nextMs: 0 });
  return drive(options, taken, order);
}

/** Through the same saga as every order; without a new order, how the one that was begun stands. */
async function drive(options: TakeInOptions, taken: TakenOrder, order: NewOrder | null): Promise<Settled> {
  const { ports, saga, deadlineMs } = options;
  const begun = order && (await begin(options, order));
  const outcome = begun ?? (await ports.sagas.settled(saga, taken.orderId, deadlineMs));
  if (outcome?.kind === 'refused') return refused(options, taken, outcome.refusal);
  if (outcome?.kind === 'done') return at('PLACED');
  const [now] = await ports.orders.findByIds(OURSELVES, [taken.orderId]);
  return now && isPlaced(now.status) ? at('PLACED') : at('RECEIVED', { nextMs: AGAIN_MS });
}

async function begin({ ports, saga, deadlineMs }: TakeInOptions, order: NewOrder) {
  const key: Key = { buyerId: order.buyerId, operation: 'placeOrder', key: order.id, fingerprint: 'channel' };
  let inserted: InsertOutcome = 'inserted';
  const insert = async (start: SagaStart): Promise<boolean> => {
    inserted = await ports.checkouts.insert(order, key, start);
    return inserted === 'inserted';
  };
  return ports.sagas.begin(saga, order.id, toState(order, null), insert, deadlineMs);
}

/** Goods that are not there are never promised: the channel is told to cancel. Whatever else failed is tried anew. */
async function refused({ ports }: TakeInOptions, taken: TakenOrder, refusal: RememberedRefusal): Promise<Settled> {
  if (refusal.kind === 'OutOfStock') {
    await ports.channelMessages.queue(cancelAtChannel(taken, taken.order.lines, 'OUT_OF_STOCK'));
    const left = refusal.lines.map((line) => `${line.available} of ${line.requested} ${line.variantId}`);
    return at('REFUSED', { trouble: trouble('OUT_OF_STOCK', `Only ${left.join(', ')} are there.`) });
  }
  await ports.channelOrders.renumber(taken, newId('Order'));
  const message = 'A part of the shop gave no answer. It is tried anew.';
  return at('STUCK', { trouble: trouble('NO_ANSWER', message), nextMs: retryMs(taken) });
}
