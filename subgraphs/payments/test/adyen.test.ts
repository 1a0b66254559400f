import { hasContracts, readContractFile } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { createAdyenPayments } from '../src/adapters/adyen/adyen-payments.ts';
import { ADYEN_ACCOUNT, ADYEN_HMAC_KEY, ADYEN_KEY, openAdyenDouble } from './adyen-double.ts';
import { describePaymentJourney } from './payment-journey.contract.ts';
import { describePaymentProvider, type LostCall, soughtFor } from './payment-provider.contract.ts';

const HOLDERS: Readonly<Record<string, string>> = {
  tok_declined: 'DECLINED',
  tok_insufficient_funds: 'NOT_ENOUGH_BALANCE',
  tok_fraud: 'FRAUD',
  tok_late: 'PENDING',
};

const adyenCard = (token: string): string =>
  JSON.stringify({
    type: 'scheme',
    encryptedCardNumber: token === 'tok_3ds' ? 'test_4917610000000000' : 'test_4242424242424242',
    ...{ encryptedExpiryMonth: 'test_03', encryptedExpiryYear: 'test_2030', encryptedSecurityCode: 'test_737' },
    holderName: HOLDERS[token] ?? 'Ada Lovelace',
  });

const OPERATIONS: Readonly<Record<LostCall, string>> = {
  authorize: 'post-payments',
  capture: 'post-payments-paymentPspReference-captures',
  refund: 'post-payments-paymentPspReference-refunds',
  void: 'post-payments-paymentPspReference-cancels',
};

async function open({ apiKey = ADYEN_KEY, clock = Date.now } = {}) {
  const double = await openAdyenDouble();
  const told = new Map<string, { readonly id: string; readonly merchantReference?: string }>();
  const all = () => [...told.values()];
  const provider = createAdyenPayments(
    {
      ...{ url: double.server.url, apiKey, merchantAccount: ADYEN_ACCOUNT, hmacKeys: [ADYEN_HMAC_KEY], timeoutMs: 500 },
      ...{ returnsUrl: 'https://pay.shop.example/returns/adyen', clock },
    },
    {
      ofPayment: async (reference) => all().filter((item) => item.merchantReference?.split('/')[0] === reference),
      async *since() {
        yield* all();
      },
    },
  );
  const settle = async () => {
    const waiting = [...double.webhooks.waiting];
    double.webhooks.drop();
    for (const { headers, body } of waiting) {
      const opened = await provider.openWebhook({ headers, body: Buffer.from(body) });
      if (opened.kind !== 'events') throw new Error(opened.kind);
      for (const event of opened.events) told.set(event.id, event);
    }
  };
  return {
    ...{ provider, double, settle, tokenOf: adyenCard },
    async decide({ reference }: { reference: string }, isApproved: boolean) {
      const { searchParams } = double.returnUrlOf(reference, isApproved);
      const answer = await provider.returned?.(Object.fromEntries(searchParams));
      expect(answer?.status).toBe(isApproved ? 'authorized' : 'declined');
      await settle();
    },
    loseAnswer: (call: LostCall) =>
      double.server.faults.add({ operation: OPERATIONS[call], at: 'after', does: 'hang', times: 3 }),
    async [Symbol.asyncDispose]() {
      await provider.close();
      await double[Symbol.asyncDispose]();
    },
  };
}

const request = (token: string, reference = 'Payment:a1') => ({
  ...soughtFor(reference),
  ...{ token: adyenCard(token), email: 'ada@example.com' },
});

describe.runIf(hasContracts())('Adyen', () => {
  describePaymentProvider('over its contract, Adyen', open, {
    ...{ capturesApart: true, losesAnswers: true, savesNone: true },
  });

  describePaymentJourney(
    'Adyen',
    async (target) => {
      const double = await openAdyenDouble({ target });
      const { server, webhooks, ledger } = double;
      return {
        ...{ name: 'adyen', webhooks, faults: server.faults, operations: OPERATIONS, tokenOf: adyenCard, ledger },
        env: {
          ...{ ADYEN_API_KEY: ADYEN_KEY, ADYEN_MERCHANT_ACCOUNT: ADYEN_ACCOUNT, ADYEN_HMAC_KEY, ADYEN_URL: server.url },
          PAYMENTS_PUBLIC_URL: 'https://pay.shop.example',
        },
        async decide(reference, isApproved) {
          const { pathname, search } = double.returnUrlOf(reference, isApproved);
          const answer = await fetch(new URL(pathname + search, target()), { redirect: 'manual' });
          expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://shop.example/paid']);
        },
        forge: (body) => body.replace('"success":"true"', '"success":"false"'),
        strip: (body) => body.replace(/"additionalData":\{[^}]*\}/, '"additionalData":{}'),
        [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
      };
    },
    { onlyTells: true },
  );

  describe('the adapter of Adyen', () => {
    it('names the setting when the key is wrong', async () => {
      await using one = await open({ apiKey: 'wrong' });
      await expect(one.provider.authorize(request('tok_success'))).rejects.toThrow('ADYEN_API_KEY');
    });

    it('goes on with the same key after a limit, and while its first request is still worked on', async () => {
      await using one = await open();
      const limited = { status: 429, headers: { 'retry-after': '0' } };
      one.double.server.faults.add({ operation: 'post-payments', at: 'before', does: limited, times: 2 });
      expect(await one.provider.authorize(request('tok_success'))).toMatchObject({ status: 'authorized' });
      const inProgress = { status: 422, body: { status: 422, errorCode: '704', message: 'in progress' } };
      one.double.server.faults.add({ operation: 'post-payments', at: 'before', does: inProgress });
      await expect(one.provider.authorize(request('tok_success'))).rejects.toMatchObject({ name: 'Unavailable' });
      expect(one.double.payments).toHaveLength(1);
    });

    it('asks for no second capture or refund when its key may be forgotten, and waits', async () => {
      await using one = await open({ clock: () => Date.now() + 7 * 86_400_000 });
      const { reference, providerId } = await one.provider.authorize(request('tok_success'));
      const part = { reference, providerId, amount: { minor: 5_00, currency: 'EUR' } };
      const id = 'Capture:01JDEM0ADA0000000000000000';
      expect(await one.provider.capture({ ...part, id })).toEqual({ kind: 'received', version: 0 });
      expect(one.double.payments[0]?.captured).toBe(0);
    });

    it('stops by our own reference what may still be on its way', async () => {
      await using one = await open();
      one.loseAnswer('authorize');
      await expect(one.provider.authorize(request('tok_success'))).rejects.toMatchObject({ name: 'Unavailable' });
      expect(await one.provider.void(soughtFor('Payment:a1'))).toBeNull();
      expect(one.double.payments[0]?.state).toBe('cancelled');
      await one.settle();
      expect(await one.provider.find(soughtFor('Payment:a1'))).toMatchObject({ status: 'voided' });
    });

    it('reads Adyen’s own samples of notifications, and believes no signature of another key', async () => {
      await using one = await open();
      for (const name of ['authorisationTrue', 'captureFalse', 'captureTrue', 'refundFalse', 'refundTrue']) {
        const body = Buffer.from(JSON.stringify(readContractFile(`adyen/notifications/${name}.json`)));
        expect([name, (await one.provider.openWebhook({ headers: {}, body })).kind]).toEqual([name, 'unsigned']);
      }
      const kindOf = async (body: string) =>
        (await one.provider.openWebhook({ headers: {}, body: Buffer.from(body) })).kind;
      for (const body of ['', '{', '{}', '{"notificationItems":[]}', '{"notificationItems":[{}]}'])
        expect([body, await kindOf(body)]).toEqual([body, 'malformed']);
    });
  });
});
