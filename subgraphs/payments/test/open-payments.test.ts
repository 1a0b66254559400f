import { createLogger } from '@cartograph/runtime/logger';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { createPaymentsSandbox } from '@cartograph/sandbox/payments/server';
import { describe, expect, it } from 'vitest';
import { openPayments, seedPaymentsDemo } from '../src/subgraph.ts';
import { listenAsOrders } from './orders-double.ts';
import { ADA, ada, authorize, BOB, bob, eventually, FINANCE, newOrder, voidPayment, WEBHOOK_SECRET } from './setup.ts';

/** The whole subgraph beside the real sandbox provider, webhooks included. */
async function openWhole() {
  const db = await testDatabase('payments');
  const orders = await listenAsOrders();
  let url = '';
  const sandbox = createPaymentsSandbox({
    port: 0,
    webhook: { url: () => url && new URL('/webhooks/sandbox', url).href, secret: WEBHOOK_SECRET },
    webhookDelayMs: 20,
    lateMs: 2_000,
    logger: createLogger('sandbox', 'silent'),
  });
  const env = {
    DATABASE_URL: db.url,
    PORT: '0',
    ENVELOPE_SECRET: TEST_SECRET,
    PAYMENTS_SANDBOX_SECRET: WEBHOOK_SECRET,
    PAYMENTS_SANDBOX_URL: await sandbox.listen(),
    PAYMENTS_TIMEOUT_MS: '400',
    ORDERS_URL: orders.url,
    LOG_LEVEL: 'silent',
  };
  const payments = await openPayments(env);
  url = await payments.listen();
  return {
    db,
    env,
    told: orders.told,
    ask: (viewer: Parameters<typeof askSubgraph>[2]) => askSubgraph('payments', url, viewer),
    async [Symbol.asyncDispose]() {
      await payments.close();
      await sandbox.close();
      orders.close();
      await db[Symbol.asyncDispose]();
    },
  };
}

/** As orders does it: what says that it is safe to retry is retried. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 10 || !/SERVICE_UNAVAILABLE|DEADLINE_EXCEEDED/.test(String(error))) throw error;
    }
  }
}

describe('payments beside the sandbox provider', () => {
  it('settles a late payment by webhook and tells orders', async () => {
    await using world = await openWhole();
    const orderId = newOrder();
    expect(await authorize(world, { orderId, token: 'tok_late' })).toMatchObject({ __typename: 'PaymentUnknown' });
    // Before it there may be news that it is under way: where the first answer was lost, and looked up.
    const isSettled = (one: (typeof world.told)[number]) => one.orderId === orderId && one.status !== 'PENDING';
    const news = await eventually(() => world.told.find(isSettled));
    expect(news).toMatchObject({ status: 'AUTHORIZED', eventId: expect.stringMatching(/^Event:/) });
    await eventually(async () => (await world.db.pool.query('SELECT FROM outbox')).rowCount === 0);
  });

  it('goes on after 3-D Secure without the buyer coming back', async () => {
    await using world = await openWhole();
    const orderId = newOrder();
    const { redirectUrl = '' } = await authorize(world, { orderId, token: 'tok_3ds' });
    const page = await (await fetch(redirectUrl)).text();
    expect(page).toContain('100.00 EUR');
    await (await fetch(`${redirectUrl}/approve`, { method: 'POST' })).text();
    await eventually(() => world.told.some((one) => one.orderId === orderId && one.status === 'AUTHORIZED'));
  });

  it('charges once when the provider charges and never answers', async () => {
    await using world = await openWhole();
    const answer = await authorize(world, { token: 'tok_timeout', capture: 'AUTOMATIC' });
    expect(answer).toMatchObject({ __typename: 'PaymentAuthorized', payment: { status: 'CAPTURED' } });
    const { data } = await world.ask(FINANCE)('{ reconciliation { balanced totals { providerCaptured { amount } } } }');
    expect(data.reconciliation).toEqual({ balanced: true, totals: [{ providerCaptured: { amount: '100.00' } }] });
  });

  it('agrees with the provider’s own ledger after a busy minute', async () => {
    await using world = await openWhole();
    const tokens = ['tok_success', 'tok_declined', 'tok_3ds', 'tok_error', 'tok_fraud', 'tok_success'];
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const orderId = newOrder();
        const token = tokens[index % tokens.length] ?? 'tok_success';
        const one = { orderId, token, capture: index % 4 ? ('AUTOMATIC' as const) : ('MANUAL' as const) };
        await Promise.all([
          insist(() => authorize(world, one)),
          insist(() => authorize(world, one)),
          index % 3 ? undefined : insist(() => voidPayment(world, orderId)),
        ]);
      }),
    );
    await eventually(async () => {
      const { data } = await world.ask(FINANCE)('{ reconciliation { balanced } }');
      return data.reconciliation.balanced === true;
    });
    const { rows } = await world.db.pool.query(
      `SELECT p.id FROM payments p JOIN order_gates g USING (order_id)
       WHERE g.barred_at IS NOT NULL AND p.captured_minor <> p.refunded_minor`,
    );
    expect(rows).toEqual([]);
  });

  it('is ready, and says so', async () => {
    await using world = await openWhole();
    const { data } = await world.ask(FINANCE)('{ __typename }');
    expect(data).toEqual({ __typename: 'Query' });
  });
});

describe('the demo', () => {
  it('fills an empty shop once', async () => {
    await using world = await openWhole();
    const lines: string[] = [];
    await seedPaymentsDemo(world.env, (line) => lines.push(line));
    await seedPaymentsDemo(world.env, (line) => lines.push(line));
    expect(lines).toHaveLength(1);
    const read = async (viewer: typeof ada, id: string) =>
      (
        await world.ask(viewer)(
          `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Customer { paymentMethods { id card { last4 } } giftCards { last4 } storeCredit { amount } } } }`,
          { keys: [{ __typename: 'Customer', id }] },
        )
      ).data._entities[0];
    const adas = await read(ada, ADA);
    expect(adas).toMatchObject({ storeCredit: [{ amount: '15.00' }], giftCards: [{ last4: 'AEUR' }] });
    expect(adas.paymentMethods.map(({ card }: { card: { last4: string } }) => card.last4).sort()).toEqual([
      '3155',
      '4242',
    ]);
    const bobs = await read(bob, BOB);
    const paid = await authorize(world, {
      buyerId: BOB,
      savedMethodId: bobs.paymentMethods[0].id,
      giftCardCodes: ['gift-50-eur'],
    });
    expect(paid).toMatchObject({ __typename: 'PaymentAuthorized', payment: { cardAmount: { amount: '50.00' } } });
  });
});
