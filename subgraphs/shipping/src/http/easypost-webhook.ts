import { createHmac, timingSafeEqual } from 'node:crypto';
import { MAX_WEBHOOK_BYTES, readWebhook } from '@cartograph/runtime/signed-webhook';
import type { FastifyInstance } from 'fastify';
import type { Operations } from '../operations/index.ts';

/**
 * Checks `hmac-sha256-hex=<hex>` over the raw bytes. It says no time, so that what was recorded can be sent again: an event
 * is stored once by its id, and old news change nothing.
 */
export function isSignedByEasyPost(
  secrets: readonly string[],
  header: string | string[] | undefined,
  body: Buffer,
): boolean {
  const given = /^hmac-sha256-hex=([0-9a-f]{64})$/.exec(String(header ?? ''))?.[1];
  if (!given) return false;
  return secrets.some((secret) => {
    const expected = createHmac('sha256', secret.normalize('NFKD')).update(body).digest();
    return timingSafeEqual(Buffer.from(given, 'hex'), expected);
  });
}

/** What EasyPost tells about parcels. Anything but a 2xx makes it say the same again later. */
export const receiveEasyPost =
  (secrets: readonly string[]) =>
  ({ receiveCarrierEvent }: Pick<Operations, 'receiveCarrierEvent'>) =>
  (app: FastifyInstance): void => {
    app.post('/webhooks/easypost', { bodyLimit: MAX_WEBHOOK_BYTES }, async (request, reply) => {
      const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
      if (!isSignedByEasyPost(secrets, request.headers['x-hmac-signature'], body))
        return reply.code(401).send({ error: 'The signature is missing or wrong.' });
      const event = readWebhook(body, 'description');
      if (!event) return reply.code(400).send({ error: 'The body is not an event.' });
      return { received: true, applied: await receiveCarrierEvent('EASYPOST', event) };
    });
  };
