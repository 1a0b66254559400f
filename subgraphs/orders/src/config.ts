import { type Env, readPort, readSecret, readText, readUrl } from '@cartograph/runtime/settings';

/** What `createOrders` needs; tests give it by hand. */
export interface OrdersConfig {
  readonly port: number;
  readonly envelopeSecret: string;
  readonly logLevel: string;
}

/** Where the world is. */
export interface OrdersSettings extends OrdersConfig {
  readonly databaseUrl: string;
  readonly productsUrl: string;
  readonly paymentsUrl: string;
  readonly shippingUrl: string;
  readonly customersUrl: string;
}

/** The only place that reads the environment. Throws on the first missing setting, before anything listens. */
export const readConfig = (env: Env): OrdersSettings => ({
  port: readPort(env, 'PORT', 4002),
  envelopeSecret: readSecret(env, 'ENVELOPE_SECRET'),
  logLevel: readText(env, 'LOG_LEVEL', 'info'),
  databaseUrl: readUrl(env, 'DATABASE_URL'),
  productsUrl: readUrl(env, 'PRODUCTS_URL', 'http://127.0.0.1:4001/graphql'),
  paymentsUrl: readUrl(env, 'PAYMENTS_URL', 'http://127.0.0.1:4003/graphql'),
  shippingUrl: readUrl(env, 'SHIPPING_URL', 'http://127.0.0.1:4004/graphql'),
  customersUrl: readUrl(env, 'CUSTOMERS_URL', 'http://127.0.0.1:4005/graphql'),
});
