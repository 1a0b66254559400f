import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { minorOf, toPaypalAmount } from '../src/adapters/paypal/amounts.ts';
import { createPaypalPayments } from '../src/adapters/paypal/paypal-payments.ts';
import { describePaymentJourney } from './payment-journey.contract.ts';
import { describePaymentProvider, type LostCall, soughtFor } from './payment-provider.contract.ts';
import { openPaypalDouble, PAYPAL_CLIENT, PAYPAL_WEBHOOK_ID } from './paypal-double.ts';

const OPERATIONS: Readonly<Record<LostCall, string>> = {
  authorize: 'orders.create',
  capture: 'authorizations.capture',
  refund: 'captures.refund',
  void: 'authorizations.void',
};

async function open({ clientSecret = PAYPAL_CLIENT.secret } = {}) {
  const double = await openPaypalDouble();
  const provider = createPaypalPayments({
    ...{ url: double.server.url, clientId: PAYPAL_CLIENT.id, clientSecret, webhookId: PAYPAL_WEBHOOK_ID },
    ...{ timeoutMs: 500, returnUrl: 'https://shop.example/paid' },
  });
  return {
    ...{ provider, double },
    tokenOf(token: string) {
      double.books.setWallet(token);
      return 'paypal';
    },
    decide: async ({ providerId }: { providerId: string }, isApproved: boolean) =>
      double.books.decide(providerId, isApproved),
    loseAnswer: (call: LostCall) =>
      double.server.faults.add({ operation: OPERATIONS[call], at: 'after', does: 'hang', times: 3 }),
    async [Symbol.asyncDispose]() {
      await provider.close();
      await double[Symbol.asyncDispose]();
    },
  };
}

const request = (reference = 'Payment:p1') => ({ ...soughtFor(reference), token: 'paypal', email: null });

/** A payment that the buyer has approved and we have completed. */
async function completed(one: Awaited<ReturnType<typeof open>>) {
  const { providerId } = await one.provider.authorize(request());
  one.double.books.decide(providerId, true);
  const payment = await one.provider.complete?.({ ...soughtFor('Payment:p1'), providerId });
  if (payment?.status !== 'authorized') throw new Error('it was not authorised');
  return payment;
}

describe.runIf(hasContracts())('PayPal', () => {
  describePaymentProvider('over its contract, PayPal', open, {
    ...{ losesAnswers: true, savesNone: true, settlesLate: false, asksAlways: true },
    declines: [
      ['tok_declined', 'DECLINED'],
      ['tok_fraud', 'SUSPECTED_FRAUD'],
    ],
  });

  describePaymentJourney(
    'PayPal',
    async (target) => {
      const double = await openPaypalDouble({ target });
      const { server, webhooks, books } = double;
      return {
        ...{ name: 'paypal', webhooks, faults: server.faults, tokenOf: () => 'paypal', ledger: books.ledger },
        // What takes effect is the completion of what the buyer has approved.
        operations: { ...OPERATIONS, authorize: 'orders.authorize' },
        env: {
          ...{ PAYPAL_CLIENT_ID: PAYPAL_CLIENT.id, PAYPAL_CLIENT_SECRET: PAYPAL_CLIENT.secret, PAYPAL_URL: server.url },
          PAYPAL_WEBHOOK_ID,
        },
        decide: async (id, isApproved) => books.decide(id, isApproved),
        forge: (body) => body.replace('"id":"WH-', '"id":"WX-'),
        [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
      };
    },
    { asksAlways: true },
  );

  describe('the adapter of PayPal', () => {
    it('names the settings when the keys are wrong', async () => {
      await using one = await open({ clientSecret: 'wrong' });
      await expect(one.provider.authorize(request())).rejects.toThrow('PAYPAL_CLIENT_SECRET');
    });

    it('goes on after a limit, and with another token when one has ended', async () => {
      await using one = await open();
      const limited = { status: 429, headers: { 'retry-after': '0' } };
      one.double.server.faults.add({ operation: 'orders.create', at: 'before', does: limited, times: 2 });
      const { providerId } = await one.provider.authorize(request());
      one.double.endTokens();
      expect((await one.provider.authorize(request())).providerId).toBe(providerId);
      expect(one.double.books.orders.size).toBe(1);
    });

    it('completes once what was approved, also when its key is forgotten', async () => {
      await using one = await open();
      const { providerId } = await one.provider.authorize(request());
      one.double.books.decide(providerId, true);
      const sought = { ...soughtFor('Payment:p1'), providerId };
      for (let time = 0; time < 2; time += 1) {
        expect(await one.provider.complete?.(sought)).toMatchObject({ status: 'authorized' });
        one.double.forgetKeys();
      }
      expect(one.double.books.ledger('Payment:p1').charges).toBe(1);
    });

    it('takes and gives back once, also when its keys are forgotten', async () => {
      await using one = await open();
      const { reference, providerId } = await completed(one);
      const part = (id: string, minor: number) => ({ id, reference, providerId, amount: { minor, currency: 'EUR' } });
      for (let time = 0; time < 3; time += 1) {
        expect(await one.provider.capture(part('c1', 42_00))).toMatchObject({ kind: 'done' });
        expect(await one.provider.refund(part('r1', 5_00))).toMatchObject({ kind: 'done' });
        one.double.forgetKeys();
      }
      expect(one.double.books.ledger(reference)).toEqual({ charges: 1, captured: 42_00, refunded: 5_00 });
    });

    it('gives back over several captures, and goes on where it was interrupted', async () => {
      await using one = await open();
      const { reference, providerId } = await completed(one);
      const part = (id: string, minor: number) => ({ id, reference, providerId, amount: { minor, currency: 'EUR' } });
      await one.provider.capture(part('c1', 20_00));
      await one.provider.capture(part('c2', 20_00));
      // The first of its two parts is done, and the answer to it is lost.
      one.loseAnswer('refund');
      await expect(one.provider.refund(part('r1', 30_00))).rejects.toMatchObject({ name: 'Unavailable' });
      expect(one.double.books.ledger(reference).refunded).toBe(20_00);
      const half = await one.provider.find({ ...soughtFor(reference), providerId });
      expect(half?.effects).not.toContainEqual(expect.objectContaining({ id: 'r1' }));
      expect(await one.provider.refund(part('r1', 30_00))).toMatchObject({ kind: 'done' });
      expect(await one.provider.refund(part('r2', 10_01))).toMatchObject({ kind: 'refused' });
      expect(one.double.books.ledger(reference)).toEqual({ charges: 1, captured: 40_00, refunded: 30_00 });
    });

    it('asks to be told again when PayPal cannot say whether it has signed', async () => {
      await using one = await open();
      await completed(one);
      const [webhook] = one.double.webhooks.waiting;
      const { headers = {}, body = '' } = webhook ?? {};
      one.double.server.faults.add({ operation: 'verify-webhook-signature.post', at: 'before', does: 'cut', times: 3 });
      const opening = () => one.provider.openWebhook({ headers, body: Buffer.from(body) });
      await expect(opening()).rejects.toMatchObject({ name: 'Unavailable' });
      expect(await opening()).toMatchObject({ kind: 'events', events: [{ type: 'CHECKOUT.ORDER.APPROVED' }] });
    });

    it('writes amounts as PayPal takes them', () => {
      expect(toPaypalAmount({ minor: 19_90, currency: 'EUR' })).toEqual({ currency_code: 'EUR', value: '19.90' });
      expect(toPaypalAmount({ minor: 500, currency: 'JPY' })).toEqual({ currency_code: 'JPY', value: '500' });
      expect(toPaypalAmount({ minor: 500_00, currency: 'HUF' })).toEqual({ currency_code: 'HUF', value: '500' });
      expect(toPaypalAmount({ minor: 500_50, currency: 'HUF' })).toBeNull();
      expect(minorOf({ currency_code: 'HUF', value: '500' })).toBe(500_00);
    });
  });
});
