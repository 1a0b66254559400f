import { prepareListed } from '@cartograph/providers/provider';
import {
  type Env,
  readNumber,
  readPort,
  readSecret,
  readText,
  readUrl,
  SettingError,
} from '@cartograph/runtime/settings';
import { readTracesUrl } from '@cartograph/runtime/tracing/open';
import type { WebhookTargets } from './domain/webhook-target.ts';
import type { CheckoutSettings } from './operations/checkout.ts';
import { type PreparedChannel, SALES_CHANNELS } from './providers.ts';

/** What `createOrders` needs; tests give it by hand. */
export interface OrdersConfig {
  readonly port: number;
  readonly envelopeSecret: string;
  readonly checkout: CheckoutSettings;
  /** After how long a customer is reminded of a cart; null: never. */
  readonly abandonedCartHours: number | null;
  /** Where webhooks may go; without it, to the internet alone. */
  readonly webhookTargets?: WebhookTargets;
  readonly logLevel: string;
  /** Where traces go; see `readTracesUrl`. */
  readonly tracesUrl?: string | null;
}

/** Where the world is. */
export interface OrdersSettings extends OrdersConfig {
  readonly databaseUrl: string;
  readonly productsUrl: string;
  readonly paymentsUrl: string;
  readonly shippingUrl: string;
  readonly customersUrl: string;
  /** The sales channels that are on. */
  readonly channels: readonly PreparedChannel[];
  readonly storefrontUrl: string;
}

/** The only place that reads the environment. Throws on the first missing setting, before anything listens. */
export const readConfig = (env: Env): OrdersSettings => ({
  port: readPort(env, 'PORT', 4002),
  envelopeSecret: readSecret(env, 'ENVELOPE_SECRET'),
  checkout: readCheckout(env),
  abandonedCartHours: readNumber(env, 'ABANDONED_CART_HOURS', 24, { max: 1_440 }) || null,
  webhookTargets: { privateAllowed: readSwitch(env, 'WEBHOOK_PRIVATE_TARGETS') },
  logLevel: readText(env, 'LOG_LEVEL', 'info'),
  tracesUrl: readTracesUrl(env),
  databaseUrl: readUrl(env, 'DATABASE_URL'),
  productsUrl: readUrl(env, 'PRODUCTS_URL', 'http://127.0.0.1:4001/graphql'),
  paymentsUrl: readUrl(env, 'PAYMENTS_URL', 'http://127.0.0.1:4003/graphql'),
  shippingUrl: readUrl(env, 'SHIPPING_URL', 'http://127.0.0.1:4004/graphql'),
  customersUrl: readUrl(env, 'CUSTOMERS_URL', 'http://127.0.0.1:4005/graphql'),
  channels: prepareListed(env, SALES_CHANNELS),
  storefrontUrl: readUrl(env, 'STOREFRONT_URL', 'http://127.0.0.1:3000'),
});

function readSwitch(env: Env, name: string): boolean {
  const value = readText(env, name, 'off');
  if (value !== 'on' && value !== 'off') throw new SettingError(name, `must be "on" or "off", and is "${value}".`);
  return value === 'on';
}

function readCheckout(env: Env): CheckoutSettings {
  const capture = readText(env, 'CAPTURE_POLICY', 'immediate');
  if (capture !== 'immediate' && capture !== 'on_shipment')
    throw new SettingError('CAPTURE_POLICY', `must be "immediate" or "on_shipment", and is "${capture}".`);
  return {
    capture,
    paymentSeconds: readNumber(env, 'PAYMENT_ACTION_SECONDS', 900, { min: 1, max: 86_400 }),
    holdSeconds: readNumber(env, 'STOCK_HOLD_SECONDS', 600, { min: 3, max: 86_400 }),
    editPaymentSeconds: readNumber(env, 'EDIT_PAYMENT_SECONDS', 259_200, { min: 1, max: 31_536_000 }),
    returnDays: readNumber(env, 'RETURN_DAYS', 30, { min: 0, max: 3650 }),
    deadlineMs: readNumber(env, 'PLACE_ORDER_DEADLINE_MS', 10_000, { min: 100, max: 60_000 }),
  };
}
