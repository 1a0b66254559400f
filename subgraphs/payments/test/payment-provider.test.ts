import { Unavailable } from '@cartograph/kernel/errors';
import { createLogger } from '@cartograph/runtime/logger';
import { createPaymentsSandbox } from '@cartograph/sandbox/payments/server';
import { describe, expect, it } from 'vitest';
import { createSandboxPayments } from '../src/adapters/sandbox-payments.ts';
import { createFakeProvider } from './fakes.ts';
import { describePaymentProvider, soughtFor } from './payment-provider.contract.ts';

describePaymentProvider(
  'in memory',
  async () => {
    const provider = createFakeProvider();
    return {
      provider,
      decide: async ({ reference }, isApproved) => void provider.decide(reference, isApproved),
      loseAnswer(lost) {
        provider.after = (call) => {
          if (call !== lost) return;
          provider.after = () => {};
          throw new Unavailable('payment provider', { timedOut: true });
        };
      },
      [Symbol.asyncDispose]: async () => {},
    };
  },
  { losesAnswers: true },
);

const openSandbox = async (apiKey?: string) => {
  const webhook = { url: () => undefined, secret: 'secret' };
  const server = createPaymentsSandbox({ port: 0, webhook, logger: createLogger('sandbox', 'silent') });
  const url = await server.listen();
  const provider = createSandboxPayments({ url, apiKey: apiKey ?? 'sk_sandbox', timeoutMs: 800 });
  return {
    provider,
    url,
    async [Symbol.asyncDispose]() {
      await provider.close();
      await server.close();
    },
  };
};

describePaymentProvider('over HTTP, the sandbox', async () => {
  const one = await openSandbox();
  return {
    ...one,
    async decide({ action }, isApproved) {
      const answer = await fetch(`${action?.redirectUrl}/${isApproved ? 'approve' : 'fail'}`, { method: 'POST' });
      if (!answer.ok) throw new Error(`the bank's page answered ${answer.status}`);
    },
  };
});

describe('the adapter of the sandbox', () => {
  it('names the setting when the API key is wrong', async () => {
    await using one = await openSandbox('sk_wrong');
    await expect(one.provider.find(soughtFor('Payment:1'))).rejects.toThrow('PAYMENTS_SANDBOX_KEY');
  });

  it('treats an error before the effect as an unknown outcome, and charges at the next call', async () => {
    await using one = await openSandbox();
    const wanted = {
      reference: 'Payment:error',
      amount: { minor: 1_00, currency: 'EUR' },
      token: 'tok_error',
      capture: 'AUTOMATIC' as const,
      buyerId: 'Customer:1',
      orderId: 'Order:1',
      email: null,
    };
    await expect(one.provider.authorize(wanted)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await one.provider.find(soughtFor(wanted.reference))).toBeNull();
    expect(await one.provider.authorize(wanted)).toMatchObject({ status: 'captured' });
  });

  it('treats a token that means nothing as a decline', async () => {
    await using one = await openSandbox();
    const answer = await one.provider.authorize({
      reference: 'Payment:nonsense',
      amount: { minor: 1_00, currency: 'EUR' },
      token: 'tok_nonsense',
      capture: 'MANUAL',
      buyerId: 'Customer:1',
      orderId: 'Order:1',
      email: null,
    });
    expect(answer).toMatchObject({ status: 'declined', declineReason: 'INVALID_TOKEN' });
  });
});
