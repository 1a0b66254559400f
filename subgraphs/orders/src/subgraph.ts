import { fileURLToPath } from 'node:url';
import { connect } from '@cartograph/runtime/database/connect';
import { migrate } from '@cartograph/runtime/database/migrate';
import { createEnvelopeSigner, envelopeKey } from '@cartograph/runtime/envelope';
import type { Job } from '@cartograph/runtime/job';
import { createLogger, type Logger } from '@cartograph/runtime/logger';
import { loadSdl, ROOT } from '@cartograph/runtime/sdl';
import type { Env } from '@cartograph/runtime/settings';
import { createSubgraphClient } from '@cartograph/runtime/subgraph-client';
import { createSubgraph, type Subgraph } from '@cartograph/runtime/subgraph-server';
import { createCustomersSubgraph } from './adapters/customers-subgraph.ts';
import { createProductsSubgraph } from './adapters/products-subgraph.ts';
import { createShippingSubgraph } from './adapters/shipping-subgraph.ts';
import { type OrdersConfig, readConfig } from './config.ts';
import { resolvers } from './graphql/index.ts';
import { permissions } from './graphql/permissions.ts';
import { createLoaders } from './loaders/index.ts';
import { createOperations } from './operations/index.ts';
import type { Ports } from './ports.ts';

export interface OrdersExtras {
  readonly logger?: Logger;
  readonly jobs?: readonly Job[];
  readonly ready?: () => Promise<void>;
  readonly onClose?: () => Promise<void>;
}

/** Joins the rooms and decides nothing. Tests call it with fakes and port 0. */
export function createOrders(ports: Ports, config: OrdersConfig, extras: OrdersExtras = {}): Subgraph {
  const operations = createOperations(ports);
  return createSubgraph({
    name: 'orders',
    typeDefs: loadSdl('orders'),
    resolvers,
    permissions,
    context: (viewer) => ({ viewer, operations, loaders: createLoaders(ports, viewer) }),
    port: config.port,
    envelopeKey: envelopeKey(config.envelopeSecret, 'orders'),
    logger: extras.logger ?? createLogger('orders', config.logLevel),
    ...extras,
  });
}

/** The same subgraph with the world attached. */
export async function openOrders(env: Env): Promise<Subgraph> {
  const config = readConfig(env); // Throws on the first missing setting, before anything listens.
  await migrate({ url: config.databaseUrl, subgraph: 'orders', dir: MIGRATIONS });
  const logger = createLogger('orders', config.logLevel);
  const db = connect(config.databaseUrl, { name: 'orders', log: (message) => logger.warn(message) });
  const sign = createEnvelopeSigner('orders', (audience) => envelopeKey(config.envelopeSecret, audience));
  const client = (to: string, url: string) => createSubgraphClient({ from: 'orders', to, url, sign });
  const clients = {
    products: client('products', config.productsUrl),
    shipping: client('shipping', config.shippingUrl),
    customers: client('customers', config.customersUrl),
  };
  const ports: Ports = {
    products: createProductsSubgraph(clients.products),
    shipping: createShippingSubgraph(clients.shipping),
    customers: createCustomersSubgraph(clients.customers),
    clock: () => new Date(),
  };
  return createOrders(ports, config, {
    logger,
    ready: () => db.ping(),
    onClose: async () => {
      await Promise.all(Object.values(clients).map((one) => one.close()));
      await db.close();
    },
  });
}

const MIGRATIONS = fileURLToPath(new URL('prisma/orders/migrations', ROOT));
