import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { ADA, ada, authorize, BOB, bob, FINANCE, newOrder, ORDERS, openWorld } from './setup.ts';

type Open = Awaited<ReturnType<typeof openWorld>>;

const BY_KEY = /* GraphQL */ `
  query ($keys: [_Any!]!) {
    _entities(representations: $keys) {
      __typename
      ... on Order { id payment { id status amount { amount } card { last4 } redemptions { last4 } refunds { id } attempts { outcome } provider } payments { id } }
      ... on Customer { id paymentMethods { id card { last4 } } giftCards { id balance { amount } } storeCredit { amount currencyCode } }
      ... on Payment { id status order { id } }
      ... on Refund { id amount { amount } of: payment { id } }
      ... on GiftCard { id balance { amount } }
    }
  }
`;

const entities = async (world: Open, viewer: Viewer, keys: object[]) => {
  const { data, errors } = await world.ask(viewer)(BY_KEY, { keys });
  expect(errors).toBeUndefined();
  return data._entities;
};

/** One paid, partly refunded order of Ada, with everything she owns. */
async function fill(world: Open) {
  const orderId = newOrder();
  const { payment } = await authorize(world, { orderId, buyerId: ADA, capture: 'AUTOMATIC' });
  const refund = await world.operations.issueRefund(FINANCE, {
    paymentId: payment?.id ?? '',
    amount: { minor: 10_00, currency: 'EUR' },
    reason: null,
    idempotencyKey: 'k',
  });
  const method = await world.operations.savePaymentMethod(ada, { token: 'tok_success' });
  const amount = { minor: 20_00, currency: 'EUR' };
  const issued = await world.operations.issueGiftCard(FINANCE, {
    amount,
    customerId: ADA,
    expiresAt: null,
    idempotencyKey: 'g',
  });
  await world.operations.grantStoreCredit(FINANCE, { customerId: ADA, amount, idempotencyKey: 's' });
  if (refund.kind !== 'IssueRefundSuccess' || issued.kind !== 'IssueGiftCardSuccess') throw new Error('not filled');
  if (method.kind !== 'SavePaymentMethodSuccess') throw new Error('not filled');
  return {
    orderId,
    paymentId: payment?.id ?? '',
    refundId: refund.refund.id,
    giftCardId: issued.giftCard.id,
    methodId: method.method.id,
  };
}

describe('who sees a payment', () => {
  it('its buyer does, by every route', async () => {
    await using world = await openWorld();
    const { orderId, paymentId, refundId, giftCardId, methodId } = await fill(world);
    const [order, customer, payment, refund, giftCard] = await entities(world, ada, [
      { __typename: 'Order', id: orderId },
      { __typename: 'Customer', id: ADA },
      { __typename: 'Payment', id: paymentId },
      { __typename: 'Refund', id: refundId },
      { __typename: 'GiftCard', id: giftCardId },
    ]);
    expect(order).toMatchObject({
      payment: {
        id: paymentId,
        status: 'PARTIALLY_REFUNDED',
        card: { last4: '4242' },
        refunds: [{ id: refundId }],
        provider: null,
      },
      payments: [{ id: paymentId }],
    });
    expect(order.payment.attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'CAPTURED',
      'SUCCEEDED',
    ]);
    expect(customer).toMatchObject({
      paymentMethods: [{ id: methodId, card: { last4: '4242' } }],
      giftCards: [{ id: giftCardId, balance: { amount: '20.00' } }],
      storeCredit: [{ amount: '20.00', currencyCode: 'EUR' }],
    });
    expect(payment).toMatchObject({ id: paymentId, order: { id: orderId } });
    expect(refund).toMatchObject({ amount: { amount: '10.00' }, of: { id: paymentId } });
    expect(giftCard).toMatchObject({ balance: { amount: '20.00' } });
  });

  it('nobody else does, by no route', async () => {
    await using world = await openWorld();
    const { orderId, paymentId, refundId, giftCardId, methodId } = await fill(world);
    const strangers: Viewer[] = [{ kind: 'anonymous' }, { kind: 'guest', guestId: newId('Guest') }, bob];
    for (const viewer of strangers) {
      expect(
        await entities(world, viewer, [
          { __typename: 'Order', id: orderId },
          { __typename: 'Customer', id: ADA },
          { __typename: 'Payment', id: paymentId },
          { __typename: 'Refund', id: refundId },
          { __typename: 'GiftCard', id: giftCardId },
        ]),
      ).toEqual([
        { __typename: 'Order', id: orderId, payment: null, payments: [] },
        { __typename: 'Customer', id: ADA, paymentMethods: [], giftCards: [], storeCredit: [] },
        null,
        null,
        null,
      ]);
    }
    const read = await world.ask(bob)('query ($id: ID!) { payment(id: $id) { id } }', { id: paymentId });
    expect(read).toMatchObject({ data: { payment: null } });
    const removed = await world.ask(bob)('mutation ($id: ID!) { deletePaymentMethod(id: $id) { __typename } }', {
      id: methodId,
    });
    expect(removed.data.deletePaymentMethod.__typename).toBe('NotFound');
    for (const field of [
      'payments { nodes { id } }',
      'giftCards { nodes { id } }',
      'ledgerBalances { account }',
      'reconciliation { balanced }',
    ])
      expect((await world.ask(bob)(`{ ${field} }`)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(
      (await world.ask({ kind: 'anonymous' })('query ($id: ID!) { payment(id: $id) { id } }', { id: paymentId }))
        .errors?.[0]?.extensions.code,
    ).toBe('UNAUTHENTICATED');
  });

  it('a customer also sees what they paid as a guest, and staff see the provider’s name for it', async () => {
    await using world = await openWorld();
    const guestId = newId('Guest');
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId, buyerId: guestId });
    const key = [{ __typename: 'Order', id: orderId }];
    const merged: Viewer = { kind: 'customer', customerId: BOB, guestId };
    expect(await entities(world, merged, key)).toMatchObject([{ payment: { id: payment?.id } }]);
    expect(await entities(world, FINANCE, key)).toMatchObject([{ payment: { provider: 'fake' } }]);
  });
});

describe('the number of statements', () => {
  /** How many one request sends to the database. */
  async function count({ db }: Open, work: () => Promise<unknown>): Promise<number> {
    const before = db.statements.ofRequests;
    await work();
    return db.statements.ofRequests - before;
  }

  it('is one for the payments of any number of orders, and constant with everything inside them', async () => {
    await using world = await openWorld();
    const orders = Array.from({ length: 100 }, newOrder);
    for (const orderId of orders) await authorize(world, { orderId, buyerId: ADA, capture: 'AUTOMATIC' });
    const keys = orders.map((id) => ({ __typename: 'Order', id }));
    const CURRENT = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Order { payment { id status amount { amount } card { last4 } } } } }`;
    const ask = (document: string, size: number) => async () => {
      const { data, errors } = await world.ask(ada)(document, { keys: keys.slice(0, size) });
      expect(errors).toBeUndefined();
      expect(data._entities).toHaveLength(size);
      expect(data._entities.at(-1).payment.status).toBe('CAPTURED');
    };
    expect(await count(world, ask(CURRENT, 1))).toBe(1);
    expect(await count(world, ask(CURRENT, 100))).toBe(1);
    const one = await count(world, ask(BY_KEY, 1));
    const many = await count(world, ask(BY_KEY, 100));
    expect([one, many]).toEqual([4, 4]); // current, all, refunds, attempts
  });

  it('is the same for a list of 1 and of 100', async () => {
    await using world = await openWorld();
    for (let index = 0; index < 100; index += 1) await authorize(world, { key: `k${index}` });
    const list = (first: number) => () =>
      world.ask(FINANCE)(
        'query ($first: Int!) { payments(first: $first) { nodes { id attempts { outcome } redemptions { last4 } } } }',
        { first },
      );
    const one = await count(world, list(1));
    expect(await count(world, list(100))).toBe(one);
  });

  it('is two to authorise, two to capture, two to void', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    await authorize(world); // Connections are open and statements planned.
    expect(await count(world, () => authorize(world, { orderId }))).toBe(2);
    const effect = (name: string) => () =>
      world.ask(ORDERS)(`mutation ($id: ID!) { ${name}(orderId: $id, key: "k") { __typename } }`, { id: orderId });
    expect(await count(world, effect('capturePayment'))).toBe(2);
    const voided = newOrder();
    await authorize(world, { orderId: voided });
    expect(
      await count(world, () =>
        world.ask(ORDERS)(`mutation ($id: ID!) { voidPayment(orderId: $id, key: "k") { __typename } }`, { id: voided }),
      ),
    ).toBe(2);
  });
});

describe('the list of payments', () => {
  it('is cut off at 100, newest first, page by page', async () => {
    await using world = await openWorld();
    for (let index = 0; index < 5; index += 1) await authorize(world, { amount: `${index + 1}.00` });
    const read = async (args: string) =>
      world.ask(FINANCE)(`{ payments(${args}) { nodes { amount { amount } } pageInfo { hasNextPage endCursor } } }`);
    const first = await read('first: 3');
    expect(first.data.payments.nodes.map(({ amount }: { amount: { amount: string } }) => amount.amount)).toEqual([
      '5.00',
      '4.00',
      '3.00',
    ]);
    const rest = await read(`first: 3, after: "${first.data.payments.pageInfo.endCursor}"`);
    expect(rest.data.payments).toMatchObject({
      nodes: [{ amount: { amount: '2.00' } }, { amount: { amount: '1.00' } }],
      pageInfo: { hasNextPage: false },
    });
    for (const args of ['first: 101', 'first: 0', 'first: 1000000000', 'first: 3, after: "nonsense"'])
      expect((await read(args)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await read('filter: { statuses: [VOIDED] }')).data.payments.nodes).toEqual([]);
  });
});
