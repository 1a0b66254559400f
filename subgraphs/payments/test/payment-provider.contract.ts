import { describe, expect, it } from 'vitest';
import type { Moved } from '../src/domain/reconciliation.ts';
import type { PaymentProvider, ProviderPayment, SoughtPayment } from '../src/ports/payment-provider.ts';

export interface ProviderUnderTest extends AsyncDisposable {
  readonly provider: PaymentProvider;
  /** The bank's answer to 3-D Secure. */
  readonly decide: (payment: ProviderPayment, isApproved: boolean) => Promise<void>;
}

/** All that is known of a payment whose answer was lost. */
export const soughtFor = (reference: string, capture: 'AUTOMATIC' | 'MANUAL' = 'MANUAL'): SoughtPayment => ({
  reference,
  providerId: null,
  amount: { minor: 42_00, currency: 'EUR' },
  capture,
  buyerId: 'Customer:1',
  orderId: 'Order:1',
  createdAt: new Date(),
});

let count = 0;
const request = (token: string, capture: 'AUTOMATIC' | 'MANUAL' = 'MANUAL') => {
  count += 1;
  return {
    reference: `Payment:${Date.now()}-${count}`,
    amount: { minor: 42_00, currency: 'EUR' },
    token,
    capture,
    buyerId: 'Customer:1',
    orderId: 'Order:1',
    email: 'ada@example.com',
  };
};

/** What every payment provider must do, the fake in our tests included. */
export function describePaymentProvider(name: string, open: () => Promise<ProviderUnderTest>): void {
  describe(`the payment provider ${name}`, () => {
    it('reserves, takes and gives back, in parts, each part once per key', async () => {
      await using one = await open();
      const { provider } = one;
      const wanted = request('tok_success');
      const payment = await provider.authorize(wanted);
      const { reference, providerId } = payment;
      expect(payment).toMatchObject({
        reference: wanted.reference,
        status: 'authorized',
        currency: 'EUR',
        capturedMinor: 0,
      });
      expect(payment.card).toMatchObject({ brand: 'visa', last4: '4242' });
      const part = (id: string, minor: number) => ({ id, reference, providerId, amount: { minor, currency: 'EUR' } });
      expect(await provider.capture(part('c1', 30_00))).toMatchObject({ kind: 'done' });
      expect(await provider.capture(part('c1', 30_00))).toMatchObject({ kind: 'done' });
      expect(await provider.capture(part('c2', 30_00))).toMatchObject({ kind: 'refused' });
      expect(await provider.refund(part('r1', 10_00))).toMatchObject({ kind: 'done' });
      expect(await provider.refund(part('r1', 10_00))).toMatchObject({ kind: 'done' });
      expect(await provider.refund(part('r2', 25_00))).toMatchObject({ kind: 'refused' });
      const after = await provider.find(soughtFor(reference));
      expect(after).toMatchObject({ status: 'captured', capturedMinor: 30_00, refundedMinor: 10_00 });
      expect(after?.effects.map(({ id }) => id)).toEqual(['c1', 'r1']);
      expect(after?.version).toBeGreaterThan(payment.version);
    });

    it('charges once for one reference, also when the calls meet', async () => {
      await using one = await open();
      const wanted = request('tok_success', 'AUTOMATIC');
      const answers = await Promise.all(Array.from({ length: 5 }, () => one.provider.authorize(wanted)));
      expect(new Set(answers.map(({ providerId }) => providerId)).size).toBe(1);
      expect(answers[0]).toMatchObject({ status: 'captured', capturedMinor: 42_00 });
      const moved: Moved[] = [];
      for await (const row of one.provider.moved(new Date(0))) moved.push(row);
      expect(moved).toEqual([{ reference: wanted.reference, currency: 'EUR', capturedMinor: 42_00, refundedMinor: 0 }]);
    });

    it('declines for good, with a reason of ours', async () => {
      await using one = await open();
      for (const [token, declineReason] of [
        ['tok_declined', 'DECLINED'],
        ['tok_insufficient_funds', 'INSUFFICIENT_FUNDS'],
        ['tok_fraud', 'SUSPECTED_FRAUD'],
      ] as const)
        expect(await one.provider.authorize(request(token))).toMatchObject({ status: 'declined', declineReason });
    });

    it('waits for the bank, and takes its yes and its no', async () => {
      await using one = await open();
      for (const [isApproved, status] of [
        [true, 'authorized'],
        [false, 'declined'],
      ] as const) {
        const payment = await one.provider.authorize(request('tok_3ds'));
        expect(payment.status).toBe('action-required');
        expect(payment.action?.redirectUrl).toMatch(/^https?:/);
        await one.decide(payment, isApproved);
        expect(await one.provider.find(soughtFor(payment.reference))).toMatchObject({ status, action: null });
      }
    });

    it('loses an answer after charging, and tells the truth to whoever asks again or looks it up', async () => {
      await using one = await open();
      const wanted = request('tok_timeout', 'AUTOMATIC');
      await expect(one.provider.authorize(wanted)).rejects.toMatchObject({ name: 'Unavailable' });
      expect(await one.provider.find(soughtFor(wanted.reference))).toMatchObject({ status: 'captured' });
      expect(await one.provider.authorize(wanted)).toMatchObject({ status: 'captured', capturedMinor: 42_00 });
    });

    it('answers late when it says so', async () => {
      await using one = await open();
      expect(await one.provider.authorize(request('tok_late'))).toMatchObject({ status: 'pending' });
    });

    it('releases what is reserved, twice as well as once, and leaves what was taken', async () => {
      await using one = await open();
      const { provider } = one;
      const reserved = await provider.authorize(request('tok_success'));
      expect(await provider.void({ ...soughtFor(reserved.reference), providerId: reserved.providerId })).toMatchObject({
        status: 'voided',
      });
      expect(await provider.void({ ...soughtFor(reserved.reference), providerId: reserved.providerId })).toMatchObject({
        status: 'voided',
      });
      const { reference, providerId } = reserved;
      const amount = { minor: 1_00, currency: 'EUR' };
      expect(await provider.capture({ id: 'c1', reference, providerId, amount })).toMatchObject({ kind: 'refused' });
      const taken = await provider.authorize(request('tok_success', 'AUTOMATIC'));
      expect(await provider.void({ ...soughtFor(taken.reference), providerId: taken.providerId })).toMatchObject({
        status: 'captured',
        capturedMinor: 42_00,
      });
    });

    it('knows nothing of a payment that was never made', async () => {
      await using one = await open();
      expect(await one.provider.find(soughtFor('Payment:none'))).toBeNull();
    });

    it('turns a one-time token into one that pays again', async () => {
      await using one = await open();
      const saved = await one.provider.saveMethod('tok_success', 'Customer:1');
      if ('refused' in saved) throw new Error('refused');
      expect(saved).toMatchObject({ brand: 'visa', last4: '4242' });
      expect(await one.provider.authorize(request(saved.token))).toMatchObject({ status: 'authorized' });
      expect(await one.provider.saveMethod('tok_declined', 'Customer:1')).toEqual({ refused: 'DECLINED' });
      await one.provider.forgetMethod(saved.token);
    });
  });
}
