import { testDatabase } from '@cartograph/runtime/testing/test-database';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { capturedOf, refundedOf } from '../fake-accounts.ts';
import { createFakeShop, type FakeShop, METHOD } from '../fake-shop.ts';
import { ADDRESS, eventually, openShop } from '../open-shop.ts';
import type { Checkout } from './process.ts';
import { SHELF, World } from './world.ts';

const BUYER = { kind: 'guest', guestId: 'Guest:ada' } as const;
const STAFF = { kind: 'staff', staffId: 'Staff:bob', roles: ['SUPPORT'] } as const;

interface OrderSeen {
  readonly id: string;
  readonly status: string;
  readonly credit: number;
  readonly lineId: string;
}
interface ReturnSeen {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly amounts: readonly (number | null)[];
  readonly replaced: boolean;
  readonly lines: readonly { readonly id: string; readonly quantity: number }[];
}

/** A shop on tables of one kind or the other, seen from outside. */
interface Shop {
  readonly neighbours: FakeShop;
  readonly variants: readonly string[];
  ask(work: (operations: Checkout) => Promise<{ readonly kind: string }>): Promise<string>;
  orders(): Promise<readonly OrderSeen[]>;
  returns(): Promise<readonly ReturnSeen[]>;
}

let keys = 0;
const keyed = () => ({ idempotencyKey: `a-key-of-a-client-${++keys}` });

type Ask = (shop: Shop) => Promise<string | undefined>;
const nth = fc.nat({ max: 3 });
const variant = fc.nat({ max: 2 });
const quantity = fc.integer({ min: 1, max: 2 });
const at = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
const onOrder =
  (n: number, ask: (shop: Shop, order: OrderSeen) => Promise<string>): Ask =>
  async (shop) => {
    const order = at(await shop.orders(), n);
    return order && ask(shop, order);
  };
const onReturn =
  (n: number, ask: (shop: Shop, found: ReturnSeen) => Promise<string>): Ask =>
  async (shop) => {
    const found = at(
      (await shop.returns()).filter(({ kind }) => kind === 'RETURN'),
      n,
    );
    return found && ask(shop, found);
  };
const goods = (shop: Shop, v: number, q: number) => [{ variantId: shop.variants[v] ?? '', quantity: q }];

const place = fc.tuple(variant, quantity).map(
  ([v, q]): Ask =>
    (shop) =>
      shop.ask((one) =>
        one.placeOrder(BUYER, {
          ...{ ...keyed(), currencyCode: 'EUR', email: 'ada@example.com', payment: { token: 'tok_ok' } },
          ...{ lines: goods(shop, v, q), shippingAddress: ADDRESS, shippingMethodId: METHOD },
        }),
      ),
);
const deliver = nth.map((n) =>
  onOrder(n, async ({ ask, neighbours }, { id }) => {
    const shipments = (neighbours.shipments.get(id) ?? []).filter(({ status }) => status !== 'CANCELLED');
    for (const shipment of shipments) Object.assign(shipment, { status: 'DELIVERED' });
    const news = { orderId: id, shipmentId: shipments[0]?.id ?? '', status: 'DELIVERED' };
    if (shipments.length === 0) return 'nothing to deliver';
    return ask(async (one) => ({ kind: String(await one.shipmentChanged({ ...news, eventId: `Event:${++keys}` })) }));
  }),
);
const pay = fc
  .tuple(nth, fc.constantFrom('tok_ok', 'tok_declined'))
  .map(([n, token]) =>
    onOrder(n, ({ ask }, { id: orderId }) =>
      ask((one) => one.payOrder(BUYER, { orderId, ...keyed(), payment: { token } })),
    ),
  );
const cancel = nth.map((n) =>
  onOrder(n, ({ ask }, { id: orderId }) => ask((one) => one.cancelOrder(BUYER, { orderId, ...keyed() }))),
);
const edit = fc.tuple(nth, fc.nat({ max: 2 }), variant, fc.nat({ max: 2 })).map(([n, out, v, q]) =>
  onOrder(n, (shop, { id: orderId, lineId: orderLineId }) => {
    const remove = out > 0 ? [{ orderLineId, quantity: out }] : [];
    const add = q > 0 ? goods(shop, v, q) : [];
    return shop.ask((one) => one.editOrder(STAFF, { orderId, ...keyed(), reason: 'By phone.', remove, add }));
  }),
);
const sendBack = fc
  .tuple(nth, quantity)
  .map(([n, q]) =>
    onOrder(n, ({ ask }, { id: orderId, lineId: orderLineId }) =>
      ask((one) =>
        one.requestReturn(BUYER, { orderId, ...keyed(), lines: [{ orderLineId, quantity: q, reason: 'UNWANTED' }] }),
      ),
    ),
  );
const exchange = fc
  .tuple(nth, variant, quantity)
  .map(([n, v, q]) =>
    onReturn(n, (shop, { id: returnId }) =>
      shop.ask((one) => one.exchangeReturn(STAFF, { returnId, ...keyed(), lines: goods(shop, v, q) })),
    ),
  );
const receive = fc.tuple(nth, fc.boolean()).map(([n, damaged]) =>
  onReturn(n, ({ ask }, { id: returnId, lines }) => {
    const condition = damaged ? ('DAMAGED' as const) : ('RESALEABLE' as const);
    const arrived = lines.map((line) => ({ lineId: line.id, quantity: line.quantity, condition }));
    return ask((one) => one.receiveReturn(STAFF, { returnId, ...keyed(), lines: arrived }));
  }),
);
const move = fc
  .tuple(nth, fc.boolean())
  .map(([n, ends]) =>
    onReturn(n, ({ ask }, { id }) => ask((one) => (ends ? one.cancelReturn(BUYER, id) : one.approveReturn(STAFF, id)))),
  );
const asks = fc.array(
  fc.oneof(place, place, deliver, deliver, pay, cancel, edit, sendBack, exchange, exchange, receive, receive, move),
  {
    minLength: 12,
    maxLength: 16,
  },
);

function inMemory(): Shop {
  const world = new World({ schedule: (work: Promise<unknown>) => work, count: () => 0 } as never, 1);
  return {
    ...{ neighbours: world.neighbours, variants: world.variants },
    async ask(work) {
      const { kind } = await work(world.at(0).operations);
      world.relay(0);
      // Whatever a request has set off comes to rest in a few turns.
      for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return kind;
    },
    orders: async () =>
      [...world.tables.orders.values()].map(({ id, status, credit, lines }) => ({
        ...{ id, status, credit: credit.minor, lineId: lines[0]?.id ?? '' },
      })),
    returns: async () =>
      [...world.tables.returns.values()].map(({ id, kind, status, followUpId, ...row }) => ({
        ...{ id, kind, status, replaced: followUpId !== null, lines: row.lines },
        amounts: [row.refund, row.shippingRefund, row.credit, row.ownRefund, row.parentRefund],
      })),
  };
}

const ORDERS = `SELECT id, status, credit_minor AS credit,
  (SELECT id FROM order_line l WHERE l.order_id = o.id ORDER BY position LIMIT 1) AS "lineId" FROM orders o ORDER BY id`;
const RETURNS = `SELECT id, kind, status, follow_up_id IS NOT NULL AS replaced,
  jsonb_build_array(refund_minor, shipping_refund_minor, credit_minor, own_refund_minor, parent_refund_minor) AS amounts,
  (SELECT jsonb_agg(jsonb_build_object('id', l.id, 'quantity', l.quantity)) FROM order_return_line l
   WHERE l.return_id = r.id) AS lines FROM order_return r ORDER BY id`;
const BUSY = `SELECT FROM saga WHERE status IN ('RUNNING', 'UNDOING') UNION ALL SELECT FROM outbox`;

async function inDatabase() {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const variants = SHELF.map(([stock, price]) => neighbours.addVariant(stock, price));
  const shop = await openShop(db, neighbours);
  // Nothing that the model does not have: prices as they are.
  await db.pool.query('DELETE FROM tax_rate');
  await db.pool.query('DELETE FROM discount');
  return {
    ...{ neighbours, variants },
    async ask(work: Parameters<Shop['ask']>[0]) {
      const { kind } = await work(shop.operations);
      await eventually(async () => (await db.pool.query(BUSY)).rowCount === 0);
      return kind;
    },
    orders: async () => (await db.pool.query<OrderSeen>(ORDERS)).rows,
    returns: async () => (await db.pool.query<ReturnSeen>(RETURNS)).rows,
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

/** What can be compared of two shops, whose ids differ. */
async function seen({ orders, returns, neighbours, variants }: Shop) {
  const list = await orders();
  const accountOf = (id: string) => neighbours.accounts.get(id);
  return {
    orders: list.map(({ id, status, credit }) => {
      const account = accountOf(id);
      return { status, credit, taken: account ? capturedOf(account) - refundedOf(account) : 0 };
    }),
    returns: (await returns()).map(({ id: _id, lines: _lines, ...rest }) => rest),
    left: variants.map((id) => neighbours.available(id)),
  };
}

it('the tables of orders, edits and returns in memory do as those in the database do', async () => {
  for (const list of fc.sample(asks, { numRuns: 12, seed: 2026 })) {
    const memory = inMemory();
    await using database = await inDatabase();
    for (const [index, ask] of list.entries()) {
      const told = await ask(memory);
      expect(await ask(database), `request ${index}`).toBe(told);
      expect(await seen(database), `after request ${index}, ${told}`).toEqual(await seen(memory));
    }
  }
}, 120_000);
