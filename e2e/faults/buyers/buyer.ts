import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BERLIN } from '../../src/shop-operations.ts';
import type { History } from '../history.ts';
import { ask, type Reply } from './client.ts';
import { CANCEL, COMPLETE, PLACE, READ } from './operations.ts';
import type { BuyerPlan } from './plan.ts';
import type { Shelf } from './shelf.ts';

export interface Shop {
  readonly url: string;
  readonly history: History;
  readonly shelf: Shelf;
  /** Nobody waits longer: a shop that does not answer by then is broken. */
  readonly giveUpMs: number;
}

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
  if (plan.cancels && kind === 'PlaceOrderSuccess' && orderId) await buyer.cancel(orderId);
}

/** Answers after which the key is taken. */
const REMEMBERED: readonly string[] = ['PlaceOrderSuccess', 'OutOfStock', 'PaymentDeclined'];

interface Told {
  readonly kind: string;
  readonly orderId: string | null;
  readonly redirectUrl?: string;
}

function createBuyer({ url, history, giveUpMs }: Shop, accessToken: string, plan: BuyerPlan) {
  const { n, patienceMs } = plan;

  /** Asks again after every failure, as browsers and their owners do; null when the shop never answered. */
  async function insist(what: string, query: string, variables: object): Promise<any> {
    const began = performance.now();
    for (let failures = 0; ; failures += 1) {
      const reply = await ask(url, accessToken, query, variables, patienceMs);
      if (reply.kind === 'data' && reply.data?.__typename !== 'StillWorking') return reply.data;
      if (performance.now() - began > giveUpMs) {
        history.note('never answered', { n, asked: what, last: whyOf(reply) });
        return null;
      }
      if (failures < 3) history.note('asks again', { n, asked: what, why: whyOf(reply), status: statusOf(reply) });
      await sleep(reply.kind === 'data' ? 300 : 100 + Math.min(failures, 10) * 50);
    }
  }

  function tell(asked: string, key: string | null, answer: any, ms: number): Told {
    const { __typename: kind, order, replayed = null, message = null, redirectUrl } = answer;
    const told = {
      orderId: (order?.id ?? null) as string | null,
      status: order?.status ?? null,
      total: order?.total.amount ?? null,
    };
    history.note('told', { n, asked, key, kind, ...told, replayed, message, ms: Math.round(ms) });
    return { kind, orderId: told.orderId, ...(redirectUrl && { redirectUrl }) };
  }

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
    async cancel(orderId: string) {
      const began = performance.now();
      const answer = await insist('cancelOrder', CANCEL, { input: { orderId, idempotencyKey: randomUUID() } });
      if (answer)
        tell(
          'cancelOrder',
          null,
          { order: { id: orderId, status: null, total: { amount: null } }, ...answer },
          performance.now() - began,
        );
    },
  };
}

const whyOf = (reply: Reply): string => (reply.kind === 'data' ? 'still working' : reply.why);

const statusOf = (reply: Reply): number | null => (reply.kind === 'data' ? 200 : reply.status);
