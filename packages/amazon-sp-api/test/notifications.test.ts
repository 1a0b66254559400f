import { createServer } from 'node:http';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { listen as listenOn } from '@cartograph/contract-server/listen';
import { describe, expect, it, vi } from 'vitest';
import { createAmazonClient } from '../src/client.ts';
import { type ListenOptions, listen, type Notification } from '../src/notifications.ts';
import { openQueue } from '../src/queue.ts';
import { askingQueue } from '../src/queue-check.ts';
import { subscribe } from '../src/subscriptions.ts';
import { AMAZON_SELLER, openAmazonDouble } from '../src/testing/amazon-double.ts';
import { notificationOf, openAmazonNotifications } from '../src/testing/amazon-notifications.ts';
import { openQueueDouble, QUEUE_KEYS } from '../src/testing/queue-double.ts';

async function open() {
  const notifications = await openAmazonNotifications();
  const double = await openAmazonDouble(notifications);
  const client = createAmazonClient({ ...double.options, timeoutMs: 1_000 });
  const { queue } = notifications;
  const heard: Notification[] = [];
  const failed: Error[] = [];
  const ends: (() => Promise<void>)[] = [];
  return {
    ...{ notifications, double, client, queue, heard, failed },
    listen(options: Partial<ListenOptions> = {}) {
      const end = listen({
        ...{ client, queue: { arn: queue.arn, endpoint: queue.endpoint, keys: QUEUE_KEYS }, sellerId: AMAZON_SELLER },
        ...{ type: 'ORDER_CHANGE', pauseMs: 20, failed: (error) => void failed.push(error) },
        heard: async (notification) => void heard.push(notification),
        ...options,
      });
      ends.push(end);
      return end;
    },
    subscribed: () =>
      vi.waitFor(() => expect(notifications.subscribed()).toMatchObject({ ORDER_CHANGE: queue.arn }), 10_000),
    async [Symbol.asyncDispose]() {
      await Promise.all(ends.map((end) => end()));
      await client.close();
      await double[Symbol.asyncDispose]();
      await notifications[Symbol.asyncDispose]();
    },
  };
}

describe.runIf(hasContracts())('a subscription to notifications', () => {
  it('is made once, however often and by however many', async () => {
    await using one = await open();
    const { client, notifications, queue } = one;
    await Promise.all([1, 2, 3].map(() => subscribe(client, 'ORDER_CHANGE', queue.arn)));
    await subscribe(client, 'ORDER_CHANGE', queue.arn);
    expect(notifications.destinations()).toEqual([queue.arn]);
    expect(notifications.subscribed()).toEqual({ ORDER_CHANGE: queue.arn });
  });

  it.each(['createDestination', 'createSubscription'] as const)(
    'is there after the answer to %s was lost',
    async (operation) => {
      await using one = await open();
      const { client, notifications, queue } = one;
      one.double.faults.add({ operation, at: 'after', does: 'cut', times: 1 });
      await expect(subscribe(client, 'ORDER_CHANGE', queue.arn)).rejects.toThrow();
      await subscribe(client, 'ORDER_CHANGE', queue.arn);
      expect(notifications.destinations()).toEqual([queue.arn]);
      expect(notifications.subscribed()).toEqual({ ORDER_CHANGE: queue.arn });
    },
  );

  it('leaves a queue that is no longer the one', async () => {
    await using one = await open();
    const { client, notifications, queue } = one;
    await subscribe(client, 'ORDER_CHANGE', 'arn:aws:sqs:eu-west-1:444455556666:of-last-year');
    await subscribe(client, 'FEED_PROCESSING_FINISHED', queue.arn);
    await subscribe(client, 'ORDER_CHANGE', queue.arn);
    expect(notifications.subscribed()).toEqual({ ORDER_CHANGE: queue.arn, FEED_PROCESSING_FINISHED: queue.arn });
  });
});

describe.runIf(hasContracts())('notifications', () => {
  it('are heard, and each is removed once it was', async () => {
    await using one = await open();
    one.listen();
    await one.subscribed();
    one.notifications.tell('ORDER_CHANGE', { id: '302-1' });
    await vi.waitFor(() => expect([one.queue.left(), one.heard.length]).toEqual([0, 1]), 10_000);
    expect(one.heard).toEqual([
      { type: 'ORDER_CHANGE', id: '302-1', marketplaceId: 'A1PA6795UKMFR9', fulfilledBy: 'MFN' },
    ]);
  });

  it('that cannot be used now come again', async () => {
    await using one = await open();
    one.queue.hideFor(10);
    const fails = vi.fn().mockRejectedValueOnce(new Error('not now')).mockResolvedValue(undefined);
    one.listen({ heard: fails });
    await one.subscribed();
    one.notifications.tell('ORDER_CHANGE', { id: '302-1' });
    await vi.waitFor(() => expect(one.queue.left()).toBe(0), 10_000);
    expect(fails).toHaveBeenCalledTimes(2);
    expect(one.failed.map(({ message }) => message)).toEqual(['not now']);
  });

  it('of others, of another kind, or that are none are removed, and nothing comes of them', async () => {
    await using one = await open();
    one.queue.send(notificationOf('ORDER_CHANGE', { id: '1', sellerId: 'A1OFSOMEBODY1' }));
    one.queue.send(notificationOf('FEED_PROCESSING_FINISHED', { id: '2' }));
    for (const body of [
      '',
      'null',
      '{',
      '[]',
      '{"NotificationType":"ORDER_CHANGE"}',
      '{"NotificationType":"ORDER_CHANGE","Payload":7}',
    ])
      one.queue.send(body);
    one.listen();
    await vi.waitFor(() => expect(one.queue.left()).toBe(0), 10_000);
    expect([one.heard, one.failed]).toEqual([[], []]);
  });

  it('go on after the queue, or Amazon, was away for a while', async () => {
    await using one = await open();
    one.double.faults.add({
      operation: 'getDestinations',
      at: 'before',
      does: { status: 400, body: { errors: [] } },
      times: 1,
    });
    one.queue.fail(4);
    one.listen();
    await one.subscribed();
    one.notifications.tell('ORDER_CHANGE', { id: '302-1' });
    await vi.waitFor(() => expect(one.heard).toHaveLength(1), 20_000);
    expect(one.failed.length).toBeGreaterThan(0);
  });

  it('are no longer waited for when somebody stops', async () => {
    await using one = await open();
    const end = one.listen();
    await one.subscribed();
    const began = performance.now();
    await end();
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('a queue', () => {
  const settings = ({ arn, endpoint }: { readonly arn: string; readonly endpoint: string }) => ({
    ...{ arn, endpoint, keys: QUEUE_KEYS },
  });

  it('that is not there any more is not waited for', async () => {
    await using double = await openQueueDouble();
    const silent = createServer(() => {});
    const { url, close } = await listenOn(silent);
    const queue = openQueue({ ...settings(double), endpoint: url }, { waitSeconds: 0, patienceMs: 200 });
    await expect(queue.receive(new AbortController().signal)).rejects.toThrow(/abort/i);
    await expect(queue.size()).rejects.toThrow(/abort/i);
    queue.close();
    await close();
  });

  it('is asked for its length, of which nothing is taken', async () => {
    await using double = await openQueueDouble();
    double.send('news', 2);
    const ask = await askingQueue(async () => 'all is well', settings(double));
    expect(await ask()).toBe('all is well, and 2 messages are in its queue');
    expect(double.received).toEqual([]);
    const another = await askingQueue(async () => 'all is well', { ...settings(double), arn: `${double.arn}-not` });
    await expect(another()).rejects.toThrow('its queue: No such queue.');
    expect(await (await askingQueue(async () => 'all is well'))()).toBe('all is well');
  });
});
