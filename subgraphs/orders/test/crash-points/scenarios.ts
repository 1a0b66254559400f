import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { expect } from 'vitest';
import type { CapturePolicy } from '../../src/domain/order.ts';
import type { FakeShop } from '../fake-shop.ts';
import { arrived, buy, returnsOf } from '../open-returns.ts';
import { eventually, neighbour, newCustomer, type openShop, orderOf, PLACE_ORDER, staff } from '../open-shop.ts';

type Shop = Awaited<ReturnType<typeof openShop>>;
/** As much of a shop as a request needs. */
export type Asked = Pick<Shop, 'as'>;

/** A request that is sent to a process which ends on the way, and what has to have become of it in the end. */
export interface Scenario {
  readonly name: string;
  /** When money is taken; at once, unless it is said. */
  readonly capture?: CapturePolicy;
  /** What was there before, made by a process that lives on. */
  prepare(
    shop: Shop,
    neighbours: FakeShop,
  ): Promise<{
    /** Sends the request, always with the same key; gives what the buyer or staff hear. */
    ask(shop: Asked): Promise<{ readonly __typename: string; readonly order?: { readonly id: string } | null }>;
    /** Fails where it is not as it should be. */
    check(answer: { readonly __typename: string }): void;
  }>;
}

const CANCEL = /* GraphQL */ `
  mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }
`;
const COMPLETE = /* GraphQL */ `
  mutation ($orderId: ID!) { completePayment(input: { orderId: $orderId }) { __typename } }
`;

const EDIT = /* GraphQL */ `
  mutation ($input: EditOrderInput!) { editOrder(input: $input) { __typename } }
`;
const EXCHANGE = /* GraphQL */ `
  mutation ($input: ExchangeReturnInput!) { exchangeReturn(input: $input) { __typename } }
`;

const CHANGED = /* GraphQL */ `
  mutation ($orderId: ID!, $eventId: String!) {
    shipmentChanged(orderId: $orderId, shipmentId: "Shipment:1", status: "HANDED_OVER", eventId: $eventId)
  }
`;

async function askFor(shop: Asked, viewer: Viewer, document: string, variables: object) {
  const { data, errors } = await shop.as(viewer)(document, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data as object)[0] as { readonly __typename: string; readonly order?: { readonly id: string } };
}

const placing = (name: string, token: string, expected: string): Scenario => ({
  name,
  async prepare(_shop, neighbours) {
    const variant = neighbours.addVariant(3);
    const ada = newCustomer();
    const input = orderOf(variant, { payment: { token } });
    const before = new Set(neighbours.accounts.keys());
    return {
      ask: (shop) => askFor(shop, ada, PLACE_ORDER, { input }),
      check({ __typename }) {
        expect(__typename).toBe(expected);
        const sells = expected === 'PlaceOrderSuccess';
        const accounts = [...neighbours.accounts]
          .filter(([id]) => !before.has(id))
          .map(([, account]) => account.status);
        expect(accounts).toEqual([sells ? 'captured' : expect.stringMatching('refused|voided')]);
        expect([neighbours.sold(variant), neighbours.available(variant)]).toEqual(sells ? [1, 2] : [0, 3]);
      },
    };
  },
});

/** The bank is asked, the buyer confirms, and the checkout goes on. */
const confirmed: Scenario = {
  name: 'a payment that its buyer confirms',
  async prepare(_shop, neighbours) {
    const variant = neighbours.addVariant(3);
    const ada = newCustomer();
    const input = orderOf(variant, { payment: { token: 'tok_3ds' } });
    return {
      async ask(shop) {
        const answer = await askFor(shop, ada, PLACE_ORDER, { input });
        const id = answer.order?.id;
        if (answer.__typename !== 'PaymentActionRequired' || !id) return answer;
        const account = neighbours.accounts.get(id);
        if (account?.status === 'needs-action') account.status = 'authorized';
        return askFor(shop, ada, COMPLETE, { orderId: id });
      },
      check({ __typename }) {
        expect(__typename).toBe('PlaceOrderSuccess');
        expect([neighbours.sold(variant), neighbours.available(variant)]).toEqual([1, 2]);
      },
    };
  },
};

const cancelling = (name: string, shipped: boolean): Scenario => ({
  name,
  async prepare(shop, neighbours) {
    const variant = neighbours.addVariant(3);
    const ada = newCustomer();
    const { id } = await buy(shop, neighbours, ada, orderOf(variant), null);
    // Only shipping knows as yet: the order is CONFIRMED, and the cancellation is refused on the way.
    if (shipped) neighbours.shipments.set(id, [{ id: newId('Shipment'), status: 'IN_TRANSIT' }]);
    const input = { orderId: id, idempotencyKey: newId('Key'), reason: 'Changed my mind.' };
    return {
      ask: (asked) => askFor(asked, ada, CANCEL, { input }),
      check({ __typename }) {
        expect(__typename).toBe(shipped ? 'OrderNotCancellable' : 'CancelOrderSuccess');
        expect(neighbours.accounts.get(id)?.status).toBe(shipped ? 'captured' : 'voided');
        expect(neighbours.sold(variant)).toBe(shipped ? 1 : 0);
      },
    };
  },
});

const returning = (name: string, refunds: boolean): Scenario => ({
  name,
  async prepare(shop, neighbours) {
    const variant = neighbours.addVariant(3);
    const ada = newCustomer();
    const { id, lines } = await buy(shop, neighbours, ada, orderOf(variant));
    const returns = returnsOf(shop);
    const goods = [{ orderLineId: lines[0]?.id, quantity: 1, reason: 'UNWANTED' }];
    const asked = (await returns.request(ada, { orderId: id, lines: goods })).return;
    await returns.approve(asked.id);
    const account = neighbours.accounts.get(id);
    if (!refunds && account) account.refunds.set('by hand', account.amount);
    const input = {
      ...arrived({ returnId: asked.id, lineId: asked.lines[0].id }, 1),
      idempotencyKey: newId('Key'),
    };
    return {
      ask: (other) => returnsOf(other as Shop).receive(input, staff),
      check({ __typename }) {
        expect(__typename).toBe(refunds ? 'ReceiveReturnSuccess' : 'ReturnNotRefunded');
        expect(neighbours.refunded(id)).toBe(refunds ? 1990 : account?.amount.minor);
        expect(neighbours.sold(variant)).toBe(refunds ? 0 : 1);
      },
    };
  },
});

/** A piece for 19.90 is taken out; with `adds`, one for 10.00 comes in its place. */
const editing = (name: string, adds: boolean): Scenario => ({
  name,
  async prepare(shop, neighbours) {
    const [variant, cheaper] = [neighbours.addVariant(3), neighbours.addVariant(3, 1000)];
    const ada = newCustomer();
    const bought = orderOf(variant, { lines: [{ variantId: variant, quantity: 2 }] });
    const { id, lines } = await buy(shop, neighbours, ada, bought, null);
    const input = {
      ...{ orderId: id, idempotencyKey: newId('Key'), reason: 'By phone.' },
      remove: [{ orderLineId: lines[0]?.id, quantity: 1 }],
      add: adds ? [{ variantId: cheaper, quantity: 1 }] : [],
    };
    return {
      ask: (asked) => askFor(asked, staff, EDIT, { input }),
      check({ __typename }) {
        expect(__typename).toBe('EditOrderSuccess');
        expect(neighbours.refunded(id)).toBe(adds ? 990 : 1990);
        expect([neighbours.sold(variant), neighbours.sold(cheaper)]).toEqual([1, adds ? 1 : 0]);
      },
    };
  },
});

/** Of two pieces the last leaves. What staff gave up to take for the first is let go behind what is taken for it. */
const leaving: Scenario = {
  name: 'the last of an order that leaves',
  capture: 'on_shipment',
  async prepare(shop, neighbours) {
    const variant = neighbours.addVariant(3);
    const bought = orderOf(variant, { lines: [{ variantId: variant, quantity: 2 }] });
    const { id } = await buy(shop, neighbours, newCustomer(), bought, null, 'authorized');
    const [first, last] = [newId('Shipment'), newId('Shipment')];
    const shipments = [first, last].map((shipmentId) => ({ id: shipmentId, status: 'PLANNED' }));
    neighbours.shipments.set(id, shipments);
    const leave = (at: number) => Object.assign(shipments[at] ?? {}, { status: 'HANDED_OVER' });
    leave(0);
    await askFor(shop, neighbour, CHANGED, { orderId: id, eventId: newId('Event') });
    await eventually(() => neighbours.captured(id) > 0);
    neighbours.accounts.get(id)?.captures.delete(`${first}:capture`);
    leave(1);
    const news = { orderId: id, eventId: newId('Event') };
    return {
      async ask(asked) {
        await askFor(asked, neighbour, CHANGED, news);
        return { __typename: 'Told' };
      },
      check() {
        const { captures, releases } = neighbours.accounts.get(id) ?? {};
        expect([...(captures ?? [])]).toEqual([[`${last}:capture`, 1990]]);
        expect([...(releases ?? [])]).toEqual([[`${id}:release`, 1990 + 490]]);
      },
    };
  },
};

/** All that was to be sent is taken out: what needs no shipment, and shipping, are taken, and the rest is let go. */
const emptying: Scenario = {
  name: 'an edit that leaves nothing to be sent',
  capture: 'on_shipment',
  async prepare(shop, neighbours) {
    const [variant, ebook] = [neighbours.addVariant(3), neighbours.addVariant(3, 990, false)];
    const bought = [variant, ebook].map((variantId) => ({ variantId, quantity: 1 }));
    const order = orderOf(variant, { lines: bought });
    const { id, lines } = await buy(shop, neighbours, newCustomer(), order, null, 'authorized');
    const input = {
      ...{ orderId: id, idempotencyKey: newId('Key'), reason: 'By phone.', add: [] },
      remove: [{ orderLineId: lines[0]?.id, quantity: 1 }],
    };
    return {
      ask: (asked) => askFor(asked, staff, EDIT, { input }),
      check({ __typename }) {
        expect(__typename).toBe('EditOrderSuccess');
        expect([neighbours.captured(id), neighbours.reserved(id)]).toEqual([990 + 490, 0]);
        expect([neighbours.sold(variant), neighbours.sold(ebook)]).toEqual([0, 1]);
      },
    };
  },
};

/** Of what is reserved a part has paid for another order, and stays; the rest is let go, gift cards and all. */
const releasing: Scenario = {
  name: 'a cancellation of what was paid in part',
  capture: 'on_shipment',
  async prepare(shop, neighbours) {
    const [variant, cheaper] = [neighbours.addVariant(3), neighbours.addVariant(3, 1000)];
    const ada = newCustomer();
    const bought = orderOf(variant, { lines: [{ variantId: variant, quantity: 2 }] });
    const { id, lines } = await buy(shop, neighbours, ada, bought, null, 'authorized');
    const edit = {
      ...{ orderId: id, idempotencyKey: newId('Key'), reason: 'By phone.' },
      remove: [{ orderLineId: lines[0]?.id, quantity: 1 }],
      add: [{ variantId: cheaper, quantity: 1 }],
    };
    const edited = async () => (await askFor(shop, staff, EDIT, { input: edit })).__typename === 'EditOrderSuccess';
    await eventually(edited);
    expect(neighbours.reserved(id)).toBe(1990 + 490);
    const input = { orderId: id, idempotencyKey: newId('Key'), reason: 'Changed my mind.' };
    return {
      ask: (asked) => askFor(asked, ada, CANCEL, { input }),
      check(answer) {
        expect(answer.__typename).toBe('CancelOrderSuccess');
        expect([neighbours.captured(id), neighbours.refunded(id), neighbours.reserved(id)]).toEqual([1000, 0, 0]);
        expect([neighbours.sold(variant), neighbours.sold(cheaper)]).toEqual([0, 1]);
      },
    };
  },
};

/** A piece for 19.90 comes back, and one for 10.00 goes out in its place. */
const exchanging: Scenario = {
  name: 'an exchange',
  async prepare(shop, neighbours) {
    const [variant, cheaper] = [neighbours.addVariant(3), neighbours.addVariant(3, 1000)];
    const ada = newCustomer();
    const { id, lines } = await buy(shop, neighbours, ada, orderOf(variant));
    const goods = [{ orderLineId: lines[0]?.id, quantity: 1, reason: 'UNWANTED' }];
    const { id: returnId, lines: asked } = (await returnsOf(shop).request(ada, { orderId: id, lines: goods })).return;
    const instead = { returnId, idempotencyKey: newId('Key'), lines: [{ variantId: cheaper, quantity: 1 }] };
    const receipt = { ...arrived({ returnId, lineId: asked[0].id }, 1), idempotencyKey: newId('Key') };
    return {
      async ask(other) {
        const answer = await askFor(other, staff, EXCHANGE, { input: instead });
        return answer.__typename === 'ExchangeReturnSuccess'
          ? returnsOf(other as Shop).receive(receipt, staff)
          : answer;
      },
      check({ __typename }) {
        expect(__typename).toBe('ReceiveReturnSuccess');
        expect(neighbours.refunded(id)).toBe(990);
        expect([neighbours.sold(variant), neighbours.sold(cheaper)]).toEqual([0, 1]);
      },
    };
  },
};

export const SCENARIOS: readonly Scenario[] = [
  placing('an order', 'tok_ok', 'PlaceOrderSuccess'),
  placing('an order that is declined', 'tok_declined', 'PaymentDeclined'),
  confirmed,
  cancelling('a cancellation', false),
  cancelling('a cancellation that comes too late', true),
  returning('a return', true),
  returning('a return whose refund is refused', false),
  editing('an edit that takes out', false),
  editing('an edit that also adds', true),
  exchanging,
  leaving,
  emptying,
  releasing,
];
