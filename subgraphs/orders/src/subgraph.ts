import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { SagaRunner } from '@cartograph/kernel/saga';
import { connect, type Database, START_PATIENCE_MS } from '@cartograph/runtime/database/connect';
import { migrate } from '@cartograph/runtime/database/migrate';
import { createEnvelopeSigner, envelopeKey } from '@cartograph/runtime/envelope';
import type { Job } from '@cartograph/runtime/job';
import { createLogger, type Logger } from '@cartograph/runtime/logger';
import { createPresence } from '@cartograph/runtime/presence';
import { createSagaRunner } from '@cartograph/runtime/saga-runner';
import { loadSdl, ROOT } from '@cartograph/runtime/sdl';
import { type Env, readText } from '@cartograph/runtime/settings';
import { createSubgraphClient } from '@cartograph/runtime/subgraph-client';
import { createSubgraph, type Subgraph } from '@cartograph/runtime/subgraph-server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { createCustomersSubgraph, createMessages } from './adapters/customers-subgraph.ts';
import { createPaymentsSubgraph } from './adapters/payments-subgraph.ts';
import { createProductsSubgraph, createStock } from './adapters/products-subgraph.ts';
import { createFulfilment, createShippingSubgraph } from './adapters/shipping-subgraph.ts';
import { createWebhookSender } from './adapters/webhook-sender.ts';
import { newWebhookSecret } from './adapters/webhook-signature.ts';
import { type OrdersConfig, type OrdersSettings, readConfig } from './config.ts';
import { createCancellationStore } from './datasources/cancellation-store.ts';
import { createCartStore } from './datasources/cart-store.ts';
import { createChannelMessageStore } from './datasources/channel-message-store.ts';
import { createChannelOrderStore } from './datasources/channel-order-store.ts';
import { createCheckoutStore } from './datasources/checkout-store.ts';
import { loadDemoData } from './datasources/demo-data.ts';
import { createDiscountStore } from './datasources/discount-store.ts';
import { createEditStore } from './datasources/edit-store.ts';
import { createKeyStore } from './datasources/key-store.ts';
import { createOrderNewsStore } from './datasources/order-news-store.ts';
import { createOrderStore } from './datasources/order-store.ts';
import { createTimeline, TOLD } from './datasources/order-timeline.ts';
import { createPricingStore } from './datasources/pricing-store.ts';
import { createReturnStore } from './datasources/return-store.ts';
import { createStuckStepStore } from './datasources/stuck-step-store.ts';
import { createWebhookDeliveryStore } from './datasources/webhook-delivery-store.ts';
import { createWebhookEndpointStore } from './datasources/webhook-endpoint-store.ts';
import { createWebhookQueue } from './datasources/webhook-queue.ts';
import { toOrderNumber } from './domain/order-number.ts';
import { createShopLink } from './domain/shop-link.ts';
import { INTERNET_ONLY } from './domain/webhook-target.ts';
import { resolvers } from './graphql/index.ts';
import { permissions } from './graphql/permissions.ts';
import { createChannelJobs } from './jobs/channel-jobs.ts';
import { createHoldRenewal, createOutboxRelay, createPaymentExpiry, createSagaRecovery } from './jobs/checkout-jobs.ts';
import { createForgetNews } from './jobs/forget-news.ts';
import { createCartReminder } from './jobs/remind-of-carts.ts';
import { createSweepCarts } from './jobs/sweep-carts.ts';
import { createSendWebhooks, createSweepWebhooks } from './jobs/webhook-jobs.ts';
import { createLoaders } from './loaders/index.ts';
import { deliverWebhook } from './operations/deliver-webhook.ts';
import { createOperations, type Operations } from './operations/index.ts';
import type { SalesChannel } from './ports/sales-channel.ts';
import type { WebhookSender } from './ports/webhooks.ts';
import type { Ports } from './ports.ts';

export interface OrdersExtras {
  readonly logger?: Logger;
  readonly jobs?: (operations: Operations) => readonly Job[];
  readonly ready?: () => Promise<void>;
  readonly onClose?: () => Promise<void>;
}

/** Joins the rooms and decides nothing. Tests call it with fakes and port 0. */
export function createOrders(ports: Ports, config: OrdersConfig, { jobs, ...extras }: OrdersExtras = {}): Subgraph {
  const operations = createOperations(
    ports,
    config.checkout,
    config.webhookTargets ?? INTERNET_ONLY,
    config.abandonedCartHours,
  );
  return createSubgraph({
    name: 'orders',
    typeDefs: loadSdl('orders'),
    resolvers,
    permissions,
    context: (viewer) => ({ viewer, operations, loaders: createLoaders(ports, viewer) }),
    port: config.port,
    envelopeKey: envelopeKey(config.envelopeSecret, 'orders'),
    tracesUrl: config.tracesUrl,
    logger: extras.logger ?? createLogger('orders', config.logLevel),
    jobs: jobs?.(operations) ?? [],
    ...extras,
  });
}

/** Everything of ours that is kept in the database. `outboxWritten` is called when something waits to be delivered. */
export function createStores(db: Database, sagas: SagaRunner, outboxWritten: () => void) {
  const prisma = new PrismaClient({ adapter: db.adapter });
  return {
    carts: createCartStore(db, outboxWritten),
    pricing: createPricingStore(db),
    discounts: createDiscountStore(db, prisma),
    orders: createOrderStore(prisma, db),
    timeline: createTimeline(db),
    keys: createKeyStore(db),
    checkouts: createCheckoutStore(db, outboxWritten),
    cancellations: createCancellationStore(db, outboxWritten),
    edits: createEditStore(prisma, db, outboxWritten),
    returns: createReturnStore(prisma, db, outboxWritten),
    orderNews: createOrderNewsStore(db, outboxWritten),
    stuckSteps: createStuckStepStore(db, outboxWritten),
    webhooks: {
      endpoints: createWebhookEndpointStore(db, prisma),
      deliveries: createWebhookDeliveryStore(db, prisma, outboxWritten),
      queue: createWebhookQueue(db, () => null),
      newSecret: newWebhookSecret,
    },
    channels: [] as readonly SalesChannel[],
    channelOrders: createChannelOrderStore(db),
    channelMessages: createChannelMessageStore(db, outboxWritten),
    sagas,
    newOrderNumber: () => toOrderNumber(randomBytes(8)),
    clock: () => new Date(),
  };
}

/** The same subgraph with the world attached. */
export async function openOrders(env: Env): Promise<Subgraph> {
  const config = readConfig(env); // Throws on the first missing setting, before anything listens.
  await migrate({ url: config.databaseUrl, subgraph: 'orders', dir: MIGRATIONS });
  const logger = createLogger('orders', config.logLevel);
  const db = connect(config.databaseUrl, { name: 'orders', log: (message) => logger.warn(message) });
  const clients = createClients(config);
  const presence = createPresence(db.pool, logger);
  const sagas = createSagaRunner({ pool: db.pool, logger, presence });
  const sender = createWebhookSender(config.webhookTargets ?? INTERNET_ONLY);
  const channels = await Promise.all(config.channels.map(({ open }) => open()));
  let relay: Job | undefined;
  let webhooks: Job | undefined;
  const ports: Ports = {
    ...createStores(db, sagas, () => {
      relay?.kick();
      webhooks?.kick();
    }),
    products: createProductsSubgraph(clients.products),
    stock: createStock(clients.products),
    shipping: createShippingSubgraph(clients.shipping),
    fulfilment: createFulfilment(clients.shipping),
    customers: createCustomersSubgraph(clients.customers),
    messages: createMessages(clients.customers),
    payments: createPaymentsSubgraph(clients.payments),
    channels,
    shopLink: createShopLink(config.storefrontUrl),
  };
  return createOrders(ports, config, {
    logger,
    jobs: (operations) => {
      relay = createOutboxRelay(operations, { pool: db.pool, notes: TOLD, logger, presence });
      const recovery = createSagaRecovery(operations, logger);
      const renewal = createHoldRenewal(operations, config.checkout.holdSeconds, logger);
      const expiry = createPaymentExpiry(operations, logger);
      webhooks = createWebhookJob(ports, sender, logger);
      const sweeps = [
        createSweepCarts(operations, logger),
        createSweepWebhooks(ports.webhooks.queue, logger),
        createForgetNews(operations, logger),
      ];
      const selling = channels.length > 0 ? createChannelJobs(operations, logger) : [];
      const reminder = createCartReminder(operations, logger);
      return [relay, webhooks, recovery, renewal, expiry, reminder, ...sweeps, ...selling];
    },
    ready: () => db.ping(),
    onClose: async () => {
      await sagas.close();
      await presence.close();
      await sender.close();
      await Promise.all(channels.map((channel) => channel.close()));
      await Promise.all(Object.values(clients).map((client) => client.close()));
      await db.close();
    },
  });
}

function createWebhookJob(ports: Pick<Ports, 'webhooks'>, sender: WebhookSender, logger: Logger): Job {
  const deliver = deliverWebhook(ports, {
    sender,
    random: Math.random,
    onDisabled: (endpoint) => logger.error({ endpoint }, 'a webhook endpoint does not work and was disabled'),
  });
  return createSendWebhooks({ queue: ports.webhooks.queue, deliver }, logger);
}

function createClients(config: OrdersSettings) {
  const sign = createEnvelopeSigner('orders', (audience) => envelopeKey(config.envelopeSecret, audience));
  const client = (to: string, url: string, timeoutMs = 5_000) =>
    createSubgraphClient({ from: 'orders', to, url, sign, timeoutMs });
  return {
    products: client('products', config.productsUrl),
    // It may ask its provider twice, three seconds each.
    payments: client('payments', config.paymentsUrl, 8_000),
    shipping: client('shipping', config.shippingUrl),
    customers: client('customers', config.customersUrl),
  };
}

const MIGRATIONS = fileURLToPath(new URL('prisma/orders/migrations', ROOT));

/** Markets, tax rates and discounts for a new shop. Safe to repeat. */
export async function seedOrdersDemo(env: Env, log: (message: string) => void): Promise<void> {
  const db = connect(readText(env, 'DATABASE_URL'), { name: 'orders demo', connectWithinMs: START_PATIENCE_MS });
  try {
    if (await loadDemoData(db.pool)) log('orders: loaded demo markets, tax rates and discount codes');
  } finally {
    await db.close();
  }
}
