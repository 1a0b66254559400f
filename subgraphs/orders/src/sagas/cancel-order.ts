import type { Saga } from '@cartograph/kernel/saga';
import { fulfilmentStatus } from '../domain/fulfilment.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { CancelRequest } from '../domain/place-order.ts';
import { restockedEvent, voidedEvent } from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import { cancelledMail } from './order-events.ts';

export interface CancelOrderState extends CancelRequest {
  readonly sagaId: string;
  readonly paid: boolean;
  readonly shipped: boolean;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
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
        if (state.paid && !(await payments.void(state.orderId, `${state.sagaId}:return-money`)))
          throw new Error(`the payment of ${state.orderId} was not given back`);
        return state;
      },
    },
    {
      name: 'restock',
      async run(state) {
        if (!(await stock.restock(state.orderId, state.lines, `${state.sagaId}:restock`)))
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
