import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { createStripePayments } from '../src/adapters/stripe/stripe-payments.ts';
import { stripeUnits } from '../src/adapters/stripe/units.ts';
import { describePaymentJourney } from './payment-journey.contract.ts';
import { describePaymentProvider, type LostCall, soughtFor } from './payment-provider.contract.ts';
import { openStripeDouble, STRIPE_KEY, STRIPE_WEBHOOK_SECRET } from './stripe-double.ts';

const CARDS: Readonly<Record<string, string>> = {
  tok_declined: 'pm_card_visa_chargeDeclined',
  tok_insufficient_funds: 'pm_card_visa_chargeDeclinedInsufficientFunds',
  tok_fraud: 'pm_card_visa_chargeDeclinedFraudulent',
  tok_3ds: 'pm_card_authenticationRequired',
  tok_late: 'pm_card_processing',
};

const stripeCard = (token: string): string => CARDS[token] ?? 'pm_card_visa';

const OPERATIONS: Readonly<Record<LostCall, string>> = {
  authorize: 'PostPaymentIntentsIntentConfirm',
  capture: 'PostPaymentIntentsIntentCapture',
  refund: 'PostRefunds',
  void: 'PostPaymentIntentsIntentCancel',
};

async function open({ secretKey = STRIPE_KEY, clock = Date.now } = {}) {
  const double = await openStripeDouble();
  const provider = createStripePayments({
    ...{ url: double.server.url, secretKey, webhookSecrets: [STRIPE_WEBHOOK_SECRET], timeoutMs: 500, clock },
    returnUrl: 'https://shop.example/paid',
  });
  return {
    ...{ provider, double, tokenOf: stripeCard },
    decide: async ({ providerId }: { providerId: string }, isApproved: boolean) =>
      double.books.decide(providerId, isApproved),
    // As often as it is tried again. (A cut connection the SDK itself tries once more, with the same key.)
    loseAnswer: (call: LostCall) =>
      double.server.faults.add({ operation: OPERATIONS[call], at: 'after', does: 'hang', times: 3 }),
    async [Symbol.asyncDispose]() {
      await provider.close();
      await double[Symbol.asyncDispose]();
    },
  };
}

const request = (token: string, reference = 'Payment:s1') => ({
  ...soughtFor(reference),
  ...{ token: stripeCard(token), email: 'ada@example.com' },
});

describe.runIf(hasContracts())('Stripe', () => {
  describePaymentProvider('over its contract, Stripe', open, { capturesOnce: true, losesAnswers: true });

  describePaymentJourney('Stripe', async (target) => {
    const { server, webhooks, books, ...double } = await openStripeDouble({ target });
    return {
      ...{ name: 'stripe', webhooks, faults: server.faults, operations: OPERATIONS, tokenOf: stripeCard },
      env: {
        STRIPE_SECRET_KEY: STRIPE_KEY,
        STRIPE_WEBHOOK_SECRET,
        STRIPE_API_URL: server.url,
      },
      decide: async (id, isApproved) => books.decide(id, isApproved),
      ledger: books.ledger,
      [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
    };
  });

  describe('the adapter of Stripe', () => {
    it('names the setting when the key is wrong', async () => {
      await using one = await open({ secretKey: 'sk_test_wrong' });
      await expect(one.provider.find(soughtFor('Payment:1'))).rejects.toThrow('STRIPE_SECRET_KEY');
    });

    it('waits as long as a limit asks, and goes on with the same key', async () => {
      await using one = await open();
      const limited = {
        status: 429,
        headers: { 'retry-after': '0' },
        body: { error: { type: 'invalid_request_error' } },
      };
      one.double.server.faults.add(
        { operation: OPERATIONS.authorize, at: 'before', does: limited, times: 2 },
        { operation: 'PostPaymentIntents', at: 'before', does: { ...limited, status: 409 } },
        { operation: 'PostPaymentIntents', at: 'after', does: { status: 500, body: { error: { type: 'api_error' } } } },
      );
      expect(await one.provider.authorize(request('tok_success'))).toMatchObject({ status: 'authorized' });
      expect(one.double.books.intents.size).toBe(1);
    });

    it('knows for sure, right after a lost answer, whether a payment was made', async () => {
      await using one = await open();
      const { faults } = one.double.server;
      faults.add({ operation: OPERATIONS.authorize, at: 'before', does: 'hang', times: 3 });
      await expect(one.provider.authorize(request('tok_success'))).rejects.toMatchObject({ name: 'Unavailable' });
      expect(await one.provider.find(soughtFor('Payment:s1'))).toBeNull();
      // Voided now, it cannot be paid by the request that is still on its way.
      expect(await one.provider.void(soughtFor('Payment:s1'))).toMatchObject({ status: 'voided' });
      expect(await one.provider.authorize(request('tok_success'))).toMatchObject({ status: 'voided' });
    });

    it('finds a payment when its key is forgotten, and makes no second one', async () => {
      await using one = await open({ clock: () => Date.now() + 25 * 3_600_000 });
      one.loseAnswer('authorize');
      await expect(one.provider.authorize(request('tok_success'))).rejects.toMatchObject({ name: 'Unavailable' });
      for (let n = 0; n < 120; n += 1)
        one.double.books.create({ amount: 1, currency: 'eur', capture_method: 'manual', metadata: { n: String(n) } });
      one.double.forgetKeys();
      expect(await one.provider.find(soughtFor('Payment:s1'))).toMatchObject({ status: 'authorized' });
      expect(await one.provider.find(soughtFor('Payment:s2'))).toBeNull();
      expect(one.double.books.intents.size).toBe(121);
    });

    it('captures and refunds once, also when their keys are forgotten', async () => {
      await using one = await open();
      const { reference, providerId } = await one.provider.authorize(request('tok_success'));
      const part = (id: string, minor: number) => ({ id, reference, providerId, amount: { minor, currency: 'EUR' } });
      for (let day = 0; day < 3; day += 1) {
        expect(await one.provider.capture(part('c1', 42_00))).toMatchObject({ kind: 'done' });
        expect(await one.provider.refund(part('r1', 5_00))).toMatchObject({ kind: 'done' });
        one.double.forgetKeys();
      }
      const found = await one.provider.find({ ...soughtFor(reference), providerId });
      expect(found).toMatchObject({ capturedMinor: 42_00, refundedMinor: 5_00 });
    });

    it('ends a declined intent, so that its client secret cannot pay any more', async () => {
      await using one = await open();
      const payment = await one.provider.authorize(request('tok_3ds'));
      one.double.books.decide(payment.providerId, false);
      expect(await one.provider.find({ ...soughtFor('Payment:s1'), providerId: payment.providerId })).toMatchObject({
        ...{ status: 'declined', declineReason: 'AUTHENTICATION_FAILED' },
      });
      expect(one.double.books.intents.get(payment.providerId)?.status).toBe('canceled');
    });

    it('treats a token that means nothing, or another customer’s card, as a decline', async () => {
      await using one = await open();
      const nonsense = { ...request('tok_success', 'Payment:n'), token: 'pm_nonsense' };
      expect(await one.provider.authorize(nonsense)).toMatchObject({ declineReason: 'INVALID_TOKEN' });
      await one.provider.saveMethod('pm_card_visa', 'Customer:1');
      const foreign = { ...request('tok_success', 'Payment:f'), token: 'cus_other:pm_card_visa' };
      expect(await one.provider.authorize(foreign)).toMatchObject({ declineReason: 'INVALID_TOKEN' });
    });

    it('compares with what was charged and given back by hand, too', async () => {
      await using one = await open();
      const { books } = one.double;
      const made = books.create({ amount: 7_00, currency: 'eur', capture_method: 'automatic' }).body as { id: string };
      books.confirm(made.id, { payment_method: 'pm_card_visa' });
      books.refund({ payment_intent: made.id, amount: 1_00 });
      const rows = [];
      for await (const row of one.provider.moved(new Date(Date.now() - 60_000))) rows.push(row);
      expect(rows).toEqual([{ reference: made.id, currency: 'EUR', capturedMinor: 7_00, refundedMinor: 1_00 }]);
    });

    it('counts in Stripe’s units, where they are not those of ISO 4217', () => {
      for (const [minor, currency, units] of [
        [19_99, 'EUR', 1999],
        [500, 'JPY', 500],
        [500, 'ISK', 50_000],
        [500, 'UGX', 50_000],
        [500, 'MGA', 5],
        [12_340, 'KWD', 12_340],
      ] as const) {
        expect([currency, stripeUnits.to({ minor, currency })]).toEqual([currency, units]);
        expect(stripeUnits.from(units, currency.toLowerCase())).toEqual({ minor, currency });
      }
      expect(stripeUnits.to({ minor: 550, currency: 'MGA' })).toBeNull();
    });

    it('believes signed bytes alone, of any of its secrets, and no older than five minutes', async () => {
      await using one = await open();
      const payload = JSON.stringify({ id: 'evt_1', type: 'payment_intent.succeeded', data: { object: {} } });
      const header = (secret: string, timestamp = Math.floor(Date.now() / 1000)) =>
        Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
      const kindOf = async (signature: string | undefined, body = payload) =>
        (await one.provider.openWebhook({ headers: { 'stripe-signature': signature }, body: Buffer.from(body) })).kind;
      expect(await kindOf(header(STRIPE_WEBHOOK_SECRET))).toBe('events');
      expect(await kindOf(header(STRIPE_WEBHOOK_SECRET), `${payload} `)).toBe('unsigned');
      expect(await kindOf(header('whsec_other'))).toBe('unsigned');
      expect(await kindOf(header(STRIPE_WEBHOOK_SECRET, Math.floor(Date.now() / 1000) - 301))).toBe('unsigned');
      expect(await kindOf(undefined)).toBe('unsigned');
    });
  });
});
