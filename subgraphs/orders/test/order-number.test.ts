import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import { newCustomer, openShop, orderOf, place } from './open-shop.ts';

describe('the numbers of orders', () => {
  it('do not follow the order in which they were placed, and what came to nothing leaves no gap to count', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(99);
    await using shop = await openShop(db, neighbours);
    const numbers: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      await place(shop, newCustomer(), orderOf(atlas, { payment: { token: 'tok_declined' } }));
      numbers.push((await place(shop, newCustomer(), orderOf(atlas))).order.number);
    }
    for (const number of numbers) expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(new Set(numbers).size).toBe(numbers.length);
    // Twelve numbers come sorted by chance once in 479 million runs.
    expect(numbers).not.toEqual(numbers.toSorted());
    expect(numbers).not.toEqual(numbers.toSorted().reverse());
  });

  it('are drawn again when chance gives one twice', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(9);
    const drawn = ['AAAAAAAA', 'AAAAAAAA', 'BBBBBBBB'];
    await using shop = await openShop(db, neighbours, { newOrderNumber: () => drawn.shift() ?? 'CCCCCCCC' });
    expect((await place(shop, newCustomer(), orderOf(atlas))).order.number).toBe('AAAAAAAA');
    expect((await place(shop, newCustomer(), orderOf(atlas))).order.number).toBe('BBBBBBBB');
    expect(neighbours.sold(atlas)).toBe(2);
  });
});
