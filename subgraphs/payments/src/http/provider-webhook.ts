import { MAX_WEBHOOK_BYTES } from '@cartograph/runtime/signed-webhook';
import type { FastifyInstance } from 'fastify';
import type { PaymentProvider } from '../ports/payment-provider.ts';

export interface ProviderWebhookOptions {
  readonly provider: Pick<PaymentProvider, 'name' | 'openWebhook'>;
  /** Stores a verified event before anything else; rejects when it should be delivered again. */
  readonly receive: (provider: string, event: { readonly id: string; readonly type: string }) => Promise<boolean>;
}

/** A provider's events, at an address of its own. Only bytes that it has signed are read. */
export const addProviderWebhook = (app: FastifyInstance, { provider, receive }: ProviderWebhookOptions): void => {
  app.post(`/webhooks/${provider.name}`, { bodyLimit: MAX_WEBHOOK_BYTES }, async (request, reply) => {
    const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
    const opened = await provider.openWebhook({ headers: request.headers, body });
    if (opened.kind === 'unsigned')
      return reply.code(401).send({ error: 'The signature is missing, wrong or too old.' });
    if (opened.kind === 'malformed') return reply.code(400).send({ error: 'The body is not an event.' });
    // Stored, it is ours: an event that cannot be applied now, or says nothing to us, need not be sent again.
    let applied = true;
    for (const event of opened.events) applied = (await receive(provider.name, event)) && applied;
    return reply.code(200).send({ received: true, applied });
  });
};
