import { request } from 'undici';

export interface Webhook {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The webhooks of a double. They wait until a test delivers them, in the order that it wants, as often as it wants; what
 * it drops was lost on the way.
 */
export function createWebhooks(target: () => string) {
  const waiting: Webhook[] = [];

  async function post({ body, headers }: Webhook): Promise<number> {
    const { statusCode, body: answer } = await request(target(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    await answer.dump();
    return statusCode;
  }

  return {
    waiting: waiting as readonly Webhook[],
    add: (webhook: Webhook): void => void waiting.push(webhook),
    /** The statuses that the receiver gave, in the order of sending. */
    async deliver({ order = (all: Webhook[]) => all, times = 1 } = {}): Promise<number[]> {
      const statuses: number[] = [];
      for (const webhook of order(waiting.splice(0)))
        for (let time = 0; time < times; time += 1) statuses.push(await post(webhook));
      return statuses;
    },
    drop: (): number => waiting.splice(0).length,
  };
}

export type Webhooks = ReturnType<typeof createWebhooks>;
