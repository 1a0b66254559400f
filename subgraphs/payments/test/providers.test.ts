import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@cartograph/runtime/logger';
import { TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { describe, expect, it } from 'vitest';
import { createProviders } from '../src/adapters/providers.ts';
import { readStripe } from '../src/adapters/stripe/provider.ts';
import { readConfig } from '../src/config.ts';
import type { PaymentRoute } from '../src/domain/payment-route.ts';
import { createOperations } from '../src/operations/index.ts';
import { warnOfDisconnected } from '../src/subgraph.ts';
import { createFakeProvider, WEBHOOK_SECRET } from './fakes.ts';
import { ADA, ada, authorize, effect, FINANCE, newOrder, openWorld, voidPayment } from './setup.ts';

const route = (currency: string | null, country: string | null, provider: string): PaymentRoute => ({
  ...{ currency, country, provider },
});

async function openTwo(...routes: readonly PaymentRoute[]) {
  const [here, there] = [createFakeProvider('here'), createFakeProvider('there')];
  const world = await openWorld(here, [there], routes);
  return { world, here, there, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const providersOf = async ({ db }: Awaited<ReturnType<typeof openTwo>>['world']) =>
  (await db.pool.query('SELECT provider FROM payments ORDER BY id')).rows.map(({ provider }) => provider);

describe('several payment providers', () => {
  it('share new payments by currency and country, and the first takes what no route names', async () => {
    await using two = await openTwo(route('EUR', 'NL', 'there'), route('USD', null, 'there'));
    for (const given of [{ country: 'NL' }, { country: 'DE' }, {}, { currency: 'USD' }, { currency: 'SEK' }])
      await authorize(two.world, given);
    expect(await providersOf(two.world)).toEqual(['there', 'here', 'here', 'there', 'here']);
    expect([two.here.count(), two.there.count()]).toEqual([3, 2]);
  });

  it('each keep what they have, also when the routes change in between', async () => {
    await using two = await openTwo(route(null, null, 'there'));
    const { world, here, there } = two;
    const [taken, voided] = [newOrder(), newOrder()];
    await authorize(world, { orderId: taken });
    await authorize(world, { orderId: voided });
    Object.assign(world.ports.providers, createProviders([here, there]));

    expect(await effect(world, 'capturePayment', taken)).toMatchObject({ payment: { status: 'CAPTURED' } });
    expect(await effect(world, 'refundPayment', taken, { amount: '10.00' })).toMatchObject({
      payment: { status: 'PARTIALLY_REFUNDED' },
    });
    await voidPayment(world, voided);
    expect(there.calls).toMatchObject({ authorize: 2, capture: 1, refund: 1, void: 1 });
    expect(here.calls).toEqual({ authorize: 0, capture: 0, refund: 0, void: 0, find: 0 });
  });

  it('never take over a payment whose outcome nobody knows', async () => {
    await using two = await openTwo(route(null, null, 'there'));
    const { world, here, there } = two;
    const orderId = newOrder();
    there.before = () => {
      throw Object.assign(new Error('there is away'), { code: 'SERVICE_UNAVAILABLE' });
    };
    expect((await authorize(world, { orderId })).__typename).toBe('PaymentUnknown');
    Object.assign(world.ports.providers, createProviders([here, there]));
    expect((await authorize(world, { orderId })).__typename).toBe('PaymentUnknown');
    // Another card for the same order waits for the first one's outcome, too.
    expect((await authorize(world, { orderId, key: 'key-2' })).__typename).toBe('PaymentUnknown');
    there.before = () => {};
    expect((await authorize(world, { orderId })).__typename).toBe('PaymentAuthorized');
    expect([here.count(), there.count()]).toEqual([0, 1]);
  });

  it('get a saved card back that they saved, whatever the routes say', async () => {
    await using two = await openTwo();
    const { world, here, there } = two;
    const save = /* GraphQL */ `mutation ($input: SavePaymentMethodInput!) {
      saved: savePaymentMethod(input: $input) { __typename ... on SavePaymentMethodSuccess { method { id } } } }`;
    const { data } = await world.ask(ada)(save, { input: { token: 'tok_success', provider: 'there' } });
    const savedMethodId = data.saved.method.id as string;
    expect((await authorize(world, { buyerId: ADA, savedMethodId })).__typename).toBe('PaymentAuthorized');
    expect([here.count(), there.count()]).toEqual([0, 1]);
    const unknown = await world.ask(ada)(save, { input: { token: 'tok_success', provider: 'nowhere' } });
    expect(unknown.data.saved).toEqual({ __typename: 'InvalidInput' });
  });

  it('tell nothing about each other’s payments', async () => {
    await using two = await openTwo();
    const { world, here } = two;
    const { payment } = await authorize(world, { token: 'tok_3ds' });
    const approved = { ...here.decide(payment?.id ?? '', true) };
    const event = { id: 'evt_1', type: 'payment.authorized', payment: approved };
    await world.operations.receiveEvent('there', event);
    const { rows } = await world.db.pool.query('SELECT status FROM payments');
    expect(rows).toEqual([{ status: 'ACTION_REQUIRED' }]);
  });

  it('are compared with our books one by one, and one that is away keeps no other from it', async () => {
    await using two = await openTwo(route('USD', null, 'there'));
    const { world, there } = two;
    await authorize(world, { capture: 'AUTOMATIC' });
    const { payment } = await authorize(world, { currency: 'USD', capture: 'AUTOMATIC' });
    there.refundByHand(payment?.id ?? '', 1_00);
    const schedule = { everyMs: 3_600_000, days: 30 };
    expect(await world.operations.runReconciliation(schedule, 'here')).toMatchObject({ differences: [] });
    expect(await world.operations.runReconciliation(schedule, 'there')).toMatchObject({
      differences: [{ reference: payment?.id }],
    });
    const { data } = await world.ask(FINANCE)(
      `{ reconciliationRuns(first: 5) { nodes { provider status } }
         reconciliation { differenceCount paymentsCompared totals { captured { amount currencyCode } } } }`,
    );
    expect(data.reconciliationRuns.nodes).toEqual([
      { provider: 'there', status: 'DIFFERENT' },
      { provider: 'here', status: 'BALANCED' },
    ]);
    expect(data.reconciliation).toMatchObject({ differenceCount: 1, paymentsCompared: 2 });
    expect(data.reconciliation.totals).toHaveLength(2);
    const metrics = await (await fetch(new URL('/metrics', world.url))).text();
    expect(metrics).toContain('cartograph_payments_reconciliation_differences{provider="there"} 1');
    expect(metrics).toContain('cartograph_payments_reconciliation_differences{provider="here"} 0');
  });
});

describe('a provider that is not connected any more', () => {
  it('is named at the start, in each effect and by the recovery job, while it still has payments', async () => {
    await using two = await openTwo(route(null, null, 'there'));
    const { world, here } = two;
    const orderId = newOrder();
    await authorize(world, { orderId });
    await authorize(world, { token: 'tok_late' });
    const ports = { ...world.ports, providers: createProviders([here]) };
    const operations = createOperations(ports);
    const advice = /"there" has this, and is not connected: add it to PAYMENT_PROVIDERS/;

    const lines: unknown[][] = [];
    await warnOfDisconnected(ports, { error: (...line: unknown[]) => void lines.push(line) } as unknown as Logger);
    expect(lines).toEqual([[{ provider: 'there', payments: 2 }, expect.stringContaining('not connected')]]);
    const capture = { orderId, key: 'k', amount: null, reason: null };
    await expect(operations.capturePayment(capture)).rejects.toThrow(advice);
    await expect(operations.voidPayment(orderId)).rejects.toThrow(advice);
    await world.makeDue();
    const failure = await operations.recoverPayments().catch((error: AggregateError) => error);
    expect((failure as AggregateError).errors.map(String)).toEqual(
      expect.arrayContaining([expect.stringMatching(advice)]),
    );
    expect(here.count()).toBe(0);
  });
});

describe('the settings of the providers', () => {
  const env = {
    ...{ DATABASE_URL: 'postgres://u@127.0.0.1/d', ENVELOPE_SECRET: TEST_SECRET },
    PAYMENTS_SANDBOX_SECRET: WEBHOOK_SECRET,
  };

  it('are the sandbox without a word', () => {
    const { providers, routes } = readConfig(env);
    expect([providers.map(({ name }) => name), routes]).toEqual([['sandbox'], []]);
  });

  it('read routes by currency and country', () => {
    const { routes } = readConfig({ ...env, PAYMENT_ROUTES: 'EUR:sandbox, USD/CA:sandbox,*/NL:sandbox,*:sandbox' });
    expect(routes).toEqual([
      route('EUR', null, 'sandbox'),
      route('USD', 'CA', 'sandbox'),
      route(null, 'NL', 'sandbox'),
      route(null, null, 'sandbox'),
    ]);
  });

  const stripe = {
    ...{ PAYMENT_PROVIDERS: 'stripe', STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1,whsec_2' },
  };

  it('are those of the connected providers alone', () => {
    const { PAYMENTS_SANDBOX_SECRET: _, ...rest } = env;
    expect(readConfig({ ...rest, ...stripe }).providers).toMatchObject([{ name: 'stripe' }]);
    expect(readStripe(stripe).webhookSecrets).toEqual(['whsec_1', 'whsec_2']);
  });

  it('come from files, too, and a key is never shown', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'keys-')), 'stripe');
    writeFileSync(file, 'sk_live_2\n');
    const { STRIPE_SECRET_KEY: _, ...rest } = { ...env, ...stripe };
    expect(readStripe({ ...rest, STRIPE_SECRET_KEY_FILE: file }).secretKey).toBe('sk_live_2');
    expect(() => readConfig({ ...env, ...stripe, STRIPE_SECRET_KEY_FILE: file })).toThrow(/are both set/);
    expect(() => readConfig({ ...rest, STRIPE_SECRET_KEY_FILE: `${file}-not` })).toThrow(/^STRIPE_SECRET_KEY_FILE /);
    expect(() => readConfig(rest)).toThrow(/^STRIPE_SECRET_KEY is not set/);
    const wrong = { ...env, ...stripe, STRIPE_SECRET_KEY: 'pk_live_secret' };
    expect(() => readConfig(wrong)).toThrow(/^STRIPE_SECRET_KEY is malformed(?!.*pk_live_secret)/);
  });

  it.each([
    ['PAYMENT_PROVIDERS', 'sandbox,nobody'],
    ['PAYMENT_PROVIDERS', 'sandbox,sandbox'],
    ['PAYMENT_PROVIDERS', 'toString'],
    ['PAYMENTS_TIMEOUT_MS', '1'],
    ['PAYMENT_ROUTES', 'EUR'],
    ['PAYMENT_ROUTES', 'EUR:nobody'],
    ['PAYMENT_ROUTES', 'EURO:sandbox'],
    ['PAYMENT_ROUTES', 'QQQ:sandbox'],
    ['PAYMENT_ROUTES', 'EUR/DEU:sandbox'],
    ['PAYMENT_ROUTES', 'EUR:sandbox,'],
  ])('stop the start with their name: %s=%s', (name, value) => {
    expect(() => readConfig({ ...env, [name]: value })).toThrow(new RegExp(`^${name} `));
  });
});
