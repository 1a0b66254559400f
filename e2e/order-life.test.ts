import { randomUUID } from 'node:crypto';
import { connect } from '@cartograph/runtime/database/connect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AskAs, openShop, type Shop } from './src/graph.ts';
import { findGoods, orderInput, settle } from './src/shop-operations.ts';

let shop: Shop;
let ada: AskAs;
let staff: AskAs;
beforeAll(async () => {
  shop = await openShop({ CAPTURE_POLICY: 'on_shipment', AUTO_BUY_LABELS: 'off' });
  ada = await shop.signIn();
  staff = await shop.signInStaff();
}, 60_000);
afterAll(() => shop[Symbol.asyncDispose]());

const ORDER = /* GraphQL */ `
  query ($id: ID!) {
    order(id: $id) {
      status
      total { amount }
      lines { id quantity total { amount } }
      payment { status capturedAmount { amount } refundedAmount { amount } }
      shipments { id status lines { quantity orderLine { id } } }
      edits { status refundAmount { amount } followUp { id status amountDue { amount } } }
      timeline(first: 100) { nodes { type } }
    }
  }
`;
const EDIT = /* GraphQL */ `
  mutation ($input: EditOrderInput!) {
    result: editOrder(input: $input) {
      __typename
      ... on EditOrderSuccess { edit { status removedAmount { amount } followUp { id status total { amount } amountDue { amount } } } }
      ... on UserError { message }
    }
  }
`;
const PAY = /* GraphQL */ `
  mutation ($input: PayOrderInput!) {
    result: payOrder(input: $input) { __typename ... on PlaceOrderSuccess { order { status } } ... on UserError { message } }
  }
`;
const REPLAN = /* GraphQL */ `
  mutation ($input: ReplanShipmentInput!) {
    result: replanShipment(input: $input) { __typename ... on ReplanShipmentSuccess { shipments { id } } ... on UserError { message } }
  }
`;
const LABEL = /* GraphQL */ `
  mutation ($id: ID!, $key: String!) { result: buyShipmentLabel(shipmentId: $id, key: $key) { __typename ... on UserError { message } } }
`;
const HAND_OVER = /* GraphQL */ `
  mutation ($id: ID!) { result: markHandedOver(shipmentId: $id) { __typename ... on UserError { message } } }
`;
const REQUEST = /* GraphQL */ `
  mutation ($input: RequestReturnInput!) {
    result: requestReturn(input: $input) { __typename ... on RequestReturnSuccess { return { id lines { id } } } ... on UserError { message } }
  }
`;
const EXCHANGE = /* GraphQL */ `
  mutation ($input: ExchangeReturnInput!) {
    result: exchangeReturn(input: $input) { __typename ... on ExchangeReturnSuccess { return { exchange { id } } } ... on UserError { message } }
  }
`;
const RECEIVE = /* GraphQL */ `
  mutation ($input: ReceiveReturnInput!) {
    result: receiveReturn(input: $input) { __typename ... on ReceiveReturnSuccess { return { creditAmount { amount } } } ... on UserError { message } }
  }
`;

async function ask(who: AskAs, document: string, variables: object): Promise<any> {
  const { data, errors } = await who(document, variables);
  expect(errors).toBeUndefined();
  return data.result;
}
const keyed = (input: object) => ({ input: { idempotencyKey: randomUUID(), ...input } });
const read = async (id: string) => (await staff(ORDER, { id })).data.order;
const stock = async (id: string): Promise<number> =>
  (await ada('query ($id: ID!) { variant(id: $id) { availableQuantity } }', { id })).data.variant.availableQuantity;

const ISSUE = /* GraphQL */ `
  mutation ($input: IssueGiftCardInput!) { result: issueGiftCard(input: $input) { ... on IssueGiftCardSuccess { code } } }
`;
const BALANCE = 'query ($code: String!) { giftCard(code: $code) { balance { amount } } }';

/** An order of three of one thing; a gift card pays all but a euro of what the goods cost, where that is asked for. */
async function placeThree({ withGiftCard = false } = {}) {
  const { variants } = await findGoods(ada);
  const plenty = variants.filter(({ backorder, availableQuantity }) => !backorder && availableQuantity >= 9);
  const [variant, other] = [plenty[0], plenty.find(({ id }) => id !== plenty[0]?.id)];
  if (!variant || !other) throw new Error('the demo shop has too little stock');
  const giftCard = withGiftCard ? await giveGiftCard(3 * Number(variant.price?.amount) - 1) : null;
  const payment = { token: 'tok_success', ...(giftCard && { giftCardCodes: [giftCard.code] }) };
  const input = await orderInput(ada, { lines: [{ variantId: variant.id, quantity: 3 }], payment });
  const { order } = await settle(ada, input);
  return { variant, other, giftCard, id: order.id as string, ...(await read(order.id)) };
}

async function giveGiftCard(worth: number) {
  const { code } = await ask(staff, ISSUE, keyed({ amount: { amount: worth.toFixed(2), currencyCode: 'EUR' } }));
  const balance = async () => Number((await ada(BALANCE, { code })).data.giftCard.balance.amount);
  return { code: code as string, worth, balance };
}

const HELD = 'query ($since: DateTime!) { payments(filter: { heldSince: $since }) { nodes { order { id } } } }';
const LET_GO = /* GraphQL */ `
  mutation ($input: ReleaseReservationInput!) {
    result: releaseReservation(input: $input) {
      ... on ReleaseReservationSuccess { released { amount } order { payment { status } } }
      ... on UserError { message }
    }
  }
`;

/** What was let go of the gift card is reserved again, as it stayed before anybody let go of it. */
async function reserveAgain(orderId: string): Promise<void> {
  const db = connect(shop.databases.urls.payments ?? '', { name: 'test', maxConnections: 1 });
  await db.pool.query(
    `WITH paid AS (
       UPDATE payments p SET authorized_minor = p.authorized_minor + o.stored_released_minor, stored_released_minor = 0,
         status = 'PARTIALLY_CAPTURED'
       FROM (SELECT id, stored_released_minor FROM payments WHERE order_id = $1) o WHERE p.id = o.id
       RETURNING p.id, o.stored_released_minor AS minor)
     UPDATE stored_values v SET reserved_minor = reserved_minor + paid.minor
     FROM paid JOIN redemptions r ON r.payment_id = paid.id WHERE v.id = r.stored_value_id`,
    [orderId],
  );
  await db.close();
}

async function send(shipmentId: string): Promise<void> {
  const label = await ask(staff, LABEL, { id: shipmentId, key: randomUUID() });
  expect(label.__typename).toBe('BuyShipmentLabelSuccess');
  expect((await ask(staff, HAND_OVER, { id: shipmentId })).__typename).toBe('MarkHandedOverSuccess');
}

describe('an order through the router', () => {
  it('leaves in parts, and is charged for each when it leaves', async () => {
    const placed = await placeThree();
    const [shipment] = placed.shipments;
    const line = (quantity: number) => ({ lines: [{ orderLineId: placed.lines[0].id, quantity }] });
    const parts = { shipmentId: shipment.id, key: randomUUID(), parts: [line(1), line(2)] };
    const { shipments } = await ask(staff, REPLAN, { input: parts });
    expect(shipments).toHaveLength(2);
    await send(shipments[0].id);
    await vi.waitFor(async () => expect((await read(placed.id)).status).toBe('PARTIALLY_FULFILLED'), 20_000);
    await vi.waitFor(async () => expect((await read(placed.id)).payment.status).toBe('PARTIALLY_CAPTURED'), 20_000);
    await send(shipments[1].id);
    await vi.waitFor(async () => {
      const { status, payment, total } = await read(placed.id);
      expect({ status, payment: payment.status }).toEqual({ status: 'FULFILLED', payment: 'CAPTURED' });
      expect(payment.capturedAmount.amount).toBe(total.amount);
    }, 20_000);
  });

  it('is edited: pieces go back on sale, and what is added is paid by them and by the buyer', async () => {
    const placed = await placeThree();
    const [before, beforeOther] = [await stock(placed.variant.id), await stock(placed.other.id)];
    const edit = await ask(
      staff,
      EDIT,
      keyed({
        orderId: placed.id,
        reason: 'Asked on the phone.',
        remove: [{ orderLineId: placed.lines[0].id, quantity: 1 }],
        add: [{ variantId: placed.other.id, quantity: 4 }],
      }),
    );
    expect(edit).toMatchObject({ __typename: 'EditOrderSuccess', edit: { status: 'AWAITING_PAYMENT' } });
    const { followUp, removedAmount } = edit.edit;
    expect(Number(followUp.amountDue.amount)).toBeCloseTo(Number(followUp.total.amount) - Number(removedAmount.amount));
    expect([await stock(placed.variant.id), await stock(placed.other.id)]).toEqual([before, beforeOther - 4]);

    const payment = { token: 'tok_success' };
    const paid = await ask(ada, PAY, keyed({ orderId: followUp.id, payment }));
    expect(paid).toMatchObject({ __typename: 'PlaceOrderSuccess', order: { status: 'CONFIRMED' } });
    await vi.waitFor(async () => {
      const after = await read(placed.id);
      expect(after.edits).toMatchObject([{ status: 'APPLIED', followUp: { status: 'CONFIRMED' } }]);
      expect(after.payment.capturedAmount.amount).toBe(removedAmount.amount);
      const open = after.shipments.filter(({ status }: { status: string }) => status === 'PLANNED');
      expect(open).toMatchObject([{ lines: [{ quantity: 2 }] }]);
    }, 20_000);
    expect(await stock(placed.variant.id)).toBe(before + 1);
  });

  it('gives what an edit has saved back to the gift card that was to pay it, and takes no more of it', async () => {
    const placed = await placeThree({ withGiftCard: true });
    const { giftCard, total } = placed;
    if (!giftCard) throw new Error('it was not paid with a gift card');
    expect(await giftCard.balance()).toBe(0);
    const remove = [{ orderLineId: placed.lines[0].id, quantity: 2 }];
    const asked = keyed({ orderId: placed.id, reason: 'Asked on the phone.', remove, add: [] });
    const { edit } = await ask(staff, EDIT, asked);
    const rest = Number(total.amount) - Number(edit.removedAmount.amount);
    expect(rest).toBeLessThan(giftCard.worth);
    expect(await giftCard.balance()).toBeCloseTo(giftCard.worth - rest);
    // What is left goes in a shipment of its own.
    const { shipments } = await read(placed.id);
    await send(shipments.find(({ status }: { status: string }) => status === 'PLANNED').id);
    await vi.waitFor(async () => expect((await read(placed.id)).payment.status).toBe('CAPTURED'), 20_000);
    expect(Number((await read(placed.id)).payment.capturedAmount.amount)).toBeCloseTo(rest);
    expect(await giftCard.balance()).toBeCloseTo(giftCard.worth - rest);
  });

  it('leaves nothing reserved of a gift card for nothing: staff see it, and let go of it', async () => {
    const placed = await placeThree({ withGiftCard: true });
    const { giftCard } = placed;
    if (!giftCard) throw new Error('it was not paid with a gift card');
    const remove = [{ orderLineId: placed.lines[0].id, quantity: 2 }];
    await ask(staff, EDIT, keyed({ orderId: placed.id, reason: 'Asked on the phone.', remove, add: [] }));
    const { shipments } = await read(placed.id);
    await send(shipments.find(({ status }: { status: string }) => status === 'PLANNED').id);
    await vi.waitFor(async () => expect((await read(placed.id)).payment.status).toBe('CAPTURED'), 20_000);
    const saved = await giftCard.balance();
    await reserveAgain(placed.id);
    expect(await giftCard.balance()).toBe(0);
    const held = async () =>
      (await staff(HELD, { since: new Date().toISOString() })).data.payments.nodes.filter(
        ({ order }: { order: { id: string } }) => order.id === placed.id,
      );
    expect(await held()).toHaveLength(1);

    const released = await ask(staff, LET_GO, keyed({ orderId: placed.id }));

    expect(released).toMatchObject({ order: { payment: { status: 'CAPTURED' } } });
    expect(Number(released.released.amount)).toBeCloseTo(saved);
    expect(await held()).toEqual([]);
    expect(await giftCard.balance()).toBeCloseTo(saved);
    const paid = { payment: { token: 'tok_success', giftCardCodes: [giftCard.code] } };
    expect((await settle(ada, await orderInput(ada, paid))).__typename).toBe('PlaceOrderSuccess');
    expect(await giftCard.balance()).toBeLessThan(saved);
  });

  it('is exchanged: what comes instead is held, and paid by what comes back', async () => {
    const placed = await placeThree();
    await send(placed.shipments[0].id);
    await vi.waitFor(async () => expect((await read(placed.id)).payment.status).toBe('CAPTURED'), 20_000);
    const lines = [{ orderLineId: placed.lines[0].id, quantity: 1, reason: 'WRONG_SIZE' }];
    const asked = await ask(ada, REQUEST, keyed({ orderId: placed.id, lines }));
    const before = await stock(placed.variant.id);
    const returnId = asked.return.id;
    const instead = [{ variantId: placed.variant.id, quantity: 1 }];
    const exchanged = await ask(staff, EXCHANGE, keyed({ returnId, lines: instead }));
    expect(exchanged.__typename).toBe('ExchangeReturnSuccess');
    expect(await stock(placed.variant.id)).toBe(before - 1);
    const back = [{ lineId: asked.return.lines[0].id, quantity: 1, condition: 'RESALEABLE' }];
    expect((await ask(staff, RECEIVE, keyed({ returnId, lines: back }))).__typename).toBe('ReceiveReturnSuccess');
    await vi.waitFor(async () => {
      const followUp = await read(exchanged.return.exchange.id);
      expect(followUp).toMatchObject({ status: 'CONFIRMED', payment: null, shipments: [{ status: 'PLANNED' }] });
    }, 20_000);
    expect(await stock(placed.variant.id)).toBe(before);
    expect((await read(placed.id)).payment.refundedAmount.amount).toBe('0.00');
  });
});
