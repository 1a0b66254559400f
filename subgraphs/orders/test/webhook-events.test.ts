import { describe, expect, it, vi } from 'vitest';
import { WEBHOOK_TYPES } from '../src/domain/webhook.ts';
import { arrived, buy, returnsOf } from './open-returns.ts';
import { newCustomer, orderOf, place, staff } from './open-shop.ts';
import { openReceiver, openWebhooks, verify } from './open-webhooks.ts';

const written = async ({ db }: Pick<Awaited<ReturnType<typeof openWebhooks>>, 'db'>) =>
  (await db.pool.query<{ type: string }>('SELECT type FROM webhook_event ORDER BY id')).rows.map(({ type }) => type);

describe('an event', () => {
  it('is signed so that the specification’s own library accepts it, and nothing else', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { secret } = await test.endpoint(receiver.url, ['ORDER_CONFIRMED']);
    const { order } = await place(test.shop, newCustomer(), orderOf(test.neighbours.addVariant(5)));
    expect(await test.sendDue()).toBe(1);
    const [got] = receiver.received;
    if (!got) throw new Error('nothing came');
    expect(verify(secret, got)).toEqual({
      type: 'order.confirmed',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      version: 1,
      data: { id: order.id, number: order.number, status: 'CONFIRMED' },
    });
    expect(got.headers['content-type']).toBe('application/json');
    expect(() => verify(secret, { ...got, body: `${got.body} ` })).toThrow();
    expect(() => verify(test.webhooks.newSecret(), got)).toThrow();
    const replayed = { ...got.headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 3600) };
    expect(() => verify(secret, { ...got, headers: replayed })).toThrow();
  });

  it('leaves in the transaction that caused it, and not when that is undone', async () => {
    await using test = await openWebhooks();
    await test.endpoint('http://127.0.0.1:9/hook');
    const { order } = await place(test.shop, newCustomer(), orderOf(test.neighbours.addVariant(5)));
    const client = await test.db.pool.connect();
    try {
      const ship = `UPDATE orders SET status = 'FULFILLED' WHERE id = '${order.id}'`;
      await client.query('BEGIN');
      await client.query(ship);
      await client.query('ROLLBACK');
      expect(await written(test)).not.toContain('order.shipped');
      await client.query(ship);
      expect((await written(test)).filter((type) => type === 'order.shipped')).toHaveLength(1);
    } finally {
      client.release();
    }
  });

  it('is not written where nobody wants to hear of it', async () => {
    await using test = await openWebhooks();
    await place(test.shop, newCustomer(), orderOf(test.neighbours.addVariant(5)));
    await test.endpoint('http://127.0.0.1:9/hook', ['RETURN_CLOSED']);
    await place(test.shop, newCustomer(), orderOf(test.neighbours.addVariant(5)));
    expect(await written(test)).toEqual([]);
  });

  it('comes for each step of an order and of its return, once', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { secret } = await test.endpoint(receiver.url);
    const ada = newCustomer();
    const order = await buy(test.shop, test.neighbours, ada, orderOf(test.neighbours.addVariant(5)));
    const returns = returnsOf(test.shop);
    const lines = [{ orderLineId: order.lines[0]?.id, quantity: 1, reason: 'UNWANTED' }];
    const asked = await returns.request(ada, { orderId: order.id, lines });
    const { id, lines: returned } = asked.return;
    await returns.approve(id);
    await returns.receive(arrived({ returnId: id, lineId: returned[0].id }, 1));
    await returns.receive(arrived({ returnId: id, lineId: returned[0].id }, 1));
    await place(test.shop, ada, orderOf(test.neighbours.addVariant(1), { payment: { token: 'tok_declined' } }));
    // Told after the answer.
    await vi.waitFor(async () => expect(await written(test)).toContain('payment.captured'), 15_000);
    await test.sendDue();
    const types = receiver.received.map((one) => verify(secret, one).type).sort();
    expect(types).toEqual([
      ...['order.confirmed', 'order.delivered', 'order.refused'],
      ...['payment.authorized', 'payment.captured', 'payment.refunded'],
      ...['return.approved', 'return.closed', 'return.received', 'return.requested', 'shipment.changed'],
    ]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(11);
  });

  it('of every type that the database writes has its name in the schema', async () => {
    await using test = await openWebhooks();
    const { rows } = await test.db.pool.query<{ name: string }>(
      `SELECT DISTINCT m[1] AS name FROM pg_proc, regexp_matches(prosrc, '''((?:order|payment|shipment|webhook)\\.[a-z_]+)''', 'g') m
       WHERE proname LIKE '%tells_webhooks'`,
    );
    const types: readonly string[] = WEBHOOK_TYPES;
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.map(({ name }) => name).filter((name) => !types.includes(name))).toEqual([]);
    const { data } = await test.shop.as(staff)('{ __type(name: "WebhookEventType") { enumValues { name } } }');
    const names = data.__type.enumValues.map(({ name }: { name: string }) => name.toLowerCase().replace('_', '.'));
    expect(names.sort()).toEqual([...types].sort());
  });
});
