import type { Money } from '@cartograph/kernel/money';
import type { LeavesOut, Saga } from '@cartograph/kernel/saga';
import type { NewOrderEvent } from '../domain/order-event.ts';
import type { PayingOrder, RefundAnswer, RefundRequest } from '../domain/payment.ts';
import type { CancelRequest } from '../domain/place-order.ts';
import {
  inWords,
  isOwed,
  leftUndoneEvent,
  refundedEvent,
  refundRefusedEvent,
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
  readonly spent?: { readonly left: Money; readonly capture: 'immediate' | 'on_shipment' };
  /** What is left of it after its edits. */
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
  /** What its steps have to tell at the end. */
  readonly told?: readonly NewOrderEvent[];
  /** The payments whose money the buyer has not got back. */
  readonly owedBy?: readonly PayingOrder[];
}

/** A refusal is final, and the parcels are called off already: it goes on, and people see what is still owed. */
function toldOf(
  { orderId, sagaId }: CancelOrderState,
  { key, amount }: RefundRequest,
  answer: RefundAnswer,
): readonly NewOrderEvent[] {
  return answer.kind === 'refunded'
    ? [refundedEvent(orderId, key, amount, sagaId)]
    : [refundRefusedEvent(orderId, key, amount, answer.message, sagaId)];
}

async function giveBackRest(
  payments: Ports['payments'],
  state: CancelOrderState,
  { left, capture }: NonNullable<CancelOrderState['spent']>,
): Promise<readonly NewOrderEvent[]> {
  const { orderId, sagaId } = state;
  // Where money is taken at shipment, nothing but the credit was taken.
  if (left.minor === 0 || capture === 'on_shipment') return [];
  if (!(await payments.capture(orderId, `${orderId}:capture`, null)))
    throw new Error(`the payment of ${orderId} was not captured`);
  const request = { orderId, key: `${sagaId}:return-money`, amount: left, reason: 'Cancelled order' };
  return toldOf(state, request, await payments.refund(request));
}

async function giveBackOwn(payments: Ports['payments'], state: CancelOrderState): Promise<readonly NewOrderEvent[]> {
  const { orderId, sagaId, spent, paid } = state;
  if (spent) return giveBackRest(payments, state, spent);
  if (!paid) return [];
  if (!(await payments.void(orderId, `${sagaId}:return-money`)))
    throw new Error(`the payment of ${orderId} was not given back`);
  return [voidedEvent(orderId)];
}

async function returnMoney(
  ports: Pick<Ports, 'orders' | 'payments'>,
  state: CancelOrderState,
): Promise<CancelOrderState> {
  const { orderId, sagaId, credit } = state;
  const key = `${sagaId}:money`;
  const left = leftUndoneEvent(orderId, key, 'What is left of the payment with the shop was to be given back.');
  const own = await insist(state, 'return-money', left, () => giveBackOwn(ports.payments, state));
  const owedBy: readonly PayingOrder[] = isOwed(own) ? ['own'] : [];
  if (!credit) return { ...state, told: own, owedBy };
  // What another order has paid goes back to where it came from.
  const request = { ...credit, key: `${sagaId}:credit`, reason: 'Cancelled order' };
  const owed = `${inWords(credit.amount)} that another order has paid was to be given back.`;
  const leftCredit = leftUndoneEvent(orderId, request.key, owed);
  const other = await insist(state, 'return-money', leftCredit, async () =>
    toldOf(state, request, await refundOnceTaken(ports, request)),
  );
  return { ...state, told: [...own, ...other], owedBy: [...owedBy, ...(isOwed(other) ? ['parent' as const] : [])] };
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
        await cancellations.finish(state, [cancelledMail(state.orderId, state.owedBy ?? [])], state.told ?? []);
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
