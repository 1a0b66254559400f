import { readAmazon } from '@cartograph/amazon-sp-api/settings';
import { openAmazonDouble } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { createAmazonOrders } from '@cartograph/amazon-sp-api/testing/amazon-orders';
import { createAmazonChannel } from '../src/adapters/amazon/channel.ts';
import { METHOD } from './fake-shop.ts';

/** Amazon with orders, over its contracts, and our side of it. */
export async function openAmazon() {
  const orders = createAmazonOrders();
  const double = await openAmazonDouble(orders);
  for (const [type, work] of Object.entries(orders.feedTypes)) double.feeds.understand(type, work);
  // Patience is not what is tested here.
  double.limits.set('searchOrders', { rate: 100, burst: 100 });
  const options = { ...readAmazon(double.env), shippingMethodId: METHOD, lookEveryMs: 0 };
  const channel = createAmazonChannel(options);
  return {
    ...{ orders, double, channel },
    async [Symbol.asyncDispose]() {
      await channel.close();
      await double[Symbol.asyncDispose]();
    },
  };
}

export type Amazon = Awaited<ReturnType<typeof openAmazon>>;
