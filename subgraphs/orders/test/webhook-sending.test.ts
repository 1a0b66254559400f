import { describe, expect, it, vi } from 'vitest';
import { openReceiver, openWebhooks } from './open-webhooks.ts';

type Test = Awaited<ReturnType<typeof openWebhooks>>;

/** So many events at once, for every endpoint there is. */
const happen = (test: Test, count: number) =>
  test.db.pool.query(
    `SELECT tell_webhooks('order.confirmed', 'Order:' || n, jsonb_build_object('n', n)) FROM generate_series(1, $1) n`,
    [count],
  );

const countBy = async ({ db }: Test, endpointId: string, status: string): Promise<number> =>
  (
    await db.pool.query(`SELECT count(*) AS n FROM webhook_delivery WHERE endpoint_id = $1 AND status::text = $2`, [
      ...[endpointId, status],
    ])
  ).rows[0].n;

describe('sending', () => {
  it('by two processes sends everything once', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { id } = await test.endpoint(receiver.url);
    await happen(test, 150);
    test.advance(1000);
    await using _one = test.process();
    await using _two = test.process();
    await vi.waitFor(async () => expect(await countBy(test, id, 'DELIVERED')).toBe(150), { timeout: 20_000 });
    expect(receiver.received).toHaveLength(150);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(150);
  });

  it('to an endpoint that hangs holds five places of its own and delays nobody', async () => {
    await using test = await openWebhooks({ timeoutMs: 30_000 });
    await using dead = await openReceiver();
    await using living = await openReceiver();
    dead.answerAlways(() => {});
    const hanging = await test.endpoint(dead.url);
    const { id } = await test.endpoint(living.url);
    await happen(test, 40);
    test.advance(1000);
    await using _process = test.process();
    await vi.waitFor(async () => expect(await countBy(test, id, 'DELIVERED')).toBe(40), { timeout: 15_000 });
    expect(dead.received).toHaveLength(5);
    expect(await countBy(test, hanging.id, 'PENDING')).toBe(40);
  });

  it('to an endpoint that takes nothing goes on one at a time, until it takes something', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { id } = await test.endpoint(receiver.url);
    await happen(test, 10);
    test.advance(1000);
    await test.db.pool.query('UPDATE webhook_endpoint SET failing_since = now()');
    expect((await test.webhooks.queue.claim(new Map())).claimed).toHaveLength(1);
    expect((await test.webhooks.queue.claim(new Map([[id, 1]]))).claimed).toHaveLength(0);
    await test.sendDue();
    expect(await countBy(test, id, 'DELIVERED')).toBe(9);
    expect((await test.ask('endpoint', { id })).failingSince).toBeNull();
  });

  it('that ends between the request and its record repeats it under the same id', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { id } = await test.endpoint(receiver.url);
    await test.ask('test', { id });
    test.advance(1000);
    const [claimed] = (await test.webhooks.queue.claim(new Map())).claimed;
    if (!claimed) throw new Error('nothing to send');
    // As with kill -9: the receiver has it, and nobody writes that down.
    const answer = await test.sender.send(claimed, AbortSignal.timeout(5_000));
    test.advance(40_000);
    expect(await test.sendDue()).toBe(0);
    test.advance(20_000);
    receiver.script.push(500);
    expect(await test.sendDue()).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    // The dead one was only asleep: what it writes now is too late to count.
    await test.webhooks.queue.delivered(claimed, answer);
    const [delivery] = await test.deliveries();
    expect(delivery).toMatchObject({ status: 'PENDING', attemptCount: 2, lastStatusCode: 500 });
  });

  it('that is stopped aborts what is under way and records nothing about it', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    receiver.answerAlways(() => {});
    const { id } = await test.endpoint(receiver.url);
    await test.ask('test', { id });
    test.advance(1000);
    {
      await using _process = test.process();
      await vi.waitFor(() => expect(receiver.received).toHaveLength(1), 15_000);
    }
    const [delivery] = await test.deliveries();
    expect(delivery).toMatchObject({ status: 'PENDING', attemptCount: 1, lastError: null });
    expect(delivery.attempts.nodes).toMatchObject([{ number: 1, endedAt: null }]);
  });

  it('keeps what was delivered for 30 days and what was given up for 90', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { id } = await test.endpoint(receiver.url);
    await happen(test, 2);
    test.advance(1000);
    receiver.script.push(410);
    await test.sendDue();
    const day = 86_400_000;
    const left = async () => (await test.deliveries({ endpointId: id })).length;
    expect(await left()).toBe(2);
    // Both were under way when the endpoint said that it is gone: which one it said it of is chance.
    await test.db.pool.query(`UPDATE webhook_delivery SET
      status = CASE WHEN id = (SELECT min(id) FROM webhook_delivery) THEN 'DELIVERED' ELSE 'DEAD' END::webhook_delivery_status`);
    test.advance(29 * day);
    await test.webhooks.queue.sweep();
    expect(await left()).toBe(2);
    test.advance(2 * day);
    await test.webhooks.queue.sweep();
    expect(await left()).toBe(1);
    test.advance(60 * day);
    await test.webhooks.queue.sweep();
    const { rows } = await test.db.pool.query('SELECT (SELECT count(*) FROM webhook_event) AS events');
    expect([await left(), rows]).toEqual([0, [{ events: 0 }]]);
  });
});
