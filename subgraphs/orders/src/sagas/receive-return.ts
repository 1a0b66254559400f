import type { Money } from '@cartograph/kernel/money';
import type { LeavesOut, Refused, Saga } from '@cartograph/kernel/saga';
import type { NewOrderEvent } from '../domain/order-event.ts';
import { OURSELVES } from '../domain/ourselves.ts';
import type { RefundRequest } from '../domain/payment.ts';
import type { Return, ReturnNotRefunded } from '../domain/return.ts';
import {
  inWords,
  isOwed,
  leftUndoneEvent,
  refundedEvent,
  refundRefusedEvent,
  restockedEvent,
  returnClosedEvent,
} from '../domain/timeline-events.ts';
import type { Ports } from '../ports.ts';
import { giveUpExchange } from './exchange.ts';
import { insist } from './left-out.ts';
import { returnReceivedMail } from './order-events.ts';
import { refundOnceTaken } from './refund-once-taken.ts';

/** What is given back, and for what, is in the return's row. */
export interface ReceiveReturnState extends LeavesOut {
  readonly receiptId: string;
  readonly returnId: string;
  /** What its steps have to tell at the end. */
  readonly told?: readonly NewOrderEvent[];
  /** How much of the refund the buyer has not got, in minor units. */
  readonly owed?: number;
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
    { name: 'refund', run: (state) => refund(ports, state) },
    { name: 'restock', run: (state) => restock(ports, state) },
    {
      name: 'exchange',
      async run(state) {
        const open = await findOpen(ports, state);
        if (open?.followUpId && open.creditAmount.minor > 0)
          await payInstead(ports, exchanges, open, open.followUpId, state.leftOut?.includes('exchange') ?? false);
        else if (open?.followUpId) await exchanges.received(open.followUpId, open.creditAmount);
        return state;
      },
    },
    {
      name: 'close',
      async run(state) {
        const open = await findOpen(ports, state);
        if (!open) return state;
        const { owed = 0, told = [] } = state;
        await ports.returns.close(
          open.id,
          [returnReceivedMail(open.id, owed)],
          [...told, returnClosedEvent(open, owed)],
        );
        return state;
      },
    },
  ],
  dispensable: ['refund', 'restock', 'exchange'],
  undoBegin: ({ returnId, receiptId }, { message }) => ports.returns.takeBack(returnId, receiptId, message),
  gaveUp: () => ({ kind: 'ReturnNotRefunded', reason: 'NO_ANSWER', message: 'The refund was not answered.' }),
});

async function refund(
  ports: SagaPorts,
  state: ReceiveReturnState,
): Promise<ReceiveReturnState | Refused<ReturnNotRefunded>> {
  const open = await findOpen(ports, state);
  if (!open) return state;
  const told: NewOrderEvent[] = [];
  let owed = 0;
  for (const [index, request] of (await refundsOf(ports, open)).entries()) {
    const { key, amount } = request;
    const left = leftUndoneEvent(
      open.orderId,
      key,
      `${inWords(amount)} was to be given back for return ${open.number}.`,
    );
    let refusal: ReturnNotRefunded | null = null;
    const events = await insist(state, 'refund', left, async () => {
      const answer = await refundOnceTaken(ports, request);
      if (answer.kind === 'refunded') return [refundedEvent(open.orderId, key, amount, open.id)];
      const { reason, message } = answer;
      refusal = { kind: 'ReturnNotRefunded', reason, message };
      // Final, and a part of the money is back already: it goes on, and people see what is still owed.
      return [refundRefusedEvent(open.orderId, key, amount, message, open.id)];
    });
    if (refusal && index === 0) return { refused: refusal };
    if (isOwed(events)) owed += amount.minor;
    told.push(...events);
  }
  return { ...state, told, owed };
}

async function restock(ports: SagaPorts, state: ReceiveReturnState): Promise<ReceiveReturnState> {
  const open = await findOpen(ports, state);
  const goods = open ? await resaleable(ports, open.lines) : [];
  if (!open || goods.length === 0) return state;
  const { id, orderId, number } = open;
  const pieces = goods.reduce((all, { quantity }) => all + quantity, 0);
  const left = leftUndoneEvent(
    orderId,
    `${id}:restock`,
    `${pieces} in all of return ${number} were to go back on sale.`,
  );
  const back = await insist(state, 'restock', left, async () => {
    if (!(await ports.stock.restock(orderId, goods, `${id}:restock`)))
      throw new Error(`the goods of ${id} were not put back`);
    return [restockedEvent(orderId, `${id}:restock`, pieces, id)];
  });
  return { ...state, told: [...(state.told ?? []), ...back] };
}

async function payInstead(
  ports: SagaPorts,
  exchanges: Exchanges,
  { id, orderId, creditAmount }: Return,
  followUpId: string,
  isLeftOut: boolean,
): Promise<void> {
  if (await exchanges.received(followUpId, creditAmount)) return;
  // It was given up before it could know of the credit.
  await giveUpExchange(ports, { returnId: id, parentId: orderId, credit: creditAmount }, isLeftOut);
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
