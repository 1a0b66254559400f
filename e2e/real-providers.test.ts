import { randomUUID } from 'node:crypto';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AskAs, asker, openShop, type Shop } from './src/graph.ts';
import { openProviderDoubles } from './src/provider-doubles.ts';
import { orderInput, settle } from './src/shop-operations.ts';

const WAIT = { timeout: 45_000, interval: 100 };
const EMAIL = 'grace@example.com';
const STATUS = `query ($id: ID!) { order(id: $id) {
  number status total { amount }
  payment { id status amount { amount } capturedAmount { amount } refundedAmount { amount } }
  shipments { id status trackingNumber } timeline(first: 100) { nodes { type } }
} }`;

/** The whole shop, and of providers the real adapters alone: their doubles stand where the providers would. */
describe.runIf(hasContracts())('an order over real providers', () => {
  let doubles: Awaited<ReturnType<typeof openProviderDoubles>>;
  let shop: Shop;
  let staff: AskAs;
  let grace: AskAs;
  let shippingMethodId: string;
  beforeAll(async () => {
    doubles = await openProviderDoubles();
    shop = await openShop({ ...doubles.env, CAPTURE_POLICY: 'immediate' });
    doubles.sendWebhooksTo(shop.ports.subgraphs);
    staff = await shop.signInStaff();
    shippingMethodId = await createMethod(staff);
    grace = await register(shop);
  }, 120_000);
  afterAll(async () => {
    await shop?.[Symbol.asyncDispose]();
    await doubles?.[Symbol.asyncDispose]();
  });

  const input = async (token: string) =>
    orderInput(grace, { email: EMAIL, shippingMethodId, payment: { token } }, 1 + Math.floor(Math.random() * 3));
  const read = async (id: string) => (await grace(STATUS, { id })).data.order;
  const variant = async (id: string | undefined) =>
    (await staff('query ($id: ID!) { variant(id: $id) { id sku availableQuantity } }', { id })).data.variant;
  const becomes = (id: string, wanted: object) =>
    vi.waitFor(async () => expect(await read(id)).toMatchObject(wanted), WAIT);
  const ledger = (order: { payment: { id: string } }) => doubles.stripe.books.ledger(order.payment.id);

  it('is paid, sent, delivered, told to the CRMs, and given back, with every provider failing once', async () => {
    const { faults } = doubles.stripe.server;
    faults.add({ operation: 'PostPaymentIntentsIntentConfirm', at: 'after', does: 'cut' });
    faults.add({ operation: 'PostPaymentIntentsIntentCapture', at: 'after', does: 'cut' });
    doubles.easypost.server.faults.add({ at: 'before', does: 'cut' });
    doubles.hubspot.faults.add({ at: 'after', does: 'cut' });
    doubles.klaviyo.faults.add({ at: 'before', does: { status: 429, headers: { 'retry-after': '1' } } });
    // A mail that was perhaps sent would wait for its event: this one surely was not.
    doubles.sendgrid.faults.add({
      at: 'before',
      does: { status: 429, body: { errors: [{ message: 'too many requests' }] } },
    });
    doubles.salesforce.faults.add({ operation: 'upsert', at: 'after', does: 'cut' });

    const asked = await input('pm_card_visa');
    const { availableQuantity: before, ...sold } = await variant(asked.lines[0]?.variantId);
    doubles.amazon.listings.list(sold.sku);
    doubles.amazon.faults.add({ operation: 'patchListingsItem', at: 'after', does: 'cut' });
    const answers = await Promise.all([1, 2, 3].map(() => settle(grace, asked)));
    const ids = new Set(answers.map(({ order }) => order?.id));
    expect(ids.size).toBe(1);
    const [id] = ids as Set<string>;
    await becomes(id as string, { payment: { status: 'CAPTURED' } });
    const order = await read(id as string);
    const paid = Math.round(Number(order.total.amount) * 100);
    expect(ledger(order)).toEqual({ charges: 1, captured: paid, refunded: 0 });

    await becomes(id as string, { shipments: [{ status: 'LABEL_PURCHASED', trackingNumber: expect.any(String) }] });
    expect(doubles.easypost.labels()).toHaveLength(1);
    const { shipments } = await read(id as string);
    for (let step = 0; step < 4; step += 1) await doubles.easypost.advance(shipments[0].trackingNumber);
    // All of them twice, and the newest first.
    await doubles.easypost.webhooks.deliver({ order: (all) => all.reverse(), times: 2 });
    await doubles.stripe.webhooks.deliver({ times: 2 });
    await becomes(id as string, { status: 'DELIVERED', shipments: [{ status: 'DELIVERED' }] });

    await vi.waitFor(() => {
      expect(doubles.hubspot.contacts.get(EMAIL)?.properties).toMatchObject({ email: EMAIL });
      const contacts = doubles.salesforce.records.filter(({ type, isDeleted }) => type === 'Contact' && !isDeleted);
      expect(contacts.filter(({ fields }) => fields.Email === EMAIL)).toHaveLength(1);
      expect(doubles.klaviyo.profiles.has(EMAIL)).toBe(true);
      expect([...doubles.klaviyo.events.values()].length).toBeGreaterThan(0);
    }, WAIT);

    await vi.waitFor(() => {
      const mails = doubles.sendgrid.mails.filter(({ to }) => to === EMAIL).map(({ subject }) => subject);
      expect(mails.filter((subject) => subject === `Your order ${order.number}`)).toHaveLength(1);
    }, WAIT);

    // Who buys at Amazon sees what this order has left.
    const left = (await variant(sold.id)).availableQuantity;
    expect(left).toBeLessThan(before);
    await vi.waitFor(() => expect(doubles.amazon.listings.shown(sold.sku).quantity).toBe(left), WAIT);
    expect(doubles.amazon.asked('patchListingsItem')).toBeGreaterThan(1);

    const refund = { paymentId: order.payment.id, idempotencyKey: randomUUID() };
    const ask = () =>
      staff('mutation ($input: IssueRefundInput!) { issueRefund(input: $input) { __typename } }', { input: refund });
    faults.add({ operation: 'PostRefunds', at: 'after', does: 'cut' });
    await Promise.all([ask(), ask()]);
    await becomes(id as string, { payment: { status: 'REFUNDED' } });
    expect(ledger(order)).toEqual({ charges: 1, captured: paid, refunded: paid });
    // Its buyer hears of it, though staff sent the request twice and Stripe's answer was lost.
    await vi.waitFor(() => {
      const subjects = doubles.sendgrid.mails.filter(({ to }) => to === EMAIL).map(({ subject }) => subject);
      expect(subjects.filter((subject) => subject === `Your refund for order ${order.number}`)).toHaveLength(1);
    }, WAIT);
  }, 180_000);

  it('waits for the bank, and is confirmed by the webhook alone', async () => {
    const answer = await settle(grace, await input('pm_card_authenticationRequired'));
    expect(answer.__typename).toBe('PaymentActionRequired');
    const waiting = [...doubles.stripe.books.intents.values()].find(({ status }) => status === 'requires_action');
    doubles.stripe.books.decide(waiting?.id, true);
    await doubles.stripe.webhooks.deliver();
    await becomes(answer.order.id, { status: expect.stringMatching(/CONFIRMED|FULFILLED/) });
    await becomes(answer.order.id, {
      payment: { status: 'CAPTURED' },
      shipments: [{ status: 'LABEL_PURCHASED' }],
    });
    expect(ledger(await read(answer.order.id))).toMatchObject({ charges: 1, refunded: 0 });
  }, 90_000);

  it('of a declined card leaves nothing at any provider', async () => {
    const labels = doubles.easypost.labels().length;
    const answer = await settle(grace, await input('pm_card_visa_chargeDeclinedInsufficientFunds'));
    expect(answer).toMatchObject({ __typename: 'PaymentDeclined', reason: 'INSUFFICIENT_FUNDS' });
    expect(doubles.easypost.labels()).toHaveLength(labels);
  }, 60_000);

  it('and all others agree with Stripe’s own books at the end', async () => {
    await vi.waitFor(async () => {
      const { data } = await staff('{ reconciliation { balanced differences { message } } }');
      expect(data.reconciliation).toEqual({ balanced: true, differences: [] });
    }, WAIT);
  }, 60_000);

  it('whose buyer is erased is erased at whoever was told of them', async () => {
    const { data } = await grace('mutation ($confirm: String!) { eraseMe(confirm: $confirm) { __typename } }', {
      confirm: EMAIL,
    });
    expect(data.eraseMe.__typename).toBe('EraseMeSuccess');
    await vi.waitFor(() => {
      expect(doubles.hubspot.contacts.has(EMAIL)).toBe(false);
      expect(doubles.klaviyo.profiles.has(EMAIL)).toBe(false);
      expect(doubles.salesforce.records.some(({ fields, isDeleted }) => fields.Email === EMAIL && !isDeleted)).toBe(
        false,
      );
    }, WAIT);
  }, 60_000);
});

async function createMethod(staff: AskAs): Promise<string> {
  const { data } = await staff(
    `mutation ($input: CreateShippingMethodInput!) { createShippingMethod(input: $input) {
      __typename ... on CreateShippingMethodSuccess { method { id } } ... on UserError { message } } }`,
    { input: { name: 'Ground', carrier: 'EASYPOST', carrierService: 'USPS/GroundAdvantage' } },
  );
  const methodId = data.createShippingMethod.method.id as string;
  const zones = await staff('{ shippingZones(first: 100) { nodes { id areas { countryCode } } } }');
  const zone = zones.data.shippingZones.nodes.find((one: any) =>
    one.areas.some((area: any) => area.countryCode === 'DE'),
  );
  const rates = await staff(
    'mutation ($input: UpdateShippingRatesInput!) { updateShippingRates(input: $input) { __typename ... on UserError { message } } }',
    {
      input: {
        ...{ methodId, zoneId: zone.id, currencyCode: 'EUR', minBusinessDays: 1, maxBusinessDays: 3 },
        tiers: [{ upToGrams: 30_000, price: '5.90' }],
      },
    },
  );
  expect(rates.data.updateShippingRates.__typename).toBe('UpdateShippingRatesSuccess');
  return methodId;
}

/** A customer who agrees to be told of. */
async function register(shop: Shop): Promise<AskAs> {
  const { data } = await shop.stranger(
    `mutation ($input: RegisterInput!) { register(input: $input) {
      __typename ... on RegisterSuccess { session { accessToken } } ... on UserError { message } } }`,
    {
      input: {
        ...{ email: EMAIL, password: 'a password of grace', name: 'Grace Hopper' },
        consentTo: ['EMAIL', 'MARKETING'],
      },
    },
  );
  return asker(shop.url, data.register.session.accessToken);
}
