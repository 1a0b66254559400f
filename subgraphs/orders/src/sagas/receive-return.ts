import type { Saga } from '@cartograph/kernel/saga';
import type { NewOrderEvent } from '../domain/order-event.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { Return, ReturnNotRefunded } from '../domain/return.ts';
import { refundedEvent, restockedEvent } from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import { returnReceivedMail } from './order-events.ts';

/** What is given back, and for what, is in the return's row. */
export interface ReceiveReturnState {
  readonly receiptId: string;
  readonly returnId: string;
}

export type ReceiveReturnSaga = Saga<ReceiveReturnState, ReturnNotRefunded>;
type SagaPorts = Pick<Ports, 'orders' | 'returns' | 'payments' | 'stock'>;

/**
 * Money before goods: a refund can be refused, and then the return waits again as if nothing had arrived. What comes
 * after it cannot. The write that begins it has recorded the inspection. All keys are the return's, not the receipt's.
 */
export const receiveReturnSaga = (ports: SagaPorts): ReceiveReturnSaga => ({
  name: 'receiveReturn',
  steps: [
    {
      name: 'refund',
      async run(state) {
        const open = await findOpen(ports, state);
        if (!open?.refundAmount || open.refundAmount.minor === 0) return state;
        const { id, number, orderId, refundAmount } = open;
        const request = { orderId, key: `${id}:refund`, amount: refundAmount, reason: `Return ${number}` };
        const answer = await ports.payments.refund(request);
        if (answer.kind === 'refunded') return state;
        return { refused: { kind: 'ReturnNotRefunded', reason: answer.reason, message: answer.message } };
      },
    },
    {
      name: 'restock',
      async run(state) {
        const open = await findOpen(ports, state);
        if (!open) return state;
        const { id, orderId, lines } = open;
        const goods = await resaleable(ports, lines);
        if (goods.length > 0 && !(await ports.stock.restock(orderId, goods, `${id}:restock`)))
          throw new Error(`the goods of ${id} were not put back`);
        return state;
      },
    },
    {
      name: 'close',
      async run(state) {
        const open = await findOpen(ports, state);
        if (open) await ports.returns.close(open.id, [returnReceivedMail(open.id)], whatHappened(open));
        return state;
      },
    },
  ],
  undoBegin: ({ returnId, receiptId }, { message }) => ports.returns.takeBack(returnId, receiptId, message),
  gaveUp: () => ({ kind: 'ReturnNotRefunded', reason: 'NO_ANSWER', message: 'The refund was not answered.' }),
});

/** Null once it is closed: a process that ended right after that has left nothing to do. */
async function findOpen({ returns }: SagaPorts, { returnId }: ReceiveReturnState): Promise<Return | null> {
  const [found] = await returns.findByIds(OURSELVES, [returnId]);
  if (found?.status === 'CLOSED') return null;
  // Somebody else has taken it back: this process was away for longer than its lease.
  if (found?.status !== 'RECEIVED') throw new Error(`return ${returnId} is not being received any more`);
  return found;
}

function whatHappened({ id, orderId, refundAmount, lines }: Return): readonly NewOrderEvent[] {
  const pieces = lines.reduce((all, { received }) => all + (received?.resaleable ?? 0), 0);
  return [
    ...(refundAmount && refundAmount.minor > 0 ? [refundedEvent(orderId, `${id}:refund`, refundAmount, id)] : []),
    ...(pieces > 0 ? [restockedEvent(orderId, `${id}:restock`, pieces, id)] : []),
  ];
}

async function resaleable({ orders }: SagaPorts, lines: Return['lines']) {
  const orderLines = await orders.linesByIds(
    OURSELVES,
    lines.map(({ orderLineId }) => orderLineId),
  );
  return lines.flatMap(({ orderLineId, received }) => {
    const line = orderLines.find(({ id }) => id === orderLineId);
    return line && received && received.resaleable > 0
      ? [{ variantId: line.variantId, quantity: received.resaleable }]
      : [];
  });
}
