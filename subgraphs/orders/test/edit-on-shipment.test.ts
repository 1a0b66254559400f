import { newId } from '@cartograph/runtime/ids';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import {
  checkInvariants,
  eventually,
  neighbour,
  newCustomer,
  openShop,
  orderOf,
  placed,
  type ShopOptions,
  staff,
} from './open-shop.ts';

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
  options: ShopOptions = {},
) {
  const db = await testDatabase('orders');
  const neighbours = createFakeShop();
  const shop = await openShop(db, neighbours, { checkout: { capture: 'on_shipment' }, ...options });
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
    tell: (eventId: string = newId('Event')) => shop.as(neighbour)(CHANGED, { orderId, eventId }),
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

/** An order of two books and something that is not sent, whose edit does `meanwhile` before it ends. */
async function openMixed(options: ShopOptions = {}, books = 2) {
  let happens: (() => Promise<unknown>) | undefined;
  const ports: ShopOptions['ports'] = ({ edits }) => ({
    edits: {
      ...edits,
      async close(...asked) {
        await happens?.();
        await edits.close(...asked);
      },
    },
  });
  const test = await open(
    [
      [books, 1990],
      [1, 990, false],
    ],
    {},
    { ports, ...options },
  );
  const { neighbours, orderId, db } = test;
  return {
    ...test,
    meanwhile: (does: () => Promise<unknown>) => {
      happens = does;
    },
    /** That much was taken, each part once, and nothing is reserved any more. */
    async expectTaken(minor: number, captures: number) {
      await test.delivered();
      expect([neighbours.captured(orderId), neighbours.reserved(orderId)]).toEqual([minor, 0]);
      expect(neighbours.accounts.get(orderId)?.captures.size).toBe(captures);
      expect(neighbours.count('payments.refund')).toBe(0);
      const { status, timeline } = await test.order();
      expect(status).toBe('FULFILLED');
      const told = timeline.nodes.map(({ type }: { type: string }) => type) as readonly string[];
      expect(told.filter((type) => type === 'PAYMENT_CAPTURED')).toHaveLength(captures);
      expect(told).not.toContain('LEFT_UNDONE');
      await checkInvariants(db, neighbours);
    },
  };
}

/** What stays due of it when nothing is sent: the thing that needs no shipment, and shipping. */
const REST = 990 + 490;

describe('an edit that leaves nothing to be sent', () => {
  const PLANNED = { first: ['PLANNED', [2]] } as const;
  const CALLED_OFF = { first: ['CANCELLED', [2]] } as const;

  it.each(['before', 'after'])(
    'has what stays due taken, once; shipping tells of it %s the edit ends',
    async (when) => {
      await using test = await openMixed();
      test.ship(PLANNED);
      await test.tell();
      const callOff = async () => {
        test.ship(CALLED_OFF);
        await Promise.all(['Event:1', 'Event:1', 'Event:2'].map((event) => test.tell(event)));
      };
      if (when === 'before') test.meanwhile(callOff);
      expect(await test.edit([2])).toMatchObject({ order: { status: 'FULFILLED' }, edit: { status: 'APPLIED' } });
      await test.delivered();
      if (when === 'after') await callOff();
      await test.expectTaken(REST, 1);
    },
  );

  it('has it taken once, although payments gives no answer and the edit is asked for again and again', async () => {
    await using test = await openMixed();
    test.ship(PLANNED);
    test.neighbours.failing.set('payments.capture', { at: 'after', times: 2 });
    const idempotencyKey = newId('Key');
    await Promise.all([1, 2, 3].map(() => test.edit([2], { idempotencyKey })));
    await test.edit([2], { idempotencyKey });
    await test.expectTaken(REST, 1);
    expect(test.neighbours.count('payments.capture')).toBe(3);
  });

  it('may be the second of two', async () => {
    await using test = await openMixed();
    test.ship(PLANNED);
    expect((await test.edit([1])).order.status).toBe('CONFIRMED');
    await test.delivered();
    expect(test.neighbours.count('payments.capture')).toBe(0);
    expect(test.neighbours.reserved(test.orderId)).toBe(1990 + REST);
    expect((await test.edit([1])).order.status).toBe('FULFILLED');
    await test.expectTaken(REST, 1);
  });

  it('has it taken beside what pays another thing', async () => {
    await using test = await openMixed();
    test.ship(PLANNED);
    const add = [{ variantId: test.neighbours.addVariant(1, 1000), quantity: 1 }];
    expect(await test.edit([2], { add })).toMatchObject({ edit: { creditAmount: { amount: '10.00' } } });
    await test.expectTaken(1000 + REST, 2);
  });

  it('has nothing taken of an order whose money was taken at once', async () => {
    await using test = await openMixed({ checkout: { capture: 'immediate' } });
    const { neighbours, orderId } = test;
    test.ship(PLANNED);
    expect((await test.edit([2])).order.status).toBe('FULFILLED');
    await test.delivered();
    expect([neighbours.captured(orderId), neighbours.refunded(orderId)]).toEqual([3980 + REST, 3980]);
    expect([...(neighbours.accounts.get(orderId)?.captures.keys() ?? [])]).toEqual([`${orderId}:capture`]);
  });

  it('has nothing taken but what shipments have taken, and lets go of the rest', async () => {
    await using test = await openMixed({}, 3);
    test.ship({ first: ['PLANNED', [1]], second: ['PLANNED', [2]] });
    expect((await test.edit([1])).order.status).toBe('CONFIRMED');
    test.ship({ first: ['HANDED_OVER', [1]], second: ['PLANNED', [1]] });
    await test.tell();
    await test.delivered();
    expect(test.neighbours.captured(test.orderId)).toBe(1990 + REST);
    expect((await test.edit([1])).order.status).toBe('FULFILLED');
    await test.expectTaken(1990 + REST, 1);
    expect(test.neighbours.accounts.get(test.orderId)?.releases.has(`${test.orderId}:release`)).toBe(true);
  });

  const SOME_LEFT = { first: ['HANDED_OVER', [1]], second: ['PLANNED', [1]] } as const;

  it.each(['before', 'after'])('is counted with what has left, which is heard of %s the edit ends', async (when) => {
    await using test = await openMixed();
    test.ship(SOME_LEFT);
    const leave = () => Promise.all(['Event:1', 'Event:1', 'Event:2'].map((event) => test.tell(event)));
    if (when === 'before') test.meanwhile(leave);
    const { order } = await test.edit([1]);
    expect(order.status).toBe(when === 'before' ? 'FULFILLED' : 'CONFIRMED');
    if (when === 'after') await leave();
    await test.expectTaken(1990 + REST, 1);
  });

  it('leaves to a shipment that has left what it is yet to take', async () => {
    await using test = await openMixed();
    test.ship(SOME_LEFT);
    // As when the news of it were taken in by half: nothing was decided as yet.
    const [first, second] = (await test.neighbours.ports.fulfilment.shipmentsOf(test.orderId)).map((each, at) => ({
      ...{ ...each, rank: at === 0 ? 2 : 0 },
    }));
    const known = JSON.stringify([first, second]);
    await test.db.pool.query(`SELECT receive_shipments('Event:0', $1, $2, NULL, NULL)`, [test.orderId, known]);
    expect((await test.edit([1])).order.status).toBe('FULFILLED');
    await test.delivered();
    expect(test.neighbours.count('payments.capture')).toBe(0);
    await test.tell('Event:0');
    await test.expectTaken(1990 + REST, 1);
  });

  it('takes the same when it meets the news of what has left', async () => {
    for (let round = 0; round < 4; round += 1) {
      await using test = await openMixed();
      test.ship(SOME_LEFT);
      await Promise.all([test.edit([1]), ...['Event:1', 'Event:1', 'Event:2'].map((event) => test.tell(event))]);
      await test.expectTaken(1990 + REST, 1);
    }
  });
});
