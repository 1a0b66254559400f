import { CodedError } from '@cartograph/kernel/errors';
import { type Money, money } from '@cartograph/kernel/money';
import type { SagaStart } from '@cartograph/kernel/saga';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { toFollowUp, toFollowUpRequest } from '../domain/follow-up.ts';
import type { NewOrder, Order } from '../domain/order.ts';
import { byOf } from '../domain/order-event.ts';
import { notFound } from '../domain/outcome.ts';
import { type ExchangeReturnInput, readExchange } from '../domain/read-return.ts';
import type { ExchangeReturnOutcome, Return } from '../domain/return.ts';
import type { ExchangeBegun } from '../ports/returns.ts';
import type { Key, Ports } from '../ports.ts';
import type { PlaceOrderSaga, PlaceOrderState } from '../sagas/place-order.ts';
import type { Exchanges } from '../sagas/receive-return.ts';
import { stillWorking, waitUntil } from './answer-order.ts';
import { fingerprintOf } from './fingerprint.ts';
import { answered, OVERTAKEN, oncePerKey, refused, type Tried } from './once-per-key.ts';
import { toState } from './place-order.ts';
import { priceCheckouts } from './price-checkout.ts';

export interface ExchangeReturnOptions {
  readonly ports: Ports;
  readonly saga: PlaceOrderSaga;
  readonly deadlineMs: number;
}

interface Attempt {
  readonly viewer: Viewer;
  readonly request: Pick<ExchangeReturnInput, 'returnId' | 'lines'>;
  readonly key: Key;
  readonly deadline: number;
}

/** The goods may travel for so long. What comes in their place is held as long, by `renewHolds`. */
const TRAVEL_MS = 60 * 86_400_000;

/** Approves a return of which something else comes in the place, held until the goods have arrived; once per key. */
export const exchangeReturn =
  (options: ExchangeReturnOptions) =>
  async (viewer: Viewer, input: ExchangeReturnInput): Promise<ExchangeReturnOutcome> => {
    if (viewer.kind !== 'staff') throw new CodedError('FORBIDDEN');
    const asked = readExchange(input);
    if ('kind' in asked) return asked;
    const { ports, deadlineMs } = options;
    const fingerprint = fingerprintOf(asked.request);
    const key: Key = { buyerId: viewer.staffId, operation: 'exchangeReturn', key: asked.key, fingerprint };
    const attempt: Attempt = { viewer, request: asked.request, key, deadline: waitUntil(deadlineMs) };
    const outcome = await oncePerKey(ports, {
      key,
      replay: ({ orderId }) => finish(options, attempt, orderId ?? '', true),
      attempt: () => attemptOnce(options, attempt),
    });
    return outcome === 'overtaken' ? stillWorking : outcome;
  };

async function attemptOnce(options: ExchangeReturnOptions, attempt: Attempt): Promise<Tried<ExchangeReturnOutcome>> {
  const { ports } = options;
  const { viewer, request } = attempt;
  const found = await find(ports, viewer, request.returnId);
  const [order] = found ? await ports.orders.findByIds(viewer, [found.orderId]) : [];
  if (!found || !order) return refused(notFound('There is no such return.'));
  if (found.followUpId) return refused({ kind: 'ReturnNotExchangeable', reason: 'EXCHANGED' });
  if (order.channel) return refused({ kind: 'ReturnNotExchangeable', reason: 'CHANNEL' });
  if (order.credit.minor > 0) return refused({ kind: 'ReturnNotExchangeable', reason: 'FOLLOW_UP' });
  if (found.status !== 'REQUESTED' && found.status !== 'APPROVED')
    return refused({ kind: 'ReturnStatusConflict', status: found.status });
  const [pricing] = await priceCheckouts(ports)([toFollowUpRequest(order, request.lines)]);
  if (!pricing) throw new Error('an exchange was not priced');
  if (pricing.unavailable.length > 0) return refused({ kind: 'VariantUnavailable', variants: pricing.unavailable });
  const followUp = toFollowUp({
    ...{ order, checkout: pricing.checkout, credit: money(0, order.currency) },
    payBy: new Date(ports.clock().getTime() + TRAVEL_MS),
    id: newId('Order'),
    number: ports.newOrderNumber(),
    newLineId: () => newId('OrderLine'),
  });
  return begin(options, attempt, order, followUp);
}

async function begin(
  options: ExchangeReturnOptions,
  attempt: Attempt,
  order: Order,
  followUp: NewOrder,
): Promise<Tried<ExchangeReturnOutcome>> {
  const { ports, saga } = options;
  const { viewer, request, key, deadline } = attempt;
  const { returnId } = request;
  const state: PlaceOrderState = {
    ...toState(followUp, null),
    followUp: {
      ...{ edit: null, tries: 0, declines: {}, asked: null },
      exchange: { returnId, parentId: order.id, credit: null },
    },
  };
  let begun: ExchangeBegun = 'begun';
  const insert = async (start: SagaStart): Promise<boolean> => {
    begun = await ports.returns.exchange(returnId, followUp, key, start, byOf(viewer));
    return begun === 'begun';
  };
  if (await ports.sagas.begin(saga, followUp.id, state, insert, deadline - performance.now()))
    return answered(await finish(options, attempt, followUp.id, false));
  if ((begun as ExchangeBegun) === 'key-taken') return OVERTAKEN;
  const found = await find(ports, viewer, returnId);
  if (!found) throw new Error(`return ${returnId} is gone`);
  return refused(
    found.followUpId
      ? { kind: 'ReturnNotExchangeable', reason: 'EXCHANGED' }
      : { kind: 'ReturnStatusConflict', status: found.status },
  );
}

const find = async ({ returns }: Ports, viewer: Viewer, id: string): Promise<Return | undefined> =>
  (await returns.findByIds(viewer, [id]))[0];

async function finish(
  { ports, saga }: ExchangeReturnOptions,
  { viewer, request, deadline }: Attempt,
  followUpId: string,
  replayed: boolean,
): Promise<ExchangeReturnOutcome> {
  const outcome = await ports.sagas.settled(saga, followUpId, deadline - performance.now());
  if (outcome?.kind === 'refused' && outcome.refusal.kind === 'OutOfStock') return outcome.refusal;
  const found = await find(ports, viewer, request.returnId);
  if (!found) throw new Error(`return ${request.returnId} is gone`);
  if (!outcome || outcome.kind === 'retrying') return stillWorking;
  // Given up since then, it stays an exchange that was begun: the return says that nothing comes in its place any more.
  return { kind: 'ExchangeReturnSuccess', return: found, replayed };
}

const WAIT_MS = 5_000;

/** The goods have arrived: what comes in their place goes on, less what they pay of it. */
export const createExchanges = ({ sagas }: Pick<Ports, 'sagas'>, saga: PlaceOrderSaga): Exchanges => ({
  async received(followUpId, credit) {
    const change = (state: PlaceOrderState): PlaceOrderState => {
      const { followUp } = state;
      if (!followUp?.exchange || followUp.exchange.credit) return state;
      const total: Money = { ...state.total, minor: state.total.minor - credit.minor };
      return { ...state, total, followUp: { ...followUp, exchange: { ...followUp.exchange, credit } } };
    };
    const outcome = await sagas.resume(saga, followUpId, change, WAIT_MS);
    if (outcome?.state.followUp?.exchange?.credit) return true;
    if (outcome?.kind === 'refused') return false;
    throw new Error(`what comes instead, ${followUpId}, is not ready to go on`);
  },
});

/** Nothing comes back, so nothing goes out in its place. */
export const REFUSED_RETURN = {
  by: 'SYSTEM',
  reason: 'The goods that it was to take the place of do not come back.',
} as const;
