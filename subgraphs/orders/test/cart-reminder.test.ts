import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { newCart, send } from './cart-fakes.ts';
import { startMortal } from './crash-points/mortal.ts';
import { createFakeShop } from './fake-shop.ts';
import { eventually, newCustomer, newGuest, openShop, orderOf, place } from './open-shop.ts';

const HOUR_MS = 3_600_000;

async function open({ relay = true } = {}) {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const atlas = neighbours.addVariant(500);
  const time = { now: new Date() };
  const start = (options: { readonly relay?: boolean } = {}) =>
    openShop(db, neighbours, { clock: () => time.now, ...options });
  const shop = await start({ relay });
  return {
    ...{ db, neighbours, atlas, shop, start },
    pass: (hours: number) => {
      time.now = new Date(time.now.getTime() + hours * HOUR_MS);
    },
    leave: (buyer = newCustomer() as Parameters<typeof shop.as>[0], quantity = 2) =>
      newCart(shop.as(buyer), {
        currencyCode: 'EUR',
        lines: quantity > 0 ? [{ variantId: atlas, quantity }] : [],
      }),
    mails: () => [...neighbours.mails.values()].filter(({ template }) => template === 'abandoned-cart'),
    /** Whatever waits to be sent is sent. */
    settled: () => eventually(async () => (await db.pool.query('SELECT FROM outbox')).rowCount === 0),
    waiting: async () => (await db.pool.query(`SELECT FROM outbox WHERE topic = 'cart-mail'`)).rowCount,
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

describe('a customer who left a cart', () => {
  it('is reminded of it by one mail, with what is in it and the way back', async () => {
    await using test = await open();
    const ada = newCustomer();
    const { id } = await test.leave(ada);
    test.pass(23.9);
    await test.shop.operations.remindOfCarts();
    expect(await test.waiting()).toBe(0);
    test.pass(0.2);
    await test.shop.operations.remindOfCarts();
    await test.settled();
    expect(test.mails()).toEqual([
      {
        ...{ key: `${id}:abandoned-cart`, template: 'abandoned-cart', to: 'ada@example.com', locale: 'en' },
        customerId: ada.customerId,
        data: {
          url: `https://shop.test/cart?id=${encodeURIComponent(id)}`,
          name: 'Ada',
          lines: [
            { title: 'Atlas, Pocket', sku: 'SKU-1', quantity: 2, total: { amount: '39.80', currencyCode: 'EUR' } },
          ],
          total: { amount: '39.80', currencyCode: 'EUR' },
        },
      },
    ]);
    // Whatever becomes of the cart: never again.
    await send(test.shop.as(ada), 'updateCart', { cartId: id, note: 'I am back' });
    test.pass(30);
    await test.shop.operations.remindOfCarts();
    await test.settled();
    expect(test.neighbours.count('messages.send')).toBe(1);
  });

  it('is reminded once by two processes that look at the same time', async () => {
    await using test = await open();
    await using other = await test.start();
    for (let i = 0; i < 20; i += 1) await test.leave();
    test.pass(25);
    const look = [test.shop, other, test.shop, other].map(({ operations }) => operations.remindOfCarts());
    await Promise.all(look);
    await test.settled();
    expect(test.mails()).toHaveLength(20);
    expect(test.neighbours.count('messages.send')).toBe(20);
  });

  it('is not reminded of it once it is bought, also when the mail was ordered before', async () => {
    await using test = await open({ relay: false });
    const ada = newCustomer();
    const bob = newCustomer();
    const [bought, left] = [await test.leave(ada), await test.leave(bob)];
    test.pass(25);
    await test.shop.operations.remindOfCarts();
    expect(await test.waiting()).toBe(2);
    const input = orderOf(test.atlas, { lines: undefined, currencyCode: undefined, cartId: bought.id });
    expect(await place(test.shop, ada, input)).toMatchObject({ __typename: 'PlaceOrderSuccess' });
    await using _relay = await test.start();
    await test.settled();
    expect(test.mails().map(({ key }) => key)).toEqual([`${left.id}:abandoned-cart`]);
  });

  it('is not reminded of it while its order waits for the bank, and is when that came to nothing', async () => {
    await using test = await open({ relay: false });
    const ada = newCustomer();
    const { id } = await test.leave(ada);
    test.pass(25);
    await test.shop.operations.remindOfCarts();
    const changes = { lines: undefined, currencyCode: undefined, cartId: id };
    const input = orderOf(test.atlas, { ...changes, payment: { token: 'tok_3ds' } });
    const { order } = await place(test.shop, ada, input);
    await using _relay = await test.start();
    await test.settled();
    await test.shop.operations.remindOfCarts();
    expect(await test.waiting()).toBe(0);
    expect(test.mails()).toEqual([]);
    await test.db.pool.query(`UPDATE orders SET status_at = now() - interval '1 year' WHERE id = $1`, [order.id]);
    await eventually(async () => {
      await test.shop.operations.expirePayments();
      return (await test.db.pool.query(`SELECT FROM orders WHERE status = 'CANCELLED'`)).rowCount === 1;
    });
    await test.shop.operations.remindOfCarts();
    await test.settled();
    expect(test.mails()).toHaveLength(1);
  });

  it('who came back before the mail went is reminded when the cart is left again', async () => {
    await using test = await open({ relay: false });
    const ada = newCustomer();
    const { id } = await test.leave(ada);
    test.pass(25);
    await test.shop.operations.remindOfCarts();
    await send(test.shop.as(ada), 'updateCart', { cartId: id, note: 'I am back' });
    await using _relay = await test.start();
    await test.settled();
    expect(test.mails()).toEqual([]);
    await test.shop.operations.remindOfCarts();
    expect(await test.waiting()).toBe(0);
    test.pass(25);
    await test.shop.operations.remindOfCarts();
    await test.settled();
    expect(test.mails()).toHaveLength(1);
  });

  it('gets one mail when the answer to it was lost', async () => {
    await using test = await open();
    await test.leave();
    test.pass(25);
    test.neighbours.failing.set('messages.send', { at: 'after', times: 1 });
    await test.shop.operations.remindOfCarts();
    await test.settled();
    expect(test.neighbours.count('messages.send')).toBe(2);
    expect(test.mails()).toHaveLength(1);
  });

  it.each(['before', 'after'])(
    'gets one mail when the process is killed %s it hands it over',
    async (when) => {
      await using test = await open({ relay: false });
      await test.leave();
      test.pass(25);
      await test.shop.operations.remindOfCarts();
      {
        await using mortal = await startMortal(test.db.url, test.neighbours, { at: `messages.send ${when} #1` });
        await eventually(mortal.ended, 60_000);
      }
      expect(test.mails()).toHaveLength(when === 'after' ? 1 : 0);
      await using _next = await test.start();
      await test.settled();
      expect(test.mails()).toHaveLength(1);
    },
    120_000,
  );

  it('is reminded by the next process when the first ends in the middle: marked and ordered are one', async () => {
    await using test = await open();
    await test.leave();
    test.pass(25);
    await test.db.pool.query(`ALTER TABLE outbox ADD CONSTRAINT killed CHECK (topic <> 'cart-mail')`);
    await expect(test.shop.operations.remindOfCarts()).rejects.toThrow('killed');
    await test.db.pool.query('ALTER TABLE outbox DROP CONSTRAINT killed');
    await using next = await test.start();
    await next.operations.remindOfCarts();
    await test.settled();
    expect(test.mails()).toHaveLength(1);
  });
});

describe('nobody is reminded', () => {
  it('of a guest’s cart, of an empty one, of one that the buyer has a newer one of, or after a week', async () => {
    await using test = await open();
    await test.leave(newGuest());
    await test.leave(newCustomer(), 0);
    await test.leave();
    test.pass(8 * 24 + 1);
    const ada = newCustomer();
    await test.leave(ada);
    test.pass(0.1);
    const newer = await test.leave(ada);
    test.pass(25);
    await test.shop.operations.remindOfCarts();
    await test.settled();
    expect(test.mails().map(({ key }) => key)).toEqual([`${newer.id}:abandoned-cart`]);
  });

  it('where the shop does not want it', () => {
    const env = { ENVELOPE_SECRET: 'e'.repeat(32), DATABASE_URL: 'postgresql://127.0.0.1/shop' };
    const of = (hours?: string) => readConfig({ ...env, ABANDONED_CART_HOURS: hours }).abandonedCartHours;
    expect([of(), of('48'), of('0')]).toEqual([24, 48, null]);
    expect(() => of('never')).toThrow(/^ABANDONED_CART_HOURS /);
  });
});
