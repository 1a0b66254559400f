import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openShop, type Shop } from './src/graph.ts';
import { findGoods, orderInput, PLACE_ORDER, settle } from './src/shop-operations.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterAll(() => shop[Symbol.asyncDispose]());

describe('placeOrder through the router', () => {
  it('answers from all five subgraphs', async () => {
    const ada = await shop.signIn();
    const { data, errors } = await ada(PLACE_ORDER, { input: await orderInput(ada) });
    expect(errors).toBeUndefined();
    const { order, replayed, __typename } = data.placeOrder;
    expect(__typename).toBe('PlaceOrderSuccess');
    expect(replayed).toBe(false);
    expect(order.status).toBe('CONFIRMED');
    expect(order.customer.email).toBe('ada@example.com');
    expect(order.lines[0].variant.product.title).toEqual(expect.any(String));
    expect(order.payment.amount.amount).toBe(order.total.amount);
    expect(order.payment.card.last4).toMatch(/^\d{4}$/);
    expect(order.shipments).toHaveLength(1);
    expect(order.shipments[0].warehouse.name).toEqual(expect.any(String));
  });

  it('takes exactly what was bought from stock', async () => {
    const ada = await shop.signIn();
    const { variants } = await findGoods(ada);
    const variant = variants.find(({ backorder, availableQuantity }) => !backorder && availableQuantity >= 5);
    const input = await orderInput(ada, { lines: [{ variantId: variant?.id, quantity: 3 }] });
    expect((await settle(ada, input)).__typename).toBe('PlaceOrderSuccess');
    const { data } = await ada('query ($id: ID!) { variant(id: $id) { availableQuantity } }', { id: variant?.id });
    expect(data.variant.availableQuantity).toBe((variant?.availableQuantity ?? 0) - 3);
  });

  it('sends one confirmation e-mail, with the order number in it', async () => {
    const ada = await shop.signIn();
    const { order } = await settle(ada, await orderInput(ada));
    const folder = join(shop.folder, 'messages');
    const mails = () =>
      readdirSync(folder).filter((file) => readFileSync(join(folder, file), 'utf8').includes(order.number));
    await vi.waitFor(() => expect(mails()).toHaveLength(1), 15_000);
  });

  it('serves a guest who only gives an e-mail address', async () => {
    const guest = await shop.guest();
    const { order } = await settle(guest, await orderInput(guest, { email: 'guest@example.com' }));
    expect(order).toMatchObject({ status: 'CONFIRMED', email: 'guest@example.com', customer: null });
  });

  it('refuses a stranger, who owns nothing', async () => {
    const { data, errors } = await shop.stranger(PLACE_ORDER, { input: await orderInput(shop.stranger) });
    expect(data?.placeOrder ?? null).toBeNull();
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('the same key', () => {
  it('with the same input gives the same order, and twenty at once charge once', async () => {
    const ada = await shop.signIn();
    const input = await orderInput(ada);
    const answers = await Promise.all(Array.from({ length: 20 }, () => settle(ada, input)));
    expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
    expect(new Set(answers.map(({ order }) => order.payment.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed).length).toBeLessThanOrEqual(1);
    // The provider's own ledger, which knows nothing of ours.
    const ledger = readFileSync(join(shop.folder, 'sandbox/payments.jsonl'), 'utf8').trim().split('\n');
    const charges = ledger
      .map((line) => JSON.parse(line).payment)
      .filter((one) => one?.metadata?.order === answers[0].order.id);
    expect(new Set(charges.map(({ id }) => id)).size).toBe(1);
  });

  it('with another input is refused without effect', async () => {
    const ada = await shop.signIn();
    const input = await orderInput(ada);
    await settle(ada, input);
    expect(await settle(ada, { ...input, note: 'another' })).toMatchObject({ __typename: 'IdempotencyKeyReused' });
  });

  it('of another buyer never shows somebody’s order', async () => {
    const [ada, bob] = [await shop.signIn(), await shop.signIn('bob@example.com', 'bob-demo-password')];
    const input = await orderInput(ada);
    const { order } = await settle(ada, input);
    const bobs = await settle(bob, input);
    expect(bobs.order.id).not.toBe(order.id);
  });
});

describe('refusals', () => {
  it('a declined card orders nothing, holds nothing, and the refusal is remembered', async () => {
    const ada = await shop.signIn();
    const { variants } = await findGoods(ada);
    const input = await orderInput(ada, { payment: { token: 'tok_declined' } });
    expect(await settle(ada, input)).toMatchObject({ __typename: 'PaymentDeclined', message: expect.any(String) });
    expect(await settle(ada, input)).toMatchObject({ __typename: 'PaymentDeclined' });
    const { variants: after } = await findGoods(ada);
    expect(after[0]?.availableQuantity).toBe(variants[0]?.availableQuantity);
  });

  it('more than there is says what is left', async () => {
    const ada = await shop.signIn();
    const { variants } = await findGoods(ada);
    const variant = variants.find(({ backorder }) => !backorder);
    const quantity = (variant?.availableQuantity ?? 0) + 1;
    const answer = await settle(ada, await orderInput(ada, { lines: [{ variantId: variant?.id, quantity }] }));
    expect(['OutOfStock', 'VariantUnavailable']).toContain(answer.__typename);
  });

  it.each([0, -1, 2 ** 31 - 1])('a quantity of %d is refused in words', async (quantity) => {
    const ada = await shop.signIn();
    const { variants } = await findGoods(ada);
    const { data } = await ada(PLACE_ORDER, {
      input: await orderInput(ada, { lines: [{ variantId: variants[0]?.id, quantity }] }),
    });
    expect(data.placeOrder).toMatchObject({ __typename: 'InvalidInput', message: expect.stringMatching(/quantity/i) });
  });

  it('a quantity of 2^31 is no integer of GraphQL, and a 400', async () => {
    const ada = await shop.signIn();
    const { variants } = await findGoods(ada);
    const input = await orderInput(ada, { lines: [{ variantId: variants[0]?.id, quantity: 2 ** 31 }] });
    const { status, errors } = await ada(PLACE_ORDER, { input });
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it.each([
    ['an unknown currency', { currencyCode: 'EURO' }, 'ISO 4217'],
    ['an unknown country', { shippingAddress: { name: 'A', line1: 'B', city: 'C', countryCode: 'XX' } }, 'ISO 3166'],
  ])('%s is named', async (_case, changes, reason) => {
    const ada = await shop.signIn();
    const { data, errors } = await ada(PLACE_ORDER, { input: await orderInput(ada, changes) });
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain(reason);
  });

  it('an unknown variant is a typed refusal', async () => {
    const ada = await shop.signIn();
    for (const variantId of ['nonsense', 'Variant:01ARZ3NDEKTSV4RRFFQ69G5FAV']) {
      const answer = await settle(ada, await orderInput(ada, { lines: [{ variantId, quantity: 1 }] }));
      expect(['VariantUnavailable', 'InvalidInput']).toContain(answer.__typename);
    }
  });
});

describe('a payment that takes its time', () => {
  it('that charged and never answered becomes one confirmed order with one charge', async () => {
    const ada = await shop.signIn();
    const answer = await settle(ada, await orderInput(ada, { payment: { token: 'tok_timeout' } }));
    expect(answer.__typename).toBe('PlaceOrderSuccess');
    expect(answer.order.payment.status).toMatch(/AUTHORIZED|CAPTURED/);
  }, 60_000);

  it('that settles late becomes a confirmed order', async () => {
    const ada = await shop.signIn();
    const answer = await settle(ada, await orderInput(ada, { payment: { token: 'tok_late' } }));
    expect(answer).toMatchObject({ __typename: 'PlaceOrderSuccess', order: { status: 'CONFIRMED' } });
  }, 60_000);

  it('waits for 3-D Secure, and goes on when the buyer has confirmed', async () => {
    const ada = await shop.signIn();
    const answer = await settle(ada, await orderInput(ada, { payment: { token: 'tok_3ds' } }));
    expect(answer.__typename).toBe('PaymentActionRequired');
    const page = await fetch(answer.redirectUrl);
    expect(page.status).toBe(200);
    const approved = await fetch(`${new URL(answer.redirectUrl).href}/approve`, { method: 'POST', redirect: 'manual' });
    expect(approved.status).toBeLessThan(400);
    const status = async () =>
      (await ada('query ($id: ID!) { order(id: $id) { status } }', { id: answer.order.id })).data.order.status;
    // By webhook or by the shop's own mutation, whichever comes first.
    await ada('mutation ($id: ID!) { completePayment(input: { orderId: $id }) { __typename } }', {
      id: answer.order.id,
    });
    await vi.waitFor(async () => expect(await status()).toBe('CONFIRMED'), 15_000);
  }, 60_000);
});
