import { askingQueue } from '@cartograph/amazon-sp-api/queue-check';
import { AMAZON_SETTINGS, queueSettings, readAmazon, readQueue } from '@cartograph/amazon-sp-api/settings';
import { type Provider, readSettings } from '@cartograph/providers/provider';
import type { Env } from '@cartograph/runtime/settings';
import type { SalesChannel } from '../../ports/sales-channel.ts';

const BUFFER = {
  buffer: {
    name: 'AMAZON_STOCK_BUFFER',
    says: 'how many pieces are never shown there',
    fallback: '0',
    form: /^\d{1,6}$/,
  },
} as const;

const QUEUE = queueSettings('AMAZON_FEEDS_QUEUE', 'for news of feeds');

export const readChannel = (env: Env) => ({
  ...readAmazon(env),
  ...readQueue(env, QUEUE),
  buffer: Number(readSettings(env, BUFFER).buffer),
});

/** What is for sale there. */
export const amazon: Provider<SalesChannel, void> = {
  name: 'amazon',
  settings: { ...AMAZON_SETTINGS, ...BUFFER, ...QUEUE },
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
  async connect(env) {
    const { connectAmazon } = await import('@cartograph/amazon-sp-api/connect');
    return connectAmazon(env);
  },
};
