import { askingQueue } from '@cartograph/amazon-sp-api/queue-check';
import { AMAZON_SETTINGS, queueSettings, readAmazon, readQueue } from '@cartograph/amazon-sp-api/settings';
import { type Provider, readSettings } from '@cartograph/providers/provider';
import { type Env, readNumber } from '@cartograph/runtime/settings';
import type { OpenSalesChannel } from '../../ports/sales-channel.ts';

const OURS = {
  shippingMethodId: {
    name: 'AMAZON_SHIPPING_METHOD',
    says: 'our method for its parcels, ShippingMethod:01J…',
    form: /^ShippingMethod:[0-9A-HJKMNP-TV-Z]{26}$/,
  },
} as const;

const QUEUE = queueSettings('AMAZON_ORDERS_QUEUE', 'for news of orders');

export const readChannel = (env: Env) => ({
  ...readAmazon(env),
  ...readSettings(env, OURS),
  ...readQueue(env, QUEUE),
  // Amazon lets itself be asked once in three minutes in the long run.
  lookEveryMs: readNumber(env, 'AMAZON_ORDERS_SECONDS', 180, { min: 1, max: 86_400 }) * 1_000,
});

/** What was sold there. */
export const amazon: Provider<OpenSalesChannel, void> = {
  name: 'amazon',
  settings: { ...AMAZON_SETTINGS, ...OURS, ...QUEUE },
  prepare(env) {
    const settings = readChannel(env);
    return async () => {
      const { createAmazonChannel } = await import('./channel.ts');
      return createAmazonChannel(settings);
    };
  },
  async check(env) {
    const { checkAmazon } = await import('./check.ts');
    return askingQueue(() => checkAmazon(readAmazon(env)), readQueue(env, QUEUE).queue);
  },
};
