import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';

/** What can become of a webhook on its way. */
export interface Trouble {
  /** Share that is delivered twice at once. */
  readonly doubled: number;
  /** Share that is delivered once more after seconds, when newer ones have arrived. */
  readonly repeated: number;
  /** Share that is late by up to two seconds, so that others overtake it. */
  readonly delayed: number;
  /** Share that is lost: its sender is told so, and sends it again. */
  readonly lost: number;
}

export const NO_TROUBLE: Trouble = { doubled: 0, repeated: 0, delayed: 0, lost: 0 };

/** Carries a provider's webhooks to us, as unreliably as `trouble` says. */
export async function openCourier(target: string, random: Random, trouble: () => Trouble) {
  const late = new Set<Promise<unknown>>();
  const counts = { carried: 0, doubled: 0, repeated: 0, delayed: 0, lost: 0 };

  async function carry(headers: Record<string, string>, body: Buffer): Promise<number> {
    const { doubled, repeated, delayed, lost } = trouble();
    counts.carried += 1;
    if (random.chance(lost)) return count('lost', 503);
    if (random.chance(delayed)) await sleep(count('delayed', random.between(50, 2_000)));
    if (random.chance(repeated)) {
      count('repeated', 0);
      const again = sleep(random.between(1_000, 6_000)).then(() => post(target, headers, body));
      late.add(again);
      void again.then(() => late.delete(again));
    }
    if (!random.chance(doubled)) return post(target, headers, body);
    const [first, second] = await Promise.all([
      post(target, headers, body),
      post(target, headers, count('doubled', body)),
    ]);
    return Math.max(first, second);
  }
  const count = <T>(what: keyof typeof counts, value: T): T => {
    counts[what] += 1;
    return value;
  };

  const server = createServer((request, response) => void answer(request, response, carry));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    /** Waits for what is still on its way a second time. */
    idle: async () => void (await Promise.all(late)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  carry: (headers: Record<string, string>, body: Buffer) => Promise<number>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = { 'sandbox-signature': String(request.headers['sandbox-signature']) };
  response.statusCode = await carry(headers, Buffer.concat(chunks));
  response.end();
}

/** The receiver's status; 503 when it cannot be reached. */
async function post(target: string, headers: Record<string, string>, body: Buffer): Promise<number> {
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(5_000),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 503;
  }
}
