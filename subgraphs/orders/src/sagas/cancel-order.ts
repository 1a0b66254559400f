import type { Money } from '@cartograph/kernel/money';
import type { Saga } from '@cartograph/kernel/saga';
import { fulfilmentStatus } from '../domain/fulfilment.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { RefundRequest } from '../domain/payment.ts';
import type { CancelRequest } from '../domain/place-order.ts';
import { restockedEvent, voidedEvent } from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import { cancelledMail } from './order-events.ts';

export interface CancelOrderState extends CancelRequest {
  readonly sagaId: string;
  readonly paid: boolean;
  readonly shipped: boolean;
  /** What the order before it has paid. */
  readonly credit?: { readonly orderId: string; readonly amount: Money };
  /** Set when a part of its payment pays for another order, and must stay: what is left to give back. */
  readonly spent?: { readonly left: Money; readonly capture: 'immediate' | 'on_shipment' };
  /** What is left of it after its edits. */
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
}

async function refund(payments: Ports['payments'], request: RefundRequest): Promise<void> {
  if ((await payments.refund(request)).kind !== 'refunded')
    throw new Error(`${request.key} of ${request.orderId} was not given back`);
}

async function giveBackRest(
  payments: Ports['payments'],
  { orderId, sagaId }: CancelOrderState,
  { left, capture }: NonNullable<CancelOrderState['spent']>,
): Promise<void> {
  // Where money is taken at shipment, nothing but the credit was taken.
  if (left.minor === 0 || capture === 'on_shipment') return;
  if (!(await payments.capture(orderId, `${orderId}:capture`, null)))
    throw new Error(`the payment of ${orderId} was not captured`);
  await refund(payments, { orderId, key: `${sagaId}:return-money`, amount: left, reason: 'Cancelled order' });
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
    {
      name: 'return-money',
      async run(state) {
        const { credit, spent } = state;
        if (spent) await giveBackRest(payments, state, spent);
        else if (state.paid && !(await payments.void(state.orderId, `${state.sagaId}:return-money`)))
          throw new Error(`the payment of ${state.orderId} was not given back`);
        // What another order has paid goes back to where it came from.
        if (credit) await refund(payments, { ...credit, key: `${state.sagaId}:credit`, reason: 'Cancelled order' });
        return state;
      },
    },
    {
      name: 'restock',
      async run(state) {
        if (state.lines.length > 0 && !(await stock.restock(state.orderId, state.lines, `${state.sagaId}:restock`)))
          throw new Error(`the goods of ${state.orderId} were not put back`);
        return state;
      },
    },
    {
      name: 'finish',
      async run(state) {
        const pieces = state.lines.reduce((all, { quantity }) => all + quantity, 0);
        const told = [
          ...(state.paid ? [voidedEvent(state.orderId)] : []),
          restockedEvent(state.orderId, 'cancelled', pieces),
        ];
        await cancellations.finish(state, [cancelledMail(state.orderId)], told);
        return state;
      },
    },
  ],
  // The order goes back to where its shipments are.
  async undoBegin({ orderId, shipped }) {
    const shipments = shipped ? await fulfilment.shipmentsOf(orderId) : [];
    const lines = await orders.linesByOrderIds(OURSELVES, [orderId]);
    await cancellations.giveUp(orderId, fulfilmentStatus(lines, shipments));
  },
  gaveUp: () => ({ kind: 'OrderNotCancellable' }),
});
