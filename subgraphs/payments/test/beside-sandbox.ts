import { createLogger } from '@cartograph/runtime/logger';
import { createPaymentsSandbox } from '@cartograph/sandbox/payments/server';
import { createSandboxPayments } from '../src/adapters/sandbox-payments.ts';
import { openWorld } from './setup.ts';

/** The subgraph beside a sandbox provider, and a way to do things there that the subgraph does not know of. */
export async function openBesideSandbox() {
  const webhook = { url: () => undefined, secret: 'secret' };
  const sandbox = createPaymentsSandbox({ port: 0, webhook, logger: createLogger('sandbox', 'silent') });
  const url = await sandbox.listen();
  const provider = createSandboxPayments({ url, apiKey: 'sk_sandbox' });
  const world = await openWorld(provider);
  let count = 0;
  return {
    world,
    async byHand(path: string, body: object) {
      const headers = { authorization: 'Bearer sk_sandbox', 'idempotency-key': `by-hand-${count++}` };
      const answer = await fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await provider.close();
      await sandbox.close();
    },
  };
}
