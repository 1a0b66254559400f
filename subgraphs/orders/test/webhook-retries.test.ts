import { describe, expect, it } from 'vitest';
import { openReceiver, openWebhooks, verify } from './open-webhooks.ts';

const HOUR = 3_600_000;
type Test = Awaited<ReturnType<typeof openWebhooks>>;

/** Goes on from attempt to attempt until nothing is due any more; gives the hours that took. */
async function untilGivenUp(test: Test, id: string): Promise<number> {
  const began = test.now();
  for (;;) {
    await test.sendDue();
    const [delivery] = (await test.deliveries()).filter((one) => one.id === id);
    if (delivery.nextAttemptAt === null) return (test.now() - began) / HOUR;
    test.advance(new Date(delivery.nextAttemptAt).getTime() - test.now());
  }
}

const testEvent = async (test: Test, endpointId: string) => (await test.ask('test', { id: endpointId })).delivery;

describe('a delivery that is not taken', () => {
  it('is tried for a day, then given up, and replayed under the same id', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    receiver.answerAlways(500);
    const { id, secret } = await test.endpoint(receiver.url);
    const delivery = await testEvent(test, id);
    expect(await untilGivenUp(test, delivery.id)).toBeCloseTo(23.7, 1);
    expect(receiver.received).toHaveLength(12);
    const [dead] = await test.deliveries({ status: 'DEAD' });
    expect(dead).toMatchObject({
      id: delivery.id,
      attemptCount: 12,
      lastStatusCode: 500,
      lastError: 'It answered 500.',
    });
    expect(dead.attempts.nodes).toHaveLength(12);
    expect(dead.attempts.nodes[0]).toMatchObject({ number: 12, statusCode: 500, response: 'what a receiver says' });

    receiver.answerAlways(204);
    expect((await test.ask('replay', { id: dead.id })).delivery).toMatchObject({ status: 'PENDING' });
    test.advance(1000);
    await test.sendDue();
    expect(await test.deliveries({ status: 'DELIVERED' })).toMatchObject([{ id: delivery.id, attemptCount: 13 }]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery.eventId]));
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    const last = receiver.received.at(-1);
    expect(last && verify(secret, last).type).toBe('webhook.test');
  });

  it('waits as long as its receiver asks for', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    receiver.script.push((answer) => answer.writeHead(503, { 'retry-after': '900' }).end());
    const { id } = await test.endpoint(receiver.url);
    await testEvent(test, id);
    await test.sendDue();
    test.advance(870_000);
    expect(await test.sendDue()).toBe(0);
    test.advance(30_000);
    expect(await test.sendDue()).toBe(1);
    expect((await test.deliveries())[0].status).toBe('DELIVERED');
  });

  it('is a failure when the receiver redirects, and the redirect is not followed', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    receiver.answerAlways((answer) => answer.writeHead(307, { location: `${receiver.url}/elsewhere` }).end());
    const { id } = await test.endpoint(receiver.url);
    await testEvent(test, id);
    await test.sendDue();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
    expect((await test.deliveries())[0]).toMatchObject({
      ...{ status: 'PENDING', lastStatusCode: 307, lastError: 'It redirects, which is not followed.' },
    });
  });

  it('is a failure when the receiver hangs or never stops talking', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    let written = 0;
    receiver.script.push(
      () => {},
      (answer) => {
        const talk = () => {
          while (!answer.destroyed && written < 50_000_000) {
            written += 65_536;
            if (!answer.write(Buffer.alloc(65_536, 'x'))) return void answer.once('drain', talk);
          }
        };
        answer.writeHead(400);
        talk();
      },
    );
    const { id } = await test.endpoint(receiver.url);
    await testEvent(test, id);
    await test.sendDue();
    expect((await test.deliveries())[0]).toMatchObject({
      lastStatusCode: null,
      lastError: 'It did not answer in time.',
    });
    test.advance(10_000);
    await test.sendDue();
    const [delivery] = await test.deliveries();
    expect(delivery).toMatchObject({ lastStatusCode: 400, lastError: 'It answered 400.' });
    expect(delivery.attempts.nodes[0].response).toBe('x'.repeat(500));
    expect(written).toBeLessThan(10_000_000);
  });
});

describe('an endpoint', () => {
  it('that is gone is disabled at once, the others hear of it, and nothing of it is lost', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    await using other = await openReceiver();
    const { id } = await test.endpoint(receiver.url);
    const { secret } = await test.endpoint(other.url, ['WEBHOOK_DISABLED']);
    receiver.answerAlways(410);
    await testEvent(test, id);
    await test.sendDue();
    await test.sendDue();
    expect(await test.ask('endpoint', { id })).toMatchObject({ status: 'DISABLED', disabledReason: 'GONE' });
    expect(test.disabled).toEqual([id]);
    expect(other.received.map((one) => verify(secret, one))).toMatchObject([
      { type: 'webhook.disabled', data: { endpointId: id, reason: 'GONE' } },
    ]);
    expect((await test.ask('test', { id })).__typename).toBe('WebhookEndpointDisabled');
    expect((await test.ask('endpoints', { first: 5, status: 'DISABLED' })).nodes).toHaveLength(1);

    // What happens meanwhile waits for it.
    await test.db.pool.query(`SELECT tell_webhooks('order.confirmed', 'Order:1', '{}')`);
    expect((await test.deliveries({ status: 'DEAD' })).map(({ type }) => type)).toEqual([
      ...['ORDER_CONFIRMED', 'WEBHOOK_TEST'],
    ]);
    receiver.answerAlways(200);
    await test.ask('enable', { id });
    const since = new Date(test.now() - HOUR);
    expect(await test.ask('replayAll', { input: { endpointId: id, since } })).toMatchObject({
      count: 2,
      hasMore: false,
    });
    test.advance(1000);
    await test.sendDue();
    expect(await test.deliveries({ endpointId: id, status: 'DELIVERED' })).toHaveLength(2);
    expect(await test.ask('replayAll', { input: { endpointId: id, since } })).toMatchObject({ count: 0 });
  });

  it('that takes nothing for three days is disabled, and one that takes something now and then is not', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { id } = await test.endpoint(receiver.url);
    receiver.answerAlways(500);
    const failFor = async (days: number) => {
      for (let day = 0; day < days; day += 1) await untilGivenUp(test, (await testEvent(test, id)).id);
    };
    await failFor(2);
    receiver.script.push(200);
    await testEvent(test, id);
    await test.sendDue();
    expect(await test.ask('endpoint', { id })).toMatchObject({ status: 'ENABLED', failingSince: null });
    await failFor(3);
    expect((await test.ask('endpoint', { id })).status).toBe('ENABLED');
    await failFor(1);
    expect(await test.ask('endpoint', { id })).toMatchObject({ status: 'DISABLED', disabledReason: 'FAILING' });
  });

  it('has two secrets while one replaces the other, and both signatures are good', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { id, secret: old } = await test.endpoint(receiver.url);
    const { secret } = await test.ask('rotate', { input: { id, overlapHours: 2 } });
    const send = async () => {
      await testEvent(test, id);
      test.advance(1000);
      await test.sendDue();
      return receiver.received.at(-1) ?? { headers: {}, body: '', path: '' };
    };
    const both = await send();
    expect([verify(old, both).type, verify(secret, both).type]).toEqual(['webhook.test', 'webhook.test']);
    test.advance(2 * HOUR);
    const one = await send();
    expect(verify(secret, one).type).toBe('webhook.test');
    expect(() => verify(old, one)).toThrow();
    // Known to somebody else: the old one is worth nothing from now on.
    const { secret: third } = await test.ask('rotate', { input: { id, overlapHours: 0 } });
    const now = await send();
    expect(verify(third, now).type).toBe('webhook.test');
    expect(() => verify(secret, now)).toThrow();
    expect((await test.ask('rotate', { input: { id, overlapHours: 169 } })).__typename).toBe('InvalidInput');
    // With so many in use that none is let in beside them, a leaked one is replaced all the same.
    for (const _secret of [2, 3, 4, 5]) await test.ask('rotate', { input: { id, overlapHours: 2 } });
    expect((await test.ask('rotate', { input: { id, overlapHours: 2 } })).__typename).toBe('InvalidInput');
    const { secret: last } = await test.ask('rotate', { input: { id, overlapHours: 0 } });
    const alone = await send();
    expect(verify(last, alone).type).toBe('webhook.test');
    expect(() => verify(third, alone)).toThrow();
  });

  it('rotated by many at once keeps every secret that was given out, up to five', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { id, secret: first } = await test.endpoint(receiver.url);
    const all = await Promise.all(Array.from({ length: 8 }, () => test.ask('rotate', { input: { id } })));
    const secrets = all.flatMap(({ secret }) => secret ?? []);
    expect(secrets).toHaveLength(4);
    await testEvent(test, id);
    test.advance(1000);
    await test.sendDue();
    const [got] = receiver.received;
    if (!got) throw new Error('nothing came');
    for (const secret of [first, ...secrets]) expect(verify(secret, got).type).toBe('webhook.test');
  });
});
