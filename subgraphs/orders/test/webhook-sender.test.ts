import { describe, expect, it } from 'vitest';
import { createWebhookSender, type WebhookSenderOptions } from '../src/adapters/webhook-sender.ts';
import type { ClaimedDelivery } from '../src/domain/webhook.ts';
import { openReceiver } from './open-webhooks.ts';

const delivery = (url: string): ClaimedDelivery => ({
  ...{ id: 'WebhookDelivery:1', endpointId: 'WebhookEndpoint:1', url, secrets: ['whsec_AAAA'], attempts: 1, tries: 1 },
  ...{ eventId: 'WebhookEvent:1', type: 'webhook.test', occurredAt: new Date(), data: {} },
});

const NOT_PUBLIC = 'The name leads to an address that is not on the internet.';

/** Names resolve to one list of addresses after the other. */
function resolverOf(...answers: readonly (readonly string[])[]) {
  let asked = 0;
  const resolve = (_name: string, _options: object, done: (error: null, found: object[]) => void) => {
    const found = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { resolve: resolve as unknown as NonNullable<WebhookSenderOptions['resolve']>, asked: () => asked };
}

async function send(url: string, options: WebhookSenderOptions) {
  const sender = createWebhookSender({ timeoutMs: 3_000, ...options });
  try {
    return await sender.send(delivery(url), AbortSignal.timeout(10_000));
  } finally {
    await sender.close();
  }
}

describe('a webhook', () => {
  it.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['169.254.169.254'],
    ['100.64.0.1'],
    ['::1'],
    ['fd00::1'],
    ['fe80::1'],
    ['::ffff:10.0.0.1'],
    ['64:ff9b::7f00:1'],
  ])('is not sent to a name that resolves to %s, alone or beside an address on the internet', async (address) => {
    for (const addresses of [[address], ['93.184.215.14', address]]) {
      const { resolve } = resolverOf(addresses);
      const answer = await send('https://hook.example/', { privateAllowed: false, resolve });
      expect(answer).toMatchObject({ statusCode: null, error: NOT_PUBLIC });
    }
  });

  it.each([
    ['https://127.0.0.1/'],
    ['https://2130706433/'],
    ['https://0x7f.1/'],
    ['https://[::1]/'],
    ['https://[::ffff:127.0.0.1]/'],
    ['https://localhost/'],
    ['http://hook.example/'],
    ['https://hook.example:5432/'],
  ])('is not sent to %s, whatever was stored', async (url) => {
    const { resolve, asked } = resolverOf(['127.0.0.1']);
    const answer = await send(url, { privateAllowed: false, resolve });
    expect([answer.statusCode, asked()]).toEqual([null, 0]);
    expect(answer.error).not.toBeNull();
  });

  it('goes to the very address that was checked, though the name leads elsewhere a moment later', async () => {
    await using good = await openReceiver();
    // 127.0.0.1 stands for the internet here, and 127.0.0.2 for our own network. A second look would find the latter.
    const { resolve, asked } = resolverOf(['127.0.0.1'], ['127.0.0.2']);
    const isPublic = (address: string) => address === '127.0.0.1';
    const sender = createWebhookSender({ privateAllowed: false, resolve, isPublic, targetProblem: () => null });
    try {
      const signal = AbortSignal.timeout(10_000);
      const url = `http://hook.example:${good.port}/`;
      expect(await sender.send(delivery(url), signal)).toMatchObject({ statusCode: 204 });
      expect([asked(), good.received[0]?.headers.host]).toEqual([1, `hook.example:${good.port}`]);
    } finally {
      await sender.close();
    }
    const again = { privateAllowed: false, resolve, isPublic, targetProblem: () => null };
    expect(await send(`http://hook.example:${good.port}/`, again)).toMatchObject({ error: NOT_PUBLIC });
    expect(good.received).toHaveLength(1);
  });

  it('goes anywhere in development', async () => {
    await using receiver = await openReceiver();
    expect(await send(receiver.url, { privateAllowed: true })).toMatchObject({ statusCode: 204, error: null });
  });
});
