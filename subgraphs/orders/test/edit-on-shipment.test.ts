import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import { checkInvariants, eventually, neighbour, newCustomer, openShop, orderOf, placed, staff } from './open-shop.ts';

const EDIT = /* GraphQL */ `
  mutation ($input: EditOrderInput!) {
    result: editOrder(input: $input) {
      __typename
      ... on EditOrderSuccess { order { status } edit { status refundAmount { amount } creditAmount { amount } } }
      ... on UserError { message }
    }
  }
`;
const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!, $eventId: String!) {
    shipmentChanged(orderId: $orderId, shipmentId: "Shipment:1", status: "HANDED_OVER", eventId: $eventId)
  }
`;
const ORDER = 'query ($id: ID!) { order(id: $id) { status timeline { nodes { type message } } } }';

/** An order whose money is taken at shipment, and its shipments. `lines`: how many, what each costs, and what is sent. */
async function open(
  lines: readonly (readonly [quantity: number, price: number, sent?: boolean])[],
  input: object = {},
) {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const shop = await openShop(db, neighbours, { checkout: { capture: 'on_shipment' } });
  const ada = newCustomer();
  const bought = lines.map(([quantity, price, sent = true]) => ({
    ...{ variantId: neighbours.addVariant(9, price, sent), quantity },
  }));
  const { order } = await placed(shop, ada, orderOf('', { lines: bought, ...input }));
  const ids = new Map<string, string>();
  const orderId = order.id as string;
  const lineIds = order.lines.map(({ id }: { id: string }) => id) as readonly string[];
  return {
    ...{ db, neighbours, shop, orderId },
    /** How many of each line to take out. */
    edit: async (removed: readonly number[], changes: object = {}) => {
      const remove = removed.flatMap((quantity, at) => (quantity > 0 ? [{ orderLineId: lineIds[at], quantity }] : []));
      const asked = { orderId, remove, add: [], reason: 'By phone.', idempotencyKey: newId('Key'), ...changes };
      return (await shop.as(staff)(EDIT, { input: asked })).data.result;
    },
    /** Shipping changes: the shipments by their names, each with its status and how many of each line it holds. */
    ship(shipments: Readonly<Record<string, readonly [status: string, pieces: readonly number[]]>>): void {
      const states = Object.entries(shipments).map(([name, [status, pieces]]) => {
        const id = ids.get(name) ?? newId('Shipment');
        ids.set(name, id);
        return { id, status, lines: pieces.map((quantity, at) => ({ orderLineId: lineIds[at] ?? '', quantity })) };
      });
      neighbours.shipments.set(orderId, states);
    },
    /** Shipping tells that something has changed. */
    tell: (eventId = newId('Event')) => shop.as(neighbour)(CHANGED, { orderId, eventId }),
    order: async () => (await shop.as(staff)(ORDER, { id: orderId })).data.order,
    /** All that was ordered in the outbox has happened. */
    delivered: () => eventually(async () => (await db.pool.query('SELECT FROM outbox')).rowCount === 0),
    async [Symbol.asyncDispose]() {
      await shop[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

describe('an edit of an order that is paid as it leaves', () => {
  // Two for 35.91: half of that is no whole number of cents.
  const ODD = [[[2, 1995]], { discountCodes: ['WELCOME10'] }] as const;

  it('takes out what nothing was taken for, to the cent', async () => {
    await using test = await open(...ODD);
    const { neighbours, orderId } = test;
    test.ship({ first: ['HANDED_OVER', [1]], second: ['PLANNED', [1]] });
    await test.tell();
    await test.delivered();
    expect(neighbours.captured(orderId)).toBe(1796 + 490);
    expect(await test.edit([1])).toMatchObject({ order: { status: 'FULFILLED' }, edit: { status: 'APPLIED' } });
    await test.delivered();
    expect([neighbours.captured(orderId), neighbours.reserved(orderId)]).toEqual([1796 + 490, 0]);
    const { timeline } = await test.order();
    expect(timeline.nodes).toContainEqual(expect.objectContaining({ type: 'PAYMENT_RELEASED' }));
    expect(timeline.nodes.map(({ type }: { type: string }) => type)).not.toContain('LEFT_UNDONE');
    await checkInvariants(test.db, neighbours);
  });

  it('pays another thing with what it takes out, to the cent', async () => {
    await using test = await open(...ODD);
    const { neighbours, orderId } = test;
    test.ship({ first: ['HANDED_OVER', [1]], second: ['PLANNED', [1]] });
    await test.tell();
    await test.delivered();
    const add = [{ variantId: neighbours.addVariant(1, 1795), quantity: 1 }];
    expect(await test.edit([1], { add })).toMatchObject({
      edit: { status: 'APPLIED', creditAmount: { amount: '17.95' }, refundAmount: { amount: '0.00' } },
    });
    await test.delivered();
    expect([neighbours.captured(orderId), neighbours.reserved(orderId)]).toEqual([2 * 1995 - 399 + 490, 0]);
  });
});
