import { join } from 'node:path';
import { createLogger } from '@cartograph/runtime/logger';
import type { Env } from '@cartograph/runtime/settings';
import { createCarrierSandbox } from '@cartograph/sandbox/carrier/server';
import { createMessagesSandbox } from '@cartograph/sandbox/messages/server';
import { createPaymentsSandbox } from '@cartograph/sandbox/payments/server';
import type { Secrets } from './secrets.ts';
import { dataFolder, type Ports } from './settings.ts';

/** The three sandbox providers with their ledgers in `.cartograph/`. Gives the function that closes them. */
export async function openSandbox(
  { sandbox, subgraphs }: Ports,
  secrets: Secrets,
  env: Env,
): Promise<() => Promise<void>> {
  const file = (path: string) => join(dataFolder(env), path);
  const logger = createLogger('sandbox', env.LOG_LEVEL ?? 'warn');
  const webhook = (port: number, path: string) => ({
    url: () => `http://127.0.0.1:${port}${path}`,
    secret: secrets.sandbox,
  });
  const servers = [
    createPaymentsSandbox({
      port: sandbox.payments,
      journalPath: file('sandbox/payments.jsonl'),
      webhook: webhook(subgraphs.payments, '/webhooks/sandbox'),
      logger,
    }),
    createCarrierSandbox({
      port: sandbox.carrier,
      journalPath: file('sandbox/carrier.jsonl'),
      webhook: webhook(subgraphs.shipping, '/webhooks/sandbox'),
      ...(env.CARRIER_SANDBOX_TEMPO_MS && { tempoMs: Number(env.CARRIER_SANDBOX_TEMPO_MS) }),
      logger,
    }),
    createMessagesSandbox({
      port: sandbox.messages,
      journalPath: file('sandbox/messages.jsonl'),
      folder: file('messages'),
      webhook: webhook(subgraphs.customers, '/webhooks/sandbox'),
      logger,
    }),
  ];
  await Promise.all(servers.map((server) => server.listen()));
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
}
