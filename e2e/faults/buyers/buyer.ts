import { randomUUID } from 'node:crypto';
import { BERLIN } from '../../src/shop-operations.ts';
import { carryOn } from './afterwards.ts';
import { ask } from './client.ts';
import { createCustomer, type Shop, type Told } from './customer.ts';
import { CANCEL, COMPLETE, PLACE, READ } from './operations.ts';
import type { BuyerPlan } from './plan.ts';

/** One buyer from the first click to the last; whatever the shop says is written into the history. */
export async function shopFor(shop: Shop, accessToken: string, plan: BuyerPlan): Promise<void> {
  const buyer = createBuyer(shop, accessToken, plan);
  const input = {
    idempotencyKey: randomUUID(),
    lines: plan.lines,
    currencyCode: 'EUR',
    email: `buyer${plan.n}@example.com`,
    shippingAddress: BERLIN,
    shippingMethodId: shop.shelf.shippingMethodId,
    payment: { ...(plan.token && { token: plan.token }), ...(plan.giftCard && { giftCardCodes: [plan.giftCard] }) },
  };
  if (plan.leavesAfterMs !== null) return buyer.leave(input, plan.leavesAfterMs);
  const answers = await Promise.all(Array.from({ length: plan.clicks }, () => buyer.place(input)));
  const answer = answers.find((one) => one !== null);
  if (!answer) return;
  let { orderId, kind } = answer;
  if (kind === 'PaymentActionRequired' && orderId) kind = await buyer.visitBank(orderId, answer.redirectUrl ?? '');
  if (plan.reusesKey && REMEMBERED.includes(kind)) await buyer.reuse(input);
  if (kind !== 'PlaceOrderSuccess' || !orderId) return;
  if (plan.afterwards && shop.staffToken) await carryOn(shop, { accessToken, plan }, plan.afterwards, orderId);
  if (plan.cancels) await buyer.cancel(orderId);
}

/** Answers after which the key is taken. */
const REMEMBERED: readonly string[] = ['PlaceOrderSuccess', 'OutOfStock', 'PaymentDeclined'];

function createBuyer(shop: Shop, accessToken: string, plan: BuyerPlan) {
  const { url, history } = shop;
  const { n, patienceMs } = plan;
  const { insist, tell, request } = createCustomer(shop, { accessToken, n, patienceMs });

  async function place(input: { idempotencyKey: string }): Promise<Told | null> {
    const began = performance.now();
    const answer = await insist('placeOrder', PLACE, { input });
    if (!answer) return null;
    const told = tell('placeOrder', input.idempotencyKey, answer, performance.now() - began);
    if (told.kind === 'PlaceOrderSuccess' && told.orderId) await readBack(told.orderId);
    return told;
  }

  async function readBack(orderId: string): Promise<void> {
    const order = await insist('order', READ, { id: orderId });
    history.note('read', { n, orderId, status: order?.status ?? null });
  }

  return {
    place,
    async leave(input: { idempotencyKey: string }, afterMs: number) {
      const reply = await ask(url, accessToken, PLACE, { input }, afterMs);
      history.note('left', { n, key: input.idempotencyKey, afterMs });
      if (reply.kind === 'data' && reply.data.__typename !== 'StillWorking')
        tell('placeOrder', input.idempotencyKey, reply.data, afterMs);
    },
    async visitBank(orderId: string, redirectUrl: string): Promise<string> {
      const { bank } = plan;
      history.note('at the bank', { n, orderId, bank });
      if (bank === 'leaves') return 'PaymentActionRequired';
      await fetch(`${redirectUrl}/${bank === 'fails' ? 'fail' : 'approve'}`, { method: 'POST', redirect: 'manual' });
      if (bank === 'silently') return 'PaymentActionRequired';
      const began = performance.now();
      const answer = await insist('completePayment', COMPLETE, { id: orderId });
      return answer ? tell('completePayment', null, answer, performance.now() - began).kind : 'PaymentActionRequired';
    },
    async reuse(input: { idempotencyKey: string; lines: BuyerPlan['lines'] }) {
      const lines = input.lines.map((line) => ({ ...line, quantity: line.quantity + 1 }));
      const answer = await insist('reuse', PLACE, { input: { ...input, lines } });
      if (answer) tell('reuse', input.idempotencyKey, answer, 0);
    },
    cancel: (orderId: string) => request('cancelOrder', CANCEL, { orderId, idempotencyKey: randomUUID() }, orderId),
  };
}
