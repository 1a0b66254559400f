import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Asking, createCustomer, type Shop } from './customer.ts';
import {
  APPROVE_RETURN,
  CANCEL,
  CANCEL_RETURN,
  EDIT,
  EXCHANGE,
  HAND_OVER,
  ORDER,
  PAY,
  RECEIVE,
  REQUEST_RETURN,
} from './operations.ts';
import type { Afterwards, BuyerPlan, Settling } from './plan.ts';

interface Matter {
  readonly buyer: Asking;
  readonly staff: Asking;
  readonly orderId: string;
  /** How often each of them clicks. */
  readonly clicks: number;
}

/** Warehouse and carrier take their time; an order that has not left by then stays as it is. */
const LEAVES_WITHIN_MS = 20_000;
const PATIENCE_MS = 10_000;

/** An order is edited, or goods of it come back; each request has a key, and is sent again until it is answered. */
export async function carryOn(
  shop: Shop,
  { accessToken, plan }: { readonly accessToken: string; readonly plan: BuyerPlan },
  afterwards: Afterwards,
  orderId: string,
): Promise<void> {
  const { n, patienceMs, clicks } = plan;
  const buyer = createCustomer(shop, { accessToken, n, patienceMs });
  const staff = createCustomer(shop, { accessToken: shop.staffToken ?? '', n, patienceMs: PATIENCE_MS });
  const matter = { buyer, staff, orderId, clicks };
  return afterwards.kind === 'edit' ? edit(matter, afterwards) : sendBack(matter, afterwards);
}

/** As impatient people do: the same request several times at once. All answers are the same; one of them is given. */
async function click({ clicks, orderId }: Matter, who: Asking, asked: string, query: string, input: object) {
  const keyed = { ...input, idempotencyKey: randomUUID() };
  const answers = await Promise.all(Array.from({ length: clicks }, () => who.request(asked, query, keyed, orderId)));
  return answers.find((answer) => answer !== null) ?? null;
}

async function edit(matter: Matter, { removes, added, settling }: Afterwards & { readonly kind: 'edit' }) {
  const { staff, orderId } = matter;
  const order = await staff.insist('order', ORDER, { id: orderId });
  const input = {
    ...{ orderId, reason: 'Asked on the phone.' },
    remove: removes ? [{ orderLineId: order?.lines[0].id, quantity: 1 }] : [],
    add: added ? [added] : [],
  };
  if (!order) return;
  const answer = await click(matter, staff, 'editOrder', EDIT, input);
  const followUp = answer?.edit?.followUp;
  if (followUp && Number(followUp.amountDue.amount) > 0) await settle(matter, followUp.id, settling);
}

/** The buyer hears what an order that follows another still costs. */
async function settle(matter: Matter, orderId: string, settling: Settling): Promise<void> {
  const { buyer } = matter;
  const pay = (token: string) => click(matter, buyer, 'payOrder', PAY, { orderId, payment: { token } });
  if (settling === 'refuses') await giveUp(matter, orderId);
  if (settling === 'is declined, then pays') await pay('tok_declined');
  if (settling === 'pays' || settling === 'is declined, then pays') await pay('tok_success');
}

const giveUp = ({ buyer }: Matter, orderId: string) =>
  buyer.request('cancelOrder', CANCEL, { orderId, idempotencyKey: randomUUID() }, orderId);

async function sendBack(matter: Matter, plan: Afterwards & { readonly kind: 'return' }): Promise<void> {
  const { buyer, staff, orderId } = matter;
  const order = await leave(matter);
  if (!order) return;
  const lines = [{ orderLineId: order.lines[0].id, quantity: 1, reason: 'UNWANTED' }];
  const asked = await click(matter, buyer, 'requestReturn', REQUEST_RETURN, { orderId, lines });
  const { id: returnId, lines: goods } = asked?.return ?? {};
  if (!returnId) return;
  const instead = plan.instead && (await exchange(matter, returnId, plan.instead));
  if (!instead) await staff.insist('approveReturn', APPROVE_RETURN, { id: returnId });
  if (plan.regrets === 'keeps') {
    await buyer.insist('cancelReturn', CANCEL_RETURN, { id: returnId });
    return;
  }
  if (instead && plan.regrets === 'before') await giveUp(matter, instead);
  const condition = plan.damaged ? 'DAMAGED' : 'RESALEABLE';
  const arrived = goods.map((line: any) => ({ lineId: line.id, quantity: line.quantity, condition }));
  const [received] = await Promise.all([
    receive(matter, { returnId, lines: arrived }),
    instead && plan.regrets === 'meanwhile' ? giveUp(matter, instead) : null,
  ]);
  const due = received?.return?.exchange;
  if (plan.regrets === null && due && Number(due.amountDue.amount) > 0) await settle(matter, due.id, plan.settling);
}

/** Goods may be back before their money was taken; then staff come back later. */
async function receive(matter: Matter, input: object): Promise<any> {
  for (let tries = 0; ; tries += 1) {
    const answer = await click(matter, matter.staff, 'receiveReturn', RECEIVE, input);
    if (answer?.__typename !== 'ReturnNotRefunded' || tries === 5) return answer;
    await sleep(2_000);
  }
}

async function exchange(matter: Matter, returnId: string, goods: object): Promise<string | null> {
  const answer = await click(matter, matter.staff, 'exchangeReturn', EXCHANGE, { returnId, lines: [goods] });
  return answer?.return?.exchange?.id ?? null;
}

/** Staff hand over its shipments as soon as they have labels; null when the order does not leave. */
async function leave({ staff, orderId }: Matter): Promise<any> {
  const until = performance.now() + LEAVES_WITHIN_MS;
  while (performance.now() < until) {
    const order = await staff.insist('order', ORDER, { id: orderId });
    if (!order || order.status === 'FULFILLED') return order;
    for (const { id, status } of order.shipments)
      if (status === 'LABEL_PURCHASED') await staff.insist('markHandedOver', HAND_OVER, { id });
    await sleep(300);
  }
  return null;
}
