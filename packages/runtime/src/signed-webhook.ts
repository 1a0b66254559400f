import { createHmac, timingSafeEqual } from 'node:crypto';

/** How old, or how far in the future, a signature may be, in seconds: what was recorded cannot be sent again later. */
const TOLERANCE_SECONDS = 300;

/** A webhook says little: what is larger is not one. Refused before it is read. */
export const MAX_WEBHOOK_BYTES = 256 * 1024;

/**
 * Checks `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` over the raw bytes, the form that Stripe made common.
 * While a secret is rotated there are several of them here, or several `v1` there: one match suffices.
 */
export function isSignedWebhook(
  secrets: string | readonly string[],
  header: string | string[] | undefined,
  body: Buffer,
  now = Date.now(),
): boolean {
  const parts = String(header ?? '')
    .slice(0, 1000)
    .split(',')
    .map((part) => part.trim());
  const time = parts.find((part) => part.startsWith('t='))?.slice(2) ?? '';
  if (!/^\d{1,12}$/.test(time) || Math.abs(now / 1000 - Number(time)) > TOLERANCE_SECONDS) return false;
  const given = parts.flatMap((part) => /^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? []);
  return [secrets].flat().some((secret) => {
    const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
    return given.some((signature) => timingSafeEqual(Buffer.from(signature, 'hex'), expected));
  });
}

/** What every event has, whoever sends it. */
export interface WebhookEnvelope {
  readonly id: string;
  readonly type: string;
}

/** Null for what is no event: no JSON, or without an id and a type. `typeField` is the sender's name of the type. */
export function readWebhook(body: Buffer, typeField = 'type'): WebhookEnvelope | null {
  try {
    const sent = JSON.parse(body.toString()) as Readonly<Record<string, unknown>> | null;
    const event = sent && ({ ...sent, type: sent[typeField] } as Partial<WebhookEnvelope>);
    const isText = (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= 255;
    // PostgreSQL stores no NUL, wherever in the payload it stands.
    return isText(event?.id) && isText(event?.type) && !body.includes('\\u0000') ? (event as WebhookEnvelope) : null;
  } catch {
    return null;
  }
}
