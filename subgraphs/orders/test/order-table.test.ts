import { readFileSync } from 'node:fs';
import { newId } from '@cartograph/runtime/ids';
import { ROOT } from '@cartograph/runtime/sdl';
import { rowsScanned } from '@cartograph/runtime/testing/rows-scanned';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { canBecome, ORDER_STATUSES } from '../src/domain/order-status.ts';
import { createFakeShop } from './fake-shop.ts';
import { newCustomer, openShop, orderOf, place } from './open-shop.ts';

describe('the diagram of the states', () => {
  it('shows the transitions that there are', () => {
    const page = readFileSync(new URL('docs/order-states.md', ROOT), 'utf8');
    const section = page.split('\n## ').find((text) => text.startsWith('Order\n')) ?? '';
    const drawn = [...section.matchAll(/^ {2}([A-Z_]+) --> ([A-Z_]+)$/gm)].map(
      ([, before, after]) => `${before} ${after}`,
    );
    const legal = ORDER_STATUSES.flatMap((before) =>
      ORDER_STATUSES.filter((after) => canBecome(before, after)).map((after) => `${before} ${after}`),
    );
    expect(drawn.toSorted()).toEqual(legal.toSorted());
  });
});

describe('the database', () => {
  it('allows the same transitions of an order as the domain', async () => {
    await using db = await testDatabase('orders');
    const { rows } = await db.pool.query<{ before: string; after: string; legal: boolean }>(
      `SELECT b AS before, a AS after, order_transition_is_legal(b, a) AS legal
       FROM unnest(enum_range(NULL::order_status)) b, unnest(enum_range(NULL::order_status)) a`,
    );
    const pairs = ORDER_STATUSES.flatMap((before) =>
      ORDER_STATUSES.map((after) => ({ before, after, legal: canBecome(before, after) })),
    );
    expect(rows).toHaveLength(pairs.length);
    expect(rows).toEqual(expect.arrayContaining(pairs));
  });

  it.each([
    [`UPDATE orders SET status = 'PENDING'`, 'orders_transition'],
    [`UPDATE orders SET status = 'REFUSED'`, 'orders_transition'],
    ['UPDATE orders SET total_minor = 1, subtotal_minor = 1, shipping_minor = 0', 'orders_snapshot'],
    [`UPDATE orders SET buyer_id = 'Customer:somebody'`, 'orders_snapshot'],
    ['UPDATE order_line SET quantity = 2', 'append_only'],
    [`UPDATE order_event SET message = ''`, 'append_only'],
    [
      `INSERT INTO orders SELECT (jsonb_populate_record(o, '{"id": "Order:2", "number": "00000000"}')).* FROM orders o`,
      'orders_live_cart',
    ],
  ])('refuses %s', async (sql, constraint) => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(5);
    await using shop = await openShop(db, neighbours);
    const ada = newCustomer();
    const create =
      'mutation ($input: CreateCartInput!) { createCart(input: $input) { ... on CartUpdated { cart { id } } } }';
    const lines = [{ variantId: atlas, quantity: 1 }];
    const { data } = await shop.as(ada)(create, { input: { currencyCode: 'EUR', lines } });
    await place(shop, ada, orderOf(atlas, { cartId: data.createCart.cart.id, lines: null, currencyCode: null }));

    await expect(db.pool.query(sql)).rejects.toMatchObject({ constraint });
  });

  it('writes what is captured for an order, however many shipments others have', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    await using shop = await openShop(db, neighbours);
    const atlas = neighbours.addVariant(2);
    const [many, one] = [
      await place(shop, newCustomer(), orderOf(atlas)),
      await place(shop, newCustomer(), orderOf(atlas)),
    ];
    await db.pool.query(
      `INSERT INTO order_shipment (shipment_id, order_id, status, rank, lines)
       SELECT 'Shipment:' || n, $1, 'PLANNED', 0, '[]' FROM generate_series(1, 1000) n`,
      [many.order.id],
    );
    await db.pool.query('ANALYZE order_shipment');
    const decision = JSON.stringify({
      ...{ status: 'CONFIRMED', events: [], captures: [{ id: 'Shipment:900', amount: 1 }] },
      told: { id: newId('OrderEvent'), message: 'Planned.' },
    });
    const receive = `SELECT receive_shipments('event', $1, '[]', NULL, $2)`;
    expect(await rowsScanned(db.pool, 'order_shipment', receive, [one.order.id, decision])).toBe(0);
  });
});
