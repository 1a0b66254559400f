import { describe, expect, it } from 'vitest';
import type { Order } from '../domain/order.ts';
import type { Ports } from '../ports.ts';
import type { PlaceOrderSaga } from '../sagas/place-order.ts';
import { answerOrder } from './answer-order.ts';

const refusal = { kind: 'PaymentDeclined', reason: 'NOT_CONFIRMED', message: 'Too late.' } as const;
const asked = { viewer: { kind: 'guest', guestId: 'Guest:ada' }, orderId: 'Order:1', replayed: false } as const;

/** An order that another process goes on with, as far as this one knows. */
const answer = (order: Pick<Order, 'status' | 'confirmedAt'>) => {
  const orders = { findWithLines: async () => [{ order, lines: [] }] };
  const sagas = { settled: async () => ({ kind: 'refused', refusal, state: {} }) };
  const ports = { orders, sagas } as unknown as Pick<Ports, 'orders' | 'sagas'>;
  const first = { kind: 'retrying', state: { action: null } } as never;
  return answerOrder(ports, {} as PlaceOrderSaga)({ ...asked, deadline: performance.now() + 1_000 }, first);
};

describe('an order whose checkout another process goes on with', () => {
  it('is not its buyer’s when it was cancelled while it waited for its payment', async () => {
    expect(await answer({ status: 'CANCELLED', confirmedAt: null })).toBe(refusal);
  });

  it('is its buyer’s once it was confirmed, also when it has been cancelled since then', async () => {
    const order = { status: 'CANCELLED', confirmedAt: new Date(0) } as const;
    expect(await answer(order)).toMatchObject({ kind: 'PlaceOrderSuccess', order });
  });
});
