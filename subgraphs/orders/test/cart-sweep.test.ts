import { describe, expect, it } from 'vitest';
import { sweepCarts } from '../src/operations/sweep-carts.ts';
import { guest, newCart, openCarts, readCart, send } from './cart-fakes.ts';

const DAY_MS = 86_400_000;

describe('a cart nobody comes back to', () => {
  it('is abandoned after a week, revived by any change, and deleted after 90 days', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const sweep = sweepCarts({ carts: shop.carts, clock: () => shop.clock.now });
    const pass = (days: number) => {
      shop.clock.now = new Date(shop.clock.now.getTime() + days * DAY_MS);
    };
    const { id } = await newCart(ask, { currencyCode: 'EUR', lines: [{ variantId: shop.sell().id }] });
    const status = async () => (await readCart(ask, id))?.status;

    pass(6.9);
    await sweep();
    expect(await status()).toBe('ACTIVE');
    pass(0.2);
    await sweep();
    expect(await status()).toBe('ABANDONED');
    await send(ask, 'updateCart', { cartId: id, note: 'I am back' });
    expect(await status()).toBe('ACTIVE');
    pass(89);
    await sweep();
    expect(await status()).toBe('ABANDONED');
    pass(2);
    await sweep();
    expect(await status()).toBeUndefined();
  });

  it('is deleted as late when it was bought, with where it went', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    const { id } = await newCart(ask, { currencyCode: 'EUR' });
    await shop.db.pool.query(`UPDATE cart SET status = 'ORDERED', order_id = 'Order:1' WHERE id = $1`, [id]);
    const sweep = sweepCarts({ carts: shop.carts, clock: () => shop.clock.now });
    shop.clock.now = new Date(shop.clock.now.getTime() + 89 * DAY_MS);
    await sweep();
    expect((await readCart(ask, id))?.status).toBe('ORDERED');
    shop.clock.now = new Date(shop.clock.now.getTime() + 2 * DAY_MS);
    await sweep();
    expect(await readCart(ask, id)).toBeNull();
  });

  it('is swept by several processes at once without one getting in the other’s way', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    await Promise.all(Array.from({ length: 30 }, () => newCart(ask)));
    shop.clock.now = new Date(shop.clock.now.getTime() + 8 * DAY_MS);
    const sweep = sweepCarts({ carts: shop.carts, clock: () => shop.clock.now });
    await Promise.all([sweep(), sweep(), sweep()]);
    const { rows } = await shop.db.pool.query('SELECT status, count(*) AS count FROM cart GROUP BY status');
    expect(rows).toEqual([{ status: 'ABANDONED', count: 30 }]);
  });

  it('forgets its keys after a day', async () => {
    await using shop = await openCarts();
    const ask = shop.as(guest());
    await newCart(ask, { currencyCode: 'EUR', idempotencyKey: 'key-00001' });
    shop.clock.now = new Date(shop.clock.now.getTime() + 1.1 * DAY_MS);
    await sweepCarts({ carts: shop.carts, clock: () => shop.clock.now })();
    const { rows } = await shop.db.pool.query('SELECT count(*) AS count FROM cart_change');
    expect(rows).toEqual([{ count: 0 }]);
  });
});
