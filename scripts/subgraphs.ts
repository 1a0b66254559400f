import type { Env } from '@cartograph/runtime/settings';
import type { Subgraph } from '@cartograph/runtime/subgraph-server';
import type { SubgraphName } from './settings.ts';

export type Log = (message: string) => void;
type Open = (env: Env) => Promise<Subgraph>;
type Seed = (env: Env, log: Log) => Promise<void>;

/**
 * How each subgraph opens, and how it fills an empty shop. Its program is loaded only then: a process that runs one subgraph
 * should hold no other, and be back soon after it was killed.
 */
export const OPEN: Readonly<Record<SubgraphName, { readonly open: Open; readonly seed: Seed }>> = {
  products: {
    open: async (env) => (await import('@cartograph/products')).openProducts(env),
    seed: async (env, log) => (await import('@cartograph/products')).seedProductsDemo(env, log),
  },
  orders: {
    open: async (env) => (await import('@cartograph/orders')).openOrders(env),
    seed: async (env, log) => (await import('@cartograph/orders')).seedOrdersDemo(env, log),
  },
  payments: {
    open: async (env) => (await import('@cartograph/payments')).openPayments(env),
    seed: async (env, log) => (await import('@cartograph/payments')).seedPaymentsDemo(env, log),
  },
  shipping: {
    open: async (env) => (await import('@cartograph/shipping')).openShipping(env),
    seed: async (env, log) => (await import('@cartograph/shipping')).seedShippingDemo(env, log),
  },
  customers: {
    open: async (env) => (await import('@cartograph/customers')).openCustomers(env),
    seed: async (env, log) => (await import('@cartograph/customers')).seedCustomersDemo(env, log),
  },
};
