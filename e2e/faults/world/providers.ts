import { join } from 'node:path';
import { createLogger } from '@cartograph/runtime/logger';
import { createCarrierSandbox } from '@cartograph/sandbox/carrier/server';
import { createMessagesSandbox } from '@cartograph/sandbox/messages/server';
import type { Faults } from '@cartograph/sandbox/payments/faults';
import { createPaymentsSandbox } from '@cartograph/sandbox/payments/server';

export interface ProvidersOptions {
  readonly folder: string;
  readonly secret: string;
  /** Where each provider sends its webhooks. */
  readonly webhooks: { readonly payments: string; readonly carrier: string; readonly messages: string };
  readonly faults: Faults;
}

/** The files in which the providers keep their own books. */
export const journalsIn = (folder: string) => ({
  payments: join(folder, 'payments.jsonl'),
  carrier: join(folder, 'carrier.jsonl'),
  messages: join(folder, 'messages.jsonl'),
});

/** The three sandbox providers. They belong to the world outside, so they live in the harness and never die. */
export async function openProviders({ folder, secret, webhooks, faults }: ProvidersOptions) {
  const logger = createLogger('providers', 'error');
  const journals = journalsIn(folder);
  const to = (url: string) => ({ url: () => url, secret });
  const payments = createPaymentsSandbox({
    port: 0,
    journalPath: journals.payments,
    webhook: to(webhooks.payments),
    webhookDelayMs: 100,
    lateMs: 1_500,
    faults,
    logger,
  });
  // Parcels stay where they are: an order that is on its way cannot be cancelled any more.
  const carrier = createCarrierSandbox({
    port: 0,
    journalPath: journals.carrier,
    webhook: to(webhooks.carrier),
    tempoMs: 0,
    logger,
  });
  const messages = createMessagesSandbox({
    port: 0,
    journalPath: journals.messages,
    folder: join(folder, 'messages'),
    webhook: to(webhooks.messages),
    logger,
  });
  const servers = [payments, carrier, messages];
  const [paymentsUrl, carrierUrl, messagesUrl] = (await Promise.all(servers.map((server) => server.listen()))) as [
    string,
    string,
    string,
  ];
  return {
    urls: { payments: paymentsUrl, carrier: carrierUrl, messages: messagesUrl },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
