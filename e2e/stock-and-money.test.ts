import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AskAs, openShop, type Shop } from './src/graph.ts';
import { findGoods, leaveStock, orderInput, settle } from './src/shop-operations.ts';

// A crowd from one address is what the router is there to keep out.
const settings = join(tmpdir(), `cartograph-no-rates-${process.pid}.yaml`);
let shop: Shop;
let staff: AskAs;
beforeAll(async () => {
  writeFileSync(settings, 'rates:\n  enforced: false\n');
  // Parcels stay where they are, so that an order can still be cancelled.
  shop = await openShop({ ROUTER_SETTINGS: settings, CARRIER_SANDBOX_TEMPO_MS: '0' });
  staff = await shop.signInStaff();
}, 60_000);
afterAll(async () => {
  rmSync(settings);
  await shop[Symbol.asyncDispose]();
});

const RECONCILE = '{ reconciliation { balanced differences { message } totals { captured { amount } } } }';
const isBalanced = () =>
  vi.waitFor(async () => {
    const { data } = await staff(RECONCILE);
    expect(data.reconciliation).toMatchObject({ balanced: true, differences: [] });
  }, 20_000);

describe('the last one', () => {
  it('is sold to exactly one of 200 buyers who come at once, and the others are told so', async () => {
    const { variants } = await findGoods(staff);
    const variantId = variants.find(({ backorder }) => !backorder)?.id ?? '';
    await leaveStock(staff, variantId, 1);
    const guests = await Promise.all(Array.from({ length: 20 }, () => shop.guest()));
    const inputs = await Promise.all(
      Array.from({ length: 200 }, () => orderInput(staff, { lines: [{ variantId, quantity: 1 }] })),
    );

    const answers = await Promise.all(inputs.map((input, index) => settle(guests[index % 20] as AskAs, input)));

    const kinds = answers.map(({ __typename }) => __typename);
    expect(kinds.filter((kind) => kind === 'PlaceOrderSuccess')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'OutOfStock')).toHaveLength(199);
    for (const { lines } of answers.filter(({ __typename }) => __typename === 'OutOfStock'))
      expect(lines).toEqual([{ variantId, requested: 1, available: 0 }]);
    const { data } = await staff('query ($id: ID!) { variant(id: $id) { availableQuantity } }', { id: variantId });
    expect(data.variant.availableQuantity).toBe(0);
    await isBalanced();
  }, 120_000);
});

describe('a payment', () => {
  it('that the bank asks about is completed by the webhook alone, when the buyer never comes back', async () => {
    const guest = await shop.guest();
    const answer = await settle(guest, await orderInput(guest, { payment: { token: 'tok_3ds' } }, 1));
    expect(answer.__typename).toBe('PaymentActionRequired');
    await fetch(`${answer.redirectUrl}/approve`, { method: 'POST', redirect: 'manual' });
    await vi.waitFor(async () => {
      const { data } = await guest('query ($id: ID!) { order(id: $id) { status } }', { id: answer.order.id });
      expect(data.order.status).toBe('CONFIRMED');
    }, 20_000);
  }, 60_000);

  it('is made by gift card and card together, and goes back to both', async () => {
    const guest = await shop.guest();
    const payment = { token: 'tok_success', giftCardCodes: ['GIFT-10-EUR'] };
    const { order } = await settle(guest, await orderInput(guest, { payment }, 2));
    const left = async () =>
      (await guest('{ giftCard(code: "GIFT-10-EUR") { balance { amount } } }')).data.giftCard.balance.amount;
    const PAID = `query ($id: ID!) { order(id: $id) { payment { status cardAmount { amount }
      redemptions { source capturedAmount { amount } refundedAmount { amount } } } } }`;
    const paid = async () => (await guest(PAID, { id: order.id })).data.order.payment;
    await vi.waitFor(async () => expect((await paid()).status).toBe('CAPTURED'), 20_000);
    const card = (Number(order.total.amount) - 10).toFixed(2);
    expect(await paid()).toMatchObject({
      cardAmount: { amount: card },
      redemptions: [{ source: 'GIFT_CARD', capturedAmount: { amount: '10.00' } }],
    });
    expect(await left()).toBe('0.00');

    const { data } = await guest('mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }', {
      input: { orderId: order.id, idempotencyKey: `cancel-${order.id}` },
    });

    expect(data.cancelOrder.__typename).toBe('CancelOrderSuccess');
    expect(await paid()).toMatchObject({ status: 'REFUNDED', redemptions: [{ refundedAmount: { amount: '10.00' } }] });
    expect(await left()).toBe('10.00');
    await isBalanced();
  }, 60_000);
});
