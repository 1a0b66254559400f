import { createHmac, timingSafeEqual } from 'node:crypto';

/** How old a signature may be, in seconds: what was recorded cannot be sent again later. */
const TOLERANCE_SECONDS = 300;

/** Checks `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` over the raw bytes, the form that Stripe made common. */
export function isSignedWebhook(
  secret: string,
  header: string | string[] | undefined,
  body: Buffer,
  now = Date.now(),
): boolean {
  const [, t, v1] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(String(header ?? '')) ?? [];
  if (!t || !v1 || Math.abs(now / 1000 - Number(t)) > TOLERANCE_SECONDS) return false;
  const expected = createHmac('sha256', secret).update(`${t}.`).update(body).digest();
  return timingSafeEqual(Buffer.from(v1, 'hex'), expected);
}
