import { openAmazonDouble } from '@cartograph/amazon-sp-api/testing/amazon-double';
import type { AmazonNotifications } from '@cartograph/amazon-sp-api/testing/amazon-notifications';
import { createAmazonOrders } from '@cartograph/amazon-sp-api/testing/amazon-orders';
import { createAmazonChannel } from '../src/adapters/amazon/channel.ts';
import { readChannel } from '../src/adapters/amazon/provider.ts';
import { METHOD } from './fake-shop.ts';

export interface AmazonShopOptions {
  readonly notifications?: AmazonNotifications;
  readonly lookEveryMs?: number;
}

/** Amazon with orders, over its contracts, and our side of it. */
export async function openAmazon({ notifications, lookEveryMs = 0 }: AmazonShopOptions = {}) {
  const orders = createAmazonOrders();
  const double = await openAmazonDouble(orders, ...(notifications ? [notifications] : []));
  for (const [type, work] of Object.entries(orders.feedTypes)) double.feeds.understand(type, work);
  // Patience is not what is tested here.
  double.limits.set('searchOrders', { rate: 100, burst: 100 });
  const settings = { ...double.env, AMAZON_SHIPPING_METHOD: METHOD };
  const queue = notifications && { AMAZON_ORDERS_QUEUE: notifications.queue.arn, ...notifications.queue.env };
  const channel = createAmazonChannel({ ...readChannel({ ...settings, ...queue }), lookEveryMs });
  return {
    ...{ orders, double, channel },
    async [Symbol.asyncDispose]() {
      await channel.close();
      await double[Symbol.asyncDispose]();
    },
  };
}

export type Amazon = Awaited<ReturnType<typeof openAmazon>>;
