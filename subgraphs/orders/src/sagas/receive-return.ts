import { add, type Money } from '@cartograph/kernel/money';
import type { Saga } from '@cartograph/kernel/saga';
import type { NewOrderEvent } from '../domain/order-event.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { RefundRequest } from '../domain/payment.ts';
import type { Return, ReturnNotRefunded } from '../domain/return.ts';
import { refundedEvent, restockedEvent } from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import { returnReceivedMail } from './order-events.ts';
import { giveUpExchange } from './place-order.ts';

/** What is given back, and for what, is in the return's row. */
export interface ReceiveReturnState {
  readonly receiptId: string;
  readonly returnId: string;
}

export type ReceiveReturnSaga = Saga<ReceiveReturnState, ReturnNotRefunded>;
type SagaPorts = Pick<Ports, 'orders' | 'returns' | 'payments' | 'stock'>;

/** What comes in the place of returned goods. */
export interface Exchanges {
  /** Goes on with it, now that it is known what the goods pay of it. False when nothing comes instead any more. */
  received(followUpId: string, credit: Money): Promise<boolean>;
}

/**
 * Money before goods: a refund can be refused, and then the return waits again as if nothing had arrived. What comes
 * after it cannot. The write that begins it has recorded the inspection. All keys are the return's, not the receipt's.
 */
export const receiveReturnSaga = (ports: SagaPorts, exchanges: Exchanges): ReceiveReturnSaga => ({
  name: 'receiveReturn',
  steps: [
    {
      name: 'refund',
      async run(state) {
        const open = await findOpen(ports, state);
        if (!open) return state;
        for (const [index, request] of (await refundsOf(ports, open)).entries()) {
          const answer = await ports.payments.refund(request);
          if (answer.kind === 'refunded') continue;
          if (index > 0) throw new Error(`a part of the refund of ${open.id} was not given back: ${answer.message}`);
          return { refused: { kind: 'ReturnNotRefunded', reason: answer.reason, message: answer.message } };
        }
        return state;
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
      name: 'exchange',
      async run(state) {
        const open = await findOpen(ports, state);
        if (open?.followUpId && open.creditAmount.minor > 0) await payInstead(ports, exchanges, open, open.followUpId);
        else if (open?.followUpId) await exchanges.received(open.followUpId, open.creditAmount);
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

async function payInstead(
  ports: SagaPorts,
  exchanges: Exchanges,
  { id, orderId, creditAmount }: Return,
  followUpId: string,
): Promise<void> {
  if (await exchanges.received(followUpId, creditAmount)) return;
  // It was given up before it could know of the credit.
  await giveUpExchange(ports, { returnId: id, parentId: orderId, credit: creditAmount });
}

/** What is given back, by the payments that have paid it. The same whenever it is asked for, whatever came after. */
async function refundsOf({ orders }: SagaPorts, open: Return): Promise<readonly RefundRequest[]> {
  const { id, number, orderId, ownRefund, parentRefund } = open;
  const reason = `Return ${number}`;
  const own = ownRefund.minor > 0 ? [{ orderId, key: `${id}:refund`, amount: ownRefund, reason }] : [];
  if (parentRefund.minor === 0) return own;
  const [order] = await orders.findByIds(OURSELVES, [orderId]);
  if (!order?.parentId) throw new Error(`order ${orderId} follows none`);
  return [...own, { orderId: order.parentId, key: `${id}:refund:credit`, amount: parentRefund, reason }];
}

/** Null once it is closed: a process that ended right after that has left nothing to do. */
async function findOpen({ returns }: SagaPorts, { returnId }: ReceiveReturnState): Promise<Return | null> {
  const [found] = await returns.findByIds(OURSELVES, [returnId]);
  if (found?.status === 'CLOSED') return null;
  // Somebody else has taken it back: this process was away for longer than its lease.
  if (found?.status !== 'RECEIVED') throw new Error(`return ${returnId} is not being received any more`);
  return found;
}

function whatHappened({ id, orderId, ownRefund, parentRefund, lines }: Return): readonly NewOrderEvent[] {
  const refund = add(ownRefund, parentRefund);
  const pieces = lines.reduce((all, { received }) => all + (received?.resaleable ?? 0), 0);
  return [
    ...(refund.minor > 0 ? [refundedEvent(orderId, `${id}:refund`, refund, id)] : []),
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
