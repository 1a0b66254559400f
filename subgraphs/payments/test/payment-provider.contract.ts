import { describe, expect, it } from 'vitest';
import type { Moved } from '../src/domain/reconciliation.ts';
import type {
  PaymentProvider,
  ProviderAuthorization,
  ProviderEffectAnswer,
  ProviderPayment,
  SoughtPayment,
} from '../src/ports/payment-provider.ts';

export interface ProviderUnderTest extends AsyncDisposable {
  readonly provider: PaymentProvider;
  /** The bank's answer to 3-D Secure. */
  readonly decide: (payment: ProviderPayment, isApproved: boolean) => Promise<void>;
  /** The provider's own name of a card of this suite; the same without it. */
  readonly tokenOf?: (token: string) => string;
  /** The next call takes effect, and none of its answers arrives; null where only the card `tok_timeout` does that. */
  readonly loseAnswer?: (call: LostCall) => void;
  /** Brings what the provider has to tell, where it only receives captures and refunds and tells later what came of them. */
  readonly settle?: () => Promise<void>;
}

export type LostCall = 'authorize' | 'capture' | 'refund' | 'void';

/** In what providers rightly differ. */
export interface ProviderTraits {
  /** Money that was not taken by the first capture is released. */
  readonly capturesOnce?: boolean;
  /** An authorisation never takes the money itself: the capture that follows does. */
  readonly capturesApart?: boolean;
  readonly losesAnswers?: boolean;
  /** Saved methods are left to the provider's own pages. */
  readonly savesNone?: boolean;
  /** Every payment waits for the buyer's approval, and only a yes is told. */
  readonly asksAlways?: boolean;
  /** The cards that are declined, and why. */
  readonly declines?: readonly (readonly [token: string, reason: string])[];
  /** An authorisation may stay open until an event settles it. */
  readonly settlesLate?: boolean;
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
  isReserved: false,
});

let count = 0;
const requestOf = (token: string, capture: 'AUTOMATIC' | 'MANUAL' = 'MANUAL') => {
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

const DECLINES = [
  ['tok_declined', 'DECLINED'],
  ['tok_insufficient_funds', 'INSUFFICIENT_FUNDS'],
  ['tok_fraud', 'SUSPECTED_FRAUD'],
] as const;

/** What every payment provider must do, the fake in our tests included. */
export function describePaymentProvider(
  name: string,
  open: () => Promise<ProviderUnderTest>,
  traits: ProviderTraits = {},
): void {
  const { capturesOnce = false, capturesApart = false, losesAnswers = false, savesNone = false } = traits;
  const { settlesLate = true, asksAlways = false, declines = DECLINES } = traits;
  const taken = capturesApart ? 'authorized' : 'captured';
  const takenMinor = capturesApart ? 0 : 42_00;
  const part = ({ reference, providerId }: ProviderPayment, id: string, minor: number) => ({
    ...{ id: `${id}:${reference}`, reference, providerId, amount: { minor, currency: 'EUR' } },
  });
  const known = ({ reference, providerId, status }: ProviderPayment) => ({
    ...soughtFor(reference),
    ...{ providerId, isReserved: status === 'authorized' || status === 'captured' },
  });
  const request = (one: ProviderUnderTest, token: string, capture?: 'AUTOMATIC' | 'MANUAL') =>
    requestOf(one.tokenOf?.(token) ?? token, capture);
  const lose = (one: ProviderUnderTest, call: LostCall) => one.loseAnswer?.(call);

  /** How it stands, and what the buyer has approved completed, as the shop does it. */
  async function lookUp({ provider }: ProviderUnderTest, sought: SoughtPayment): Promise<ProviderPayment | null> {
    const found = await provider.find(sought);
    if (found?.status !== 'approved' || !provider.complete) return found;
    return provider.complete({ ...sought, providerId: found.providerId });
  }
  /** With the buyer's approval, where the provider always asks for it. */
  async function authorize(one: ProviderUnderTest, wanted: ProviderAuthorization): Promise<ProviderPayment> {
    const payment = await one.provider.authorize(wanted);
    if (!asksAlways || payment.status !== 'action-required') return payment;
    await one.decide(payment, true);
    const found = await lookUp(one, { ...known(payment), capture: wanted.capture });
    if (!found) throw new Error('the payment is gone');
    return found;
  }

  /** What became of a capture or refund in the end, however the provider tells it. */
  async function outcomeOf(one: ProviderUnderTest, answer: ProviderEffectAnswer, payment: ProviderPayment, id: string) {
    if (answer.kind !== 'received') return answer.kind;
    await one.settle?.();
    const found = await one.provider.find(known(payment));
    const status = found?.effects.find((effect) => effect.id === `${id}:${payment.reference}`)?.status;
    return status === 'SUCCEEDED' ? 'done' : status === 'REFUSED' ? 'refused' : 'received';
  }
  const capture = async (one: ProviderUnderTest, payment: ProviderPayment, id: string, minor: number) =>
    outcomeOf(one, await one.provider.capture(part(payment, id, minor)), payment, id);
  const refund = async (one: ProviderUnderTest, payment: ProviderPayment, id: string, minor: number) =>
    outcomeOf(one, await one.provider.refund(part(payment, id, minor)), payment, id);

  describe(`the payment provider ${name}`, () => {
    it('reserves, takes and gives back, in parts, each part once per key', async () => {
      await using one = await open();
      const wanted = request(one, 'tok_success');
      const payment = await authorize(one, wanted);
      expect(payment).toMatchObject({
        reference: wanted.reference,
        status: 'authorized',
        currency: 'EUR',
        capturedMinor: 0,
      });
      if (!asksAlways) expect(payment.card).toMatchObject({ brand: 'visa', last4: '4242' });
      expect(await capture(one, payment, 'c1', 30_00)).toBe('done');
      expect(await capture(one, payment, 'c1', 30_00)).toBe('done');
      expect(await capture(one, payment, 'c2', 30_00)).toBe('refused');
      if (capturesOnce) expect(await capture(one, payment, 'c3', 12_00)).toBe('refused');
      expect(await refund(one, payment, 'r1', 10_00)).toBe('done');
      expect(await refund(one, payment, 'r1', 10_00)).toBe('done');
      expect(await refund(one, payment, 'r2', 25_00)).toBe('refused');
      expect(await refund(one, payment, 'r3', 20_00)).toBe('done');
      expect(await refund(one, payment, 'r4', 1)).toBe('refused');
      const after = await one.provider.find(known(payment));
      expect(after).toMatchObject({ status: 'captured', capturedMinor: 30_00, refundedMinor: 30_00 });
      const done = after?.effects.filter(({ status }) => status === 'SUCCEEDED');
      expect(done?.map(({ id }) => id.split(':')[0]).sort()).toEqual(['c1', 'r1', 'r3']);
      expect(after?.version).toBeGreaterThan(payment.version);
    });

    it('charges once for one reference, also when the calls meet', async () => {
      await using one = await open();
      const wanted = request(one, 'tok_success', 'AUTOMATIC');
      const answers = await Promise.all(Array.from({ length: 5 }, () => one.provider.authorize(wanted)));
      expect(new Set(answers.map(({ providerId }) => providerId)).size).toBe(1);
      expect(await authorize(one, wanted)).toMatchObject({ status: taken, capturedMinor: takenMinor });
      if (capturesApart && answers[0]) expect(await capture(one, answers[0], 'c1', 42_00)).toBe('done');
      const moved: Moved[] = [];
      for await (const row of one.provider.moved(new Date(0))) moved.push(row);
      expect(moved).toEqual([{ reference: wanted.reference, currency: 'EUR', capturedMinor: 42_00, refundedMinor: 0 }]);
    });

    it('declines for good, with a reason of ours', async () => {
      await using one = await open();
      for (const [token, declineReason] of declines) {
        const wanted = request(one, token);
        expect(await authorize(one, wanted)).toMatchObject({ status: 'declined', declineReason });
        if (!asksAlways) expect(await authorize(one, wanted)).toMatchObject({ status: 'declined' });
      }
    });

    it('waits for the bank, and takes its yes and its no', async () => {
      await using one = await open();
      for (const [isApproved, status] of [
        [true, 'authorized'],
        [false, asksAlways ? 'action-required' : 'declined'],
      ] as const) {
        const payment = await one.provider.authorize(request(one, 'tok_3ds'));
        expect(payment.status).toBe('action-required');
        expect(payment.action?.redirectUrl).toMatch(/^https?:/);
        await one.decide(payment, isApproved);
        expect(await lookUp(one, known(payment))).toMatchObject({ status });
      }
    });

    it('loses an answer after charging, and tells the truth to whoever asks again or looks it up', async () => {
      await using one = await open();
      const wanted = request(one, 'tok_timeout', 'AUTOMATIC');
      lose(one, 'authorize');
      await expect(one.provider.authorize(wanted)).rejects.toMatchObject({ name: 'Unavailable' });
      await one.settle?.();
      // What waits for the buyer, who was never asked, need not be known.
      if (!asksAlways)
        expect(await one.provider.find(soughtFor(wanted.reference, 'AUTOMATIC'))).toMatchObject({ status: taken });
      expect(await authorize(one, wanted)).toMatchObject({ status: taken, capturedMinor: takenMinor });
    });

    it.runIf(losesAnswers)('takes and gives back once when those answers are lost, too', async () => {
      await using one = await open();
      const payment = await authorize(one, request(one, 'tok_success'));
      lose(one, 'capture');
      await expect(one.provider.capture(part(payment, 'c1', 42_00))).rejects.toMatchObject({ name: 'Unavailable' });
      expect(await capture(one, payment, 'c1', 42_00)).toBe('done');
      lose(one, 'refund');
      await expect(one.provider.refund(part(payment, 'r1', 2_00))).rejects.toMatchObject({ name: 'Unavailable' });
      expect(await refund(one, payment, 'r1', 2_00)).toBe('done');
      const found = await one.provider.find(known(payment));
      expect(found).toMatchObject({ status: 'captured', capturedMinor: 42_00, refundedMinor: 2_00 });
    });

    it.runIf(settlesLate)('answers late when it says so', async () => {
      await using one = await open();
      expect(await one.provider.authorize(request(one, 'tok_late'))).toMatchObject({ status: 'pending' });
    });

    it('releases what is reserved, twice as well as once, and leaves what was taken', async () => {
      await using one = await open();
      const { provider } = one;
      const reserved = await authorize(one, request(one, 'tok_success'));
      for (let time = 0; time < 2; time += 1) {
        const voided = await provider.void(known(reserved));
        await one.settle?.();
        expect((one.settle ? await provider.find(known(reserved)) : voided)?.status).toBe('voided');
      }
      expect(await capture(one, reserved, 'c1', 1_00)).toBe('refused');
      const charged = await authorize(one, request(one, 'tok_success', 'AUTOMATIC'));
      if (capturesApart) expect(await capture(one, charged, 'c1', 42_00)).toBe('done');
      await provider.void(known(charged));
      await one.settle?.();
      expect(await provider.find(known(charged))).toMatchObject({ status: 'captured', capturedMinor: 42_00 });
    });

    it('knows nothing of a payment that was never made, and keeps one that is on its way from being made', async () => {
      await using one = await open();
      const sought = soughtFor('Payment:none');
      expect(await one.provider.find(sought)).toBeNull();
      const stopped = await one.provider.void(sought);
      expect([undefined, 'voided']).toContain(stopped?.status);
    });

    it.runIf(!savesNone)('turns a one-time token into one that pays again', async () => {
      await using one = await open();
      const token = (card: string) => one.tokenOf?.(card) ?? card;
      const saved = await one.provider.saveMethod(token('tok_success'), 'Customer:1');
      if ('refused' in saved) throw new Error('refused');
      expect(saved).toMatchObject({ brand: 'visa', last4: '4242' });
      for (let time = 0; time < 2; time += 1)
        expect(await one.provider.authorize(requestOf(saved.token))).toMatchObject({ status: 'authorized' });
      expect(await one.provider.saveMethod(token('tok_declined'), 'Customer:1')).toEqual({ refused: 'DECLINED' });
      await one.provider.forgetMethod(saved.token);
      await one.provider.forgetMethod(saved.token);
    });
  });
}
