import { Unavailable } from '@cartograph/kernel/errors';
import { createLogger } from '@cartograph/runtime/logger';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { describe, expect, it } from 'vitest';
import { createPayments } from '../src/subgraph.ts';
import { ada, authorize, eventually, inputOf, newOrder, ORDERS, openConnections, openWorld } from './setup.ts';

describe('authorizePayment', () => {
  it('reserves the money of an order', async () => {
    await using world = await openWorld();
    const answer = await authorize(world);
    expect(answer).toMatchObject({ __typename: 'PaymentAuthorized', payment: { status: 'AUTHORIZED' } });
    expect(world.provider.count()).toBe(1);
  });

  it('answers a repeated key with the first payment and charges nothing more', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const first = await authorize(world, { orderId });
    expect(await authorize(world, { orderId })).toEqual(first);
    expect(world.provider.calls.authorize).toBe(1);
  });

  it('refuses a key that is used for another amount', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    await authorize(world, { orderId });
    await expect(authorize(world, { orderId, amount: '1.00' })).rejects.toThrow('BAD_USER_INPUT');
  });

  it('charges once when the same key comes twenty times at once, to two processes', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const config = { port: 0, envelopeSecret: TEST_SECRET, logLevel: 'silent' };
    await using second = createPayments(world.ports, config, { logger: createLogger('payments', 'silent') });
    const url = await second.listen();
    const other = { ask: (viewer: typeof ada) => askSubgraph('payments', url, viewer) };
    const orderId = newOrder();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => authorize(index % 2 ? world : other, { orderId })),
    );
    expect(new Set(answers.map(({ payment }) => payment?.id)).size).toBe(1);
    expect(world.provider.count()).toBe(1);
    const { rows } = await world.db.pool.query('SELECT status FROM payments');
    expect(rows).toEqual([{ status: 'AUTHORIZED' }]);
  });

  it('lets only one of many tries with different keys succeed', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const orderId = newOrder();
    await Promise.all(Array.from({ length: 10 }, (_, index) => authorize(world, { orderId, key: `try-${index}` })));
    expect(world.provider.count()).toBe(1);
  });

  it('remembers a decline, and lets another card try under another key', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const declined = { __typename: 'PaymentRefused', reason: 'INSUFFICIENT_FUNDS' };
    expect(await authorize(world, { orderId, token: 'tok_insufficient_funds' })).toMatchObject(declined);
    expect(await authorize(world, { orderId, token: 'tok_insufficient_funds' })).toMatchObject(declined);
    expect(world.provider.calls.authorize).toBe(1);
    expect(await authorize(world, { orderId, key: 'key-2' })).toMatchObject({ __typename: 'PaymentAuthorized' });
  });

  it('stops somebody who tests cards on one order', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    for (let index = 0; index < 20; index += 1)
      await authorize(world, { orderId, key: `try-${index}`, token: 'tok_declined' });
    expect(await authorize(world, { orderId, key: 'try-20' })).toMatchObject({ reason: 'TOO_MANY_ATTEMPTS' });
    expect(world.provider.calls.authorize).toBe(20);
  });

  it('does not take money for an order that another payment has paid', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const first = await authorize(world, { orderId });
    expect(await authorize(world, { orderId, key: 'key-2' })).toEqual(first);
    expect(await authorize(world, { orderId, key: 'key-3', amount: '7.00' })).toMatchObject({ reason: 'ALREADY_PAID' });
    expect(world.provider.count()).toBe(1);
  });

  it('takes the money at once when it is captured automatically', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    expect(payment?.status).toBe('CAPTURED');
    expect(world.provider.net(payment?.id ?? '')).toBe(100_00);
  });

  it('asks for what cannot be: a negative amount, no card, a stranger as buyer', async () => {
    await using world = await openWorld();
    await expect(authorize(world, { amount: '-1.00' })).rejects.toThrow('BAD_USER_INPUT');
    await expect(authorize(world, { buyerId: 'Somebody:1' })).rejects.toThrow('BAD_USER_INPUT');
    expect(await authorize(world, { token: null })).toMatchObject({ reason: 'PAYMENT_METHOD_REQUIRED' });
    expect(world.provider.count()).toBe(0);
  });

  it('needs no card for an order that costs nothing', async () => {
    await using world = await openWorld();
    const answer = await authorize(world, { amount: '0.00', token: null });
    expect(answer).toMatchObject({ __typename: 'PaymentAuthorized' });
    expect(world.provider.calls.authorize).toBe(0);
  });

  it('is closed to everybody but a neighbour', async () => {
    await using world = await openWorld();
    const document = `mutation ($input: AuthorizePaymentInput!) { authorizePayment(input: $input) { __typename } }`;
    const { errors } = await world.ask(ada)(document, { input: inputOf({}) });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(world.provider.count()).toBe(0);
  });
});

describe('an outcome that nobody knows', () => {
  it('is found out by our own reference when the answer is lost after the charge', async () => {
    await using world = await openWorld();
    const answer = await authorize(world, { token: 'tok_timeout' });
    expect(answer).toMatchObject({ __typename: 'PaymentAuthorized', payment: { status: 'AUTHORIZED' } });
    expect(world.provider.calls).toMatchObject({ authorize: 1, find: 1 });
  });

  it('stays unknown while the provider is silent, and is known to the next call with the key', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    world.provider.after = () => {
      throw new Unavailable('payment provider');
    };
    expect(await authorize(world, { orderId })).toMatchObject({ __typename: 'PaymentUnknown' });
    const { rows } = await world.db.pool.query('SELECT status FROM payments');
    expect(rows).toEqual([{ status: 'UNKNOWN' }]);
    world.provider.after = () => {};
    expect(await authorize(world, { orderId })).toMatchObject({ __typename: 'PaymentAuthorized' });
    expect(world.provider.count()).toBe(1);
  });

  it('is resolved by the recovery job when the process died before the answer, and orders is told', async () => {
    await using world = await openWorld();
    let isDead = true;
    world.provider.after = () => (isDead ? new Promise<never>(() => {}) : undefined);
    void world.operations.authorizePayment(ORDERS, {
      ...inputOf({}),
      amount: { minor: 100_00, currency: 'EUR' },
      email: null,
    });
    await eventually(() => world.provider.count() === 1);
    isDead = false;
    await world.makeDue();
    await world.operations.recoverPayments();
    const { rows } = await world.db.pool.query('SELECT status, check_at FROM payments');
    expect(rows).toEqual([{ status: 'AUTHORIZED', check_at: null }]);
    const { rows: news } = await world.db.pool.query('SELECT topic, payload FROM outbox');
    expect(news).toMatchObject([{ topic: 'paymentChanged', payload: { status: 'AUTHORIZED' } }]);
    expect(world.woken()).toBeGreaterThan(0);
  });

  it('is given up when the provider never got the request', async () => {
    await using world = await openWorld();
    world.provider.before = () => {
      throw new Unavailable('payment provider');
    };
    await authorize(world);
    world.provider.before = () => {};
    await world.makeDue();
    await world.operations.recoverPayments();
    const read = async () => (await world.db.pool.query('SELECT status, decline_reason FROM payments')).rows;
    expect(await read()).toMatchObject([{ status: 'UNKNOWN' }]);
    world.advance(61_000);
    await world.makeDue();
    await world.operations.recoverPayments();
    expect(await read()).toEqual([{ status: 'VOIDED', decline_reason: 'EXPIRED' }]);
  });
});

describe('3-D Secure', () => {
  const confirm = async (world: Awaited<ReturnType<typeof openWorld>>, orderId: string) =>
    (
      await world.ask(ORDERS)(
        `mutation ($orderId: ID!) { answer: confirmPayment(orderId: $orderId) { __typename ... on PaymentRefused { reason } } }`,
        { orderId },
      )
    ).data.answer;

  it('pauses until the bank has confirmed', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const answer = await authorize(world, { orderId, token: 'tok_3ds' });
    expect(answer).toMatchObject({ __typename: 'PaymentNeedsAction', redirectUrl: 'https://bank.example/confirm' });
    expect(await confirm(world, orderId)).toEqual({ __typename: 'PaymentNeedsAction' });
    world.provider.decide(answer.payment?.id ?? '', true);
    expect(await confirm(world, orderId)).toEqual({ __typename: 'PaymentAuthorized' });
  });

  it('ends in a refusal when the bank says no', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId, token: 'tok_3ds' });
    world.provider.decide(payment?.id ?? '', false);
    expect(await confirm(world, orderId)).toEqual({ __typename: 'PaymentRefused', reason: 'AUTHENTICATION_FAILED' });
  });

  it('makes room for another card when the buyer comes back without confirming', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId, token: 'tok_3ds' });
    expect(await authorize(world, { orderId, key: 'key-2' })).toMatchObject({ __typename: 'PaymentAuthorized' });
    expect(world.provider.snapshot(payment?.id ?? '').status).toBe('voided');
  });

  it('expires when the buyer never returns', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { token: 'tok_3ds' });
    world.advance(31 * 60_000);
    await world.makeDue();
    await world.operations.recoverPayments();
    const { rows } = await world.db.pool.query('SELECT status, decline_reason FROM payments');
    expect(rows).toEqual([{ status: 'VOIDED', decline_reason: 'EXPIRED' }]);
    expect(world.provider.snapshot(payment?.id ?? '').status).toBe('voided');
  });
});
