import { describe, expect, it } from 'vitest';
import { newCustomer, staff } from './open-shop.ts';
import { openReceiver, openWebhooks } from './open-webhooks.ts';

const url = 'http://127.0.0.1:9/hook';

describe('webhook endpoints', () => {
  it('are made, changed and deleted by administrators, and the secret is shown once', async () => {
    await using test = await openWebhooks();
    const made = await test.ask('create', {
      input: { url, description: ' ERP ', eventTypes: ['ORDER_CONFIRMED', 'ORDER_CONFIRMED'] },
    });
    expect(made).toMatchObject({
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      endpoint: { url, description: 'ERP', eventTypes: ['ORDER_CONFIRMED'], status: 'ENABLED' },
    });
    const { id } = made.endpoint;
    const changed = await test.ask('update', { input: { id, description: null, eventTypes: [] } });
    expect(changed.endpoint).toMatchObject({ url, description: null, eventTypes: [] });
    expect(JSON.stringify(await test.ask('endpoint', { id }))).not.toContain(made.secret);
    await test.ask('test', { id });
    expect(await test.ask('remove', { id })).toMatchObject({ id });
    expect((await test.ask('remove', { id })).__typename).toBe('NotFound');
    expect([await test.ask('endpoint', { id }), await test.deliveries()]).toEqual([null, []]);
  });

  it('have one URL each, also when twenty requests come at once', async () => {
    await using test = await openWebhooks();
    const all = await Promise.all(Array.from({ length: 20 }, () => test.ask('create', { input: { url } })));
    const kinds = all.map(({ __typename }) => __typename).sort();
    expect(kinds).toEqual(['CreateWebhookEndpointSuccess', ...Array(19).fill('InvalidInput')]);
    expect((await test.ask('endpoints', { first: 100 })).nodes).toHaveLength(1);
  });

  it('are listed in pages', async () => {
    await using test = await openWebhooks();
    for (const n of [1, 2, 3]) await test.endpoint(`${url}/${n}`);
    const one = await test.ask('endpoints', { first: 2 });
    const two = await test.ask('endpoints', { first: 2, after: one.pageInfo.endCursor });
    const paths = [...one.nodes, ...two.nodes].map((endpoint: { url: string }) => endpoint.url.at(-1));
    expect([paths, two.pageInfo.hasNextPage]).toEqual([['3', '2', '1'], false]);
  });

  it('belong to staff: support reads and replays, administrators change', async () => {
    await using test = await openWebhooks();
    await using receiver = await openReceiver();
    const { id } = await test.endpoint(receiver.url);
    const { delivery } = await test.ask('test', { id });
    await test.sendDue();
    const buyer = newCustomer();
    for (const name of ['create', 'endpoint', 'endpoints', 'deliveries', 'replay', 'rotate'] as const) {
      const variables = { create: { input: { url } }, rotate: { input: { id } } }[name as string] ?? {
        ...{ id: name === 'replay' ? delivery.id : id, first: 1 },
      };
      expect([name, await test.ask(name, variables, buyer)]).toEqual([name, 'FORBIDDEN']);
    }
    expect(await test.ask('create', { input: { url } }, staff)).toBe('FORBIDDEN');
    expect(await test.ask('rotate', { input: { id } }, staff)).toBe('FORBIDDEN');
    expect((await test.ask('endpoints', { first: 1 }, staff)).nodes).toHaveLength(1);
    expect((await test.ask('replay', { id: delivery.id }, staff)).delivery.status).toBe('PENDING');
  });

  it('that are disabled and deleted while an order is written do not get in its way', async () => {
    await using test = await openWebhooks();
    const { id } = await test.endpoint(url);
    const client = await test.db.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT tell_webhooks('order.confirmed', 'Order:1', '{}')`);
      // Neither waits for the other: the checkout holds no lock on the endpoint.
      expect((await test.ask('disable', { id })).endpoint.status).toBe('DISABLED');
      expect((await test.ask('remove', { id })).id).toBe(id);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect(await test.sendDue()).toBe(0);
    await test.webhooks.queue.sweep();
    expect(await test.deliveries()).toEqual([]);
  });

  it('that are disabled and deleted while an attempt is recorded do not wait for it', async () => {
    await using test = await openWebhooks();
    const { id } = await test.endpoint(url);
    await test.db.pool.query(`SELECT tell_webhooks('order.confirmed', 'Order:1', '{}')`);
    const client = await test.db.pool.connect();
    try {
      // As what records an attempt does: first the delivery, then its endpoint. Who holds the endpoint and waits for the
      // delivery would be its deadlock.
      await client.query('BEGIN');
      await client.query('UPDATE webhook_delivery SET attempts = attempts + 1');
      expect((await test.ask('disable', { id })).endpoint.status).toBe('DISABLED');
      expect((await test.ask('remove', { id })).id).toBe(id);
      await client.query('UPDATE webhook_endpoint SET failing_since = now()');
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    await test.webhooks.queue.sweep();
    expect(await test.deliveries()).toEqual([]);
  });
});
