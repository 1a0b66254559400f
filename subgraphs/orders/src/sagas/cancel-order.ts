import type { Money } from '@cartograph/kernel/money';
import type { LeavesOut, Saga } from '@cartograph/kernel/saga';
import type { CapturePolicy } from '../domain/order.ts';
import type { NewOrderEvent } from '../domain/order-event.ts';
import type { RefundAnswer, RefundRequest } from '../domain/payment.ts';
import type { CancelRequest } from '../domain/place-order.ts';
import {
  inWords,
  leftUndoneEvent,
  refundedEvent,
  refundRefusedEvent,
  releasedEvent,
  restockedEvent,
  voidedEvent,
} from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import { insist } from './left-out.ts';
import { cancelledMail } from './order-events.ts';
import { refundOnceTaken } from './refund-once-taken.ts';

export interface CancelOrderState extends CancelRequest, LeavesOut {
  readonly sagaId: string;
  readonly paid: boolean;
  readonly shipped: boolean;
  /** What the order before it has paid. */
  readonly credit?: { readonly orderId: string; readonly amount: Money };
  /** Set when a part of its payment pays for another order, and must stay: what is left to give back. */
  readonly spent?: { readonly left: Money; readonly capture: CapturePolicy };
  /** What is left of it after its edits. */
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
  /** What its steps have to tell at the end. */
  readonly told?: readonly NewOrderEvent[];
  /** What goes back to the buyer, in minor units. */
  readonly givenBack?: number;
}

/** What one way to give money back has come to. */
interface GivenBack {
  readonly told: readonly NewOrderEvent[];
  readonly minor: number;
}

const NOTHING: GivenBack = { told: [], minor: 0 };

/** A refusal is final, and the parcels are called off already: it goes on, and people see what is still owed. */
function outcomeOf(
  { orderId, sagaId }: CancelOrderState,
  { key, amount }: RefundRequest,
  answer: RefundAnswer,
): GivenBack {
  return answer.kind === 'refunded'
    ? { told: [refundedEvent(orderId, key, amount, sagaId)], minor: amount.minor }
    : { told: [refundRefusedEvent(orderId, key, amount, answer.message, sagaId)], minor: 0 };
}

async function giveBackRest(
  payments: Ports['payments'],
  state: CancelOrderState,
  { left, capture }: NonNullable<CancelOrderState['spent']>,
): Promise<GivenBack> {
  const { orderId, sagaId } = state;
  if (left.minor === 0) return NOTHING;
  if (capture === 'on_shipment') {
    // Nothing but the credit was taken, and nothing more will be.
    const key = `${sagaId}:return-money`;
    if (!(await payments.release(orderId, key, null))) throw new Error(`the payment of ${orderId} was not let go`);
    return { told: [releasedEvent(orderId, key, left, sagaId)], minor: 0 };
  }
  if (!(await payments.capture(orderId, `${orderId}:capture`, null)))
    throw new Error(`the payment of ${orderId} was not captured`);
  const request = { orderId, key: `${sagaId}:return-money`, amount: left, reason: 'Cancelled order' };
  return outcomeOf(state, request, await payments.refund(request));
}

async function giveBackOwn(payments: Ports['payments'], state: CancelOrderState): Promise<GivenBack> {
  const { orderId, sagaId, spent, paid } = state;
  if (spent) return giveBackRest(payments, state, spent);
  if (!paid) return NOTHING;
  const voided = await payments.void(orderId, `${sagaId}:return-money`);
  if (!voided) throw new Error(`the payment of ${orderId} was not given back`);
  return { told: [voidedEvent(orderId)], minor: voided.givenBack };
}

async function returnMoney(
  ports: Pick<Ports, 'orders' | 'payments'>,
  state: CancelOrderState,
): Promise<CancelOrderState> {
  const { orderId, sagaId, credit } = state;
  const key = `${sagaId}:money`;
  const left = leftUndoneEvent(orderId, key, 'What is left of the payment with the shop was to be given back.');
  let givenBack = 0;
  const noting = async (given: Promise<GivenBack>) => {
    const { told, minor } = await given;
    givenBack += minor;
    return told;
  };
  const own = await insist(state, 'return-money', left, () => noting(giveBackOwn(ports.payments, state)));
  if (!credit) return { ...state, told: own, givenBack };
  // What another order has paid goes back to where it came from.
  const request = { ...credit, key: `${sagaId}:credit`, reason: 'Cancelled order' };
  const owed = `${inWords(credit.amount)} that another order has paid was to be given back.`;
  const leftCredit = leftUndoneEvent(orderId, request.key, owed);
  const other = await insist(state, 'return-money', leftCredit, () =>
    noting(refundOnceTaken(ports, request).then((answer) => outcomeOf(state, request, answer))),
  );
  return { ...state, told: [...own, ...other], givenBack };
}

async function restock(stock: Ports['stock'], state: CancelOrderState): Promise<CancelOrderState> {
  const { orderId, sagaId, lines, told = [] } = state;
  const pieces = lines.reduce((all, { quantity }) => all + quantity, 0);
  const left = leftUndoneEvent(orderId, `${sagaId}:goods`, `${pieces} in all were to go back on sale.`);
  const back = await insist(state, 'restock', left, async () => {
    if (lines.length > 0 && !(await stock.restock(orderId, lines, `${sagaId}:restock`)))
      throw new Error(`the goods of ${orderId} were not put back`);
    return [restockedEvent(orderId, 'cancelled', pieces)];
  });
  return { ...state, told: [...told, ...back] };
}

export type CancelRefusal = { readonly kind: 'OrderNotCancellable' };
export type CancelOrderSaga = Saga<CancelOrderState, CancelRefusal>;
type SagaPorts = Pick<Ports, 'orders' | 'stock' | 'payments' | 'fulfilment' | 'cancellations'>;

/** Parcels first: once they are called off, nothing stands in the way. The write that begins it claims the order. */
export const cancelOrderSaga = ({
  orders,
  stock,
  payments,
  fulfilment,
  cancellations,
}: SagaPorts): CancelOrderSaga => ({
  name: 'cancelOrder',
  steps: [
    {
      name: 'call-off',
      async run(state) {
        if (state.shipped && !(await fulfilment.cancel(state.orderId)))
          return { refused: { kind: 'OrderNotCancellable' } };
        return state;
      },
    },
    { name: 'return-money', run: (state) => returnMoney({ orders, payments }, state) },
    { name: 'restock', run: (state) => restock(stock, state) },
    {
      name: 'finish',
      async run(state) {
        await cancellations.finish(state, [cancelledMail(state.orderId, state.givenBack ?? 0)], state.told ?? []);
        return state;
      },
    },
  ],
  // Where nobody gives an answer that helps, it is better done by hand than never.
  dispensable: ['return-money', 'restock'],
  // The order goes back to where its shipments are.
  async undoBegin({ orderId, shipped }) {
    await cancellations.giveUp(orderId, shipped ? await fulfilment.shipmentsOf(orderId) : []);
  },
  gaveUp: () => ({ kind: 'OrderNotCancellable' }),
});
