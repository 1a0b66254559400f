import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** A signature older or newer than this is refused, so that a captured delivery cannot be played again later. */
const TOLERANCE_SECONDS = 300;

export interface SandboxWebhookOptions {
  readonly secret: string;
  /** Applies a verified event; rejects when it should be delivered again. */
  readonly receive: (payload: unknown) => Promise<boolean>;
  readonly clock?: () => number;
}

/** The sandbox provider's events. Only signed bytes are parsed. */
export const addSandboxWebhook = (
  app: FastifyInstance,
  { secret, receive, clock = Date.now }: SandboxWebhookOptions,
): void => {
  app.post('/webhooks/sandbox', async (request, reply) => {
    const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
    const signature = request.headers['sandbox-signature'];
    if (typeof signature !== 'string' || !isSigned(secret, signature, body, clock()))
      return reply.code(401).send({ error: 'The signature is missing, wrong or too old.' });
    const payload = parse(body);
    if (payload === undefined) return reply.code(400).send({ error: 'The body is not JSON.' });
    const isKnown = await receive(payload);
    // An event that says nothing to us is taken all the same: sending it again would change nothing.
    return reply.code(200).send({ received: true, applied: isKnown });
  });
};

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`; several v1 while a secret is rotated. */
function isSigned(secret: string, header: string, body: Buffer, nowMs: number): boolean {
  const parts = header.split(',').map((part) => part.trim().split('='));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(time) || Math.abs(nowMs / 1000 - Number(time)) > TOLERANCE_SECONDS) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return parts.some(([name, value]) => {
    const given = Buffer.from(name === 'v1' ? (value ?? '') : '', 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
