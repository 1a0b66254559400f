import type { Money } from '@cartograph/kernel/money';
import type { LeavesOut, Saga } from '@cartograph/kernel/saga';
import { restOf } from '../domain/fulfilment.ts';
import type { CapturePolicy } from '../domain/order.ts';
import type { NewOrderEvent } from '../domain/order-event.ts';
import {
  capturedEvent,
  editRefundRefusedEvent,
  inWords,
  leftUndoneEvent,
  refundedEvent,
  releasedEvent,
  restockedEvent,
} from '../domain/timeline-events.ts';
import type { ShipmentFacts } from '../ports/order-news.ts';
import type { OutboxEvent, Ports } from '../ports.ts';
import { insist } from './left-out.ts';
import { releaseEvent, restCaptureEvent } from './order-events.ts';

/** What an edit takes out of an order; plain JSON. */
export interface EditState {
  readonly editId: string;
  readonly orderId: string;
  readonly removed: readonly {
    readonly orderLineId: string;
    readonly variantId: string;
    readonly quantity: number;
  }[];
  readonly removedAmount: Money;
  /** What of it pays for what is added. */
  readonly creditAmount: Money;
  /** When the order's money is taken. */
  readonly capture: CapturePolicy;
}

export type EditRefusal = { readonly kind: 'OrderNotEditable' };
export type EditOrderSaga = Saga<EditState & LeavesOut, EditRefusal>;
type EditPorts = Pick<Ports, 'stock' | 'payments' | 'fulfilment' | 'edits'>;

/** An edit that only takes out. One that adds is a part of the checkout of what it adds. */
export const editOrderSaga = (ports: EditPorts): EditOrderSaga => ({
  name: 'editOrder',
  steps: [
    {
      name: 'take-out',
      run: async (state) => ((await takeOut(ports, state)) ? state : { refused: { kind: 'OrderNotEditable' } }),
    },
    {
      name: 'settle',
      async run(state) {
        await settleEdit(ports, state, state, 'settle');
        return state;
      },
    },
  ],
  dispensable: ['settle'],
  undoBegin: ({ editId }) => ports.edits.giveUp(editId),
  gaveUp: () => ({ kind: 'OrderNotEditable' }),
});

/** The pieces are not sent any more. False, and nothing has happened, when some have left meanwhile. */
export async function takeOut({ fulfilment }: Pick<Ports, 'fulfilment'>, edit: EditState): Promise<boolean> {
  if (edit.removed.length === 0) return true;
  const lines = edit.removed.map(({ orderLineId, quantity }) => ({ orderLineId, quantity }));
  return fulfilment.takeOut(edit.orderId, edit.editId, lines);
}

/** Money and goods go where they belong now. All keys are the edit's, so that it happens once. */
export async function settleEdit(ports: EditPorts, edit: EditState, saga: LeavesOut, step: string): Promise<void> {
  const undone = (key: string, what: string) => leftUndoneEvent(edit.orderId, `${edit.editId}:${key}`, what);
  const owed = `What an edit took out, for ${inWords(edit.removedAmount)}, was to be given back or to pay for what it adds.`;
  const goods = 'What an edit took out was to go back on sale.';
  const told = [
    ...(await insist(saga, step, undone('money', owed), () => moveMoney(ports, edit))),
    ...(await insist(saga, step, undone('goods', goods), () => putBack(ports, edit))),
  ];
  await ports.edits.close(edit.editId, told, (facts) => whatFollows(edit, facts));
}

/** Captures follow shipments: where none is left to leave, what they have not taken is taken now. */
function whatFollows({ orderId, capture }: EditState, facts: ShipmentFacts): readonly OutboxEvent[] {
  const rest = capture === 'on_shipment' ? restOf(facts) : null;
  if (!rest) return [];
  return [...(rest.minor > 0 ? [restCaptureEvent(orderId, rest)] : []), releaseEvent(orderId)];
}

async function moveMoney({ payments }: EditPorts, edit: EditState): Promise<readonly NewOrderEvent[]> {
  const { editId, orderId, removedAmount, creditAmount, capture } = edit;
  const refund = { minor: removedAmount.minor - creditAmount.minor, currency: removedAmount.currency };
  if (capture === 'on_shipment') {
    // What is not sent is never taken; what pays for something else is taken now.
    if (creditAmount.minor > 0)
      await hasDone(payments.capture(orderId, `${editId}:credit`, creditAmount), `the credit of ${editId}`);
    const credit = { ...capturedEvent(orderId, `captured:${editId}`, creditAmount), subjectId: editId };
    return [...(creditAmount.minor > 0 ? [credit] : []), ...(await letGo(payments, edit, refund))];
  }
  if (removedAmount.minor === 0) return [];
  // The order's money may still be on its way: what was not taken cannot be given back.
  await hasDone(payments.capture(orderId, `${orderId}:capture`, null), `the payment of ${orderId}`);
  if (refund.minor === 0) return [];
  const key = `${editId}:refund`;
  const answer = await payments.refund({ orderId, key, amount: refund, reason: 'Edited order' });
  // The pieces are out of the shipments already: the edit goes on, and people see on the timeline what is still owed.
  return answer.kind === 'refunded'
    ? [refundedEvent(orderId, key, refund, editId)]
    : [editRefundRefusedEvent(orderId, key, refund, answer.message, editId)];
}

async function letGo(
  payments: EditPorts['payments'],
  { editId, orderId }: EditState,
  amount: Money,
): Promise<readonly NewOrderEvent[]> {
  if (amount.minor === 0) return [];
  const key = `${editId}:release`;
  if (await payments.release(orderId, key, amount)) return [releasedEvent(orderId, key, amount, editId)];
  // Somebody has taken it by other ways: the edit goes on, and people see that the buyer may have paid too much.
  return [leftUndoneEvent(orderId, key, `${inWords(amount)} was to be paid no more, and is not reserved any more.`)];
}

async function putBack({ stock }: EditPorts, edit: EditState): Promise<readonly NewOrderEvent[]> {
  if (edit.removed.length === 0) return [];
  const goods = edit.removed.map(({ variantId, quantity }) => ({ variantId, quantity }));
  await hasDone(stock.restock(edit.orderId, goods, `${edit.editId}:restock`), `the goods of ${edit.editId}`);
  const pieces = goods.reduce((all, { quantity }) => all + quantity, 0);
  return [restockedEvent(edit.orderId, `${edit.editId}:restock`, pieces, edit.editId)];
}

async function hasDone(done: Promise<boolean>, what: string): Promise<void> {
  if (!(await done)) throw new Error(`${what} did not go through`);
}
