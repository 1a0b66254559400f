import { createHmac } from 'node:crypto';
import { request } from 'undici';

/** The header of a signed webhook: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, the form that Stripe made common. */
export const SIGNATURE_HEADER = 'sandbox-signature';

export const signWebhook = (secret: string, body: string, now = Date.now()): string => {
  const t = Math.floor(now / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
};

export interface WebhookSender {
  /** Sends in the background, again with growing pauses until it is taken with a 2xx; gives up after `attempts`. */
  send(event: { readonly id: string; readonly type: string; readonly data: object }): void;
  /** Waits for what is under way and drops what is planned. */
  close(): Promise<void>;
}

export function createWebhookSender({
  url,
  secret,
  attempts = 8,
  firstPauseMs = 250,
  onTaken,
}: {
  /** Asked for each delivery: in one process the receiver's port is known only after it listens. */
  readonly url: () => string | undefined;
  readonly secret: string;
  readonly attempts?: number;
  readonly firstPauseMs?: number;
  /** Called with the id of an event that the receiver has taken. */
  readonly onTaken?: (id: string) => void;
}): WebhookSender {
  const timers = new Set<NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();
  let closed = false;

  async function post(id: string, body: string): Promise<boolean> {
    const target = url();
    if (!target) return false;
    try {
      const { statusCode, body: answer } = await request(target, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signWebhook(secret, body) },
        body,
        headersTimeout: 5_000,
        bodyTimeout: 5_000,
      });
      await answer.dump();
      const isTaken = statusCode >= 200 && statusCode < 300;
      if (isTaken) onTaken?.(id);
      return isTaken;
    } catch {
      return false; // An absent receiver is the normal case that retries are for.
    }
  }

  function attempt(id: string, body: string, count: number) {
    const delivery = post(id, body).then((taken) => {
      underWay.delete(delivery);
      if (taken || closed || count >= attempts) return;
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          attempt(id, body, count + 1);
        },
        firstPauseMs * 2 ** (count - 1),
      );
      timers.add(timer.unref());
    });
    underWay.add(delivery);
  }

  return {
    send: (event) => attempt(event.id, JSON.stringify(event), 1),
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled(underWay);
    },
  };
}
