import { createHmac, timingSafeEqual } from 'node:crypto';
import { MAX_WEBHOOK_BYTES } from '@cartograph/runtime/signed-webhook';
import type { FastifyInstance } from 'fastify';
import type { Operations } from '../operations/index.ts';

/** Checks Shopify's base64 HMAC-SHA256 over the raw bytes. */
export function isSignedByShopify(secret: string, header: string | string[] | undefined, body: Buffer): boolean {
  const given = Buffer.from(String(header ?? ''), 'base64');
  const expected = createHmac('sha256', secret).update(body).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Read from the text: Shopify's ids have more digits than a JavaScript number keeps. */
const idIn = (body: string, field: string): string | undefined =>
  new RegExp(`"${field}"\\s*:\\s*(\\d+)`).exec(body)?.[1];

/**
 * Inventory webhooks are hints: they come late, twice and out of order, and mostly echo what we set ourselves. So they
 * have the count looked at, and nothing is taken from them.
 */
export const receiveShopify =
  (secret: string) =>
  ({ hintCount }: Pick<Operations, 'hintCount'>) =>
  (app: FastifyInstance): void => {
    app.post('/webhooks/shopify', { bodyLimit: MAX_WEBHOOK_BYTES }, async (request, reply) => {
      const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
      if (!isSignedByShopify(secret, request.headers['x-shopify-hmac-sha256'], body))
        return reply.code(401).send({ error: 'The signature is missing or wrong.' });
      if (!String(request.headers['x-shopify-topic']).startsWith('inventory_levels/')) return { received: true };
      const [item, location] = ['inventory_item_id', 'location_id'].map((field) => idIn(body.toString(), field));
      if (!item || !location) return reply.code(400).send({ error: 'The body is no inventory level.' });
      await hintCount('shopify', `gid://shopify/InventoryItem/${item}`, `gid://shopify/Location/${location}`);
      return { received: true };
    });
  };
