import { fileURLToPath } from 'node:url';
import { connect, type Database, START_PATIENCE_MS } from '@cartograph/runtime/database/connect';
import { migrate } from '@cartograph/runtime/database/migrate';
import { createEnvelopeSigner, envelopeKey } from '@cartograph/runtime/envelope';
import { newId } from '@cartograph/runtime/ids';
import type { Job } from '@cartograph/runtime/job';
import { createLogger, type Logger } from '@cartograph/runtime/logger';
import { loadSdl, ROOT } from '@cartograph/runtime/sdl';
import type { Env } from '@cartograph/runtime/settings';
import { createSubgraphClient } from '@cartograph/runtime/subgraph-client';
import { createSubgraph, type Subgraph } from '@cartograph/runtime/subgraph-server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { createOrdersSubgraph } from './adapters/orders-subgraph.ts';
import { createProviders } from './adapters/providers.ts';
import { type PaymentsConfig, type PaymentsSettings, readConfig } from './config.ts';
import { createAuthorizationStore } from './datasources/authorization-store.ts';
import { createCommandStore } from './datasources/command-store.ts';
import { createEffectStore } from './datasources/effect-store.ts';
import { createProviderHistory, createProviderInbox } from './datasources/inbox.ts';
import { createLedgerStore } from './datasources/ledger-store.ts';
import { createPaymentStore } from './datasources/payment-store.ts';
import { createReconciliationStore } from './datasources/reconciliation-store.ts';
import { createSavedMethodStore } from './datasources/saved-method-store.ts';
import { createStoredValueStore } from './datasources/stored-value-store.ts';
import { resolvers } from './graphql/index.ts';
import { permissions } from './graphql/permissions.ts';
import { addMetrics } from './http/metrics.ts';
import { addProviderReturn } from './http/provider-return.ts';
import { addProviderWebhook } from './http/provider-webhook.ts';
import { createReconciliationJob } from './jobs/reconcile.ts';
import { createRecoveryJob } from './jobs/recover-payments.ts';
import { createRelayJob } from './jobs/relay-outbox.ts';
import { createLoaders } from './loaders/index.ts';
import { createGiftCardCode } from './operations/gift-card-code.ts';
import { createOperations } from './operations/index.ts';
import { seedDemo } from './operations/seed-demo.ts';
import type { PaymentProviders } from './ports/payment-provider.ts';
import type { Ports } from './ports.ts';

export interface PaymentsExtras {
  readonly logger?: Logger;
  readonly jobs?: readonly Job[];
  readonly ready?: () => Promise<void>;
  readonly onClose?: () => Promise<void>;
}

/** Joins the rooms and decides nothing. Tests call it with fakes and port 0. */
export function createPayments(ports: Ports, config: PaymentsConfig, extras: PaymentsExtras = {}): Subgraph {
  const operations = createOperations(ports);
  const { all } = ports.providers;
  const { reconciliation } = config;
  const logger = extras.logger ?? createLogger('payments', config.logLevel);
  return createSubgraph({
    name: 'payments',
    typeDefs: loadSdl('payments'),
    resolvers,
    permissions,
    context: (viewer) => ({ viewer, operations, loaders: createLoaders(ports, viewer) }),
    port: config.port,
    envelopeKey: envelopeKey(config.envelopeSecret, 'payments'),
    tracesUrl: config.tracesUrl,
    routes: (app) => {
      for (const provider of all) addProviderWebhook(app, { provider, receive: operations.receiveEvent });
      if (config.returnUrl)
        addProviderReturn(app, {
          providers: all.filter(({ returned }) => returned).map(({ name }) => name),
          receiveReturn: operations.receiveReturn,
          returnUrl: config.returnUrl,
        });
      addMetrics(
        app,
        ports,
        all.map(({ name }) => name),
      );
    },
    ...extras,
    logger,
    jobs: [
      ...(extras.jobs ?? []),
      createRecoveryJob(operations, logger),
      ...(reconciliation
        ? all.map(({ name }) => createReconciliationJob(operations, reconciliation, logger, name))
        : []),
    ],
  });
}

/** The ports on our own tables. */
export function createStores(db: Database) {
  const prisma = new PrismaClient({ adapter: db.adapter });
  return {
    payments: createPaymentStore(db, prisma),
    authorizations: createAuthorizationStore(db),
    effects: createEffectStore(db, prisma),
    storedValues: createStoredValueStore(db, prisma),
    savedMethods: createSavedMethodStore(prisma),
    ledger: createLedgerStore(db, prisma),
    commands: createCommandStore(db),
    reconciliations: createReconciliationStore(db, prisma),
    inbox: createProviderInbox(db),
  };
}

const createPorts = (db: Database, providers: PaymentProviders, secret: string, wakeRelay: () => void): Ports => ({
  ...createStores(db),
  providers,
  wakeRelay,
  clock: () => new Date(),
  newId,
  giftCardCode: createGiftCardCode(secret),
});

const openProviders = ({ providers, timeoutMs }: PaymentsSettings, db: Database) =>
  Promise.all(providers.map(({ open }) => open({ timeoutMs, history: (name) => createProviderHistory(db, name) })));

/** Money that is with a provider whom nobody asks any more must not be forgotten. */
export async function warnOfDisconnected({ payments, providers }: Ports, logger: Logger): Promise<void> {
  for (const { provider, payments: count } of await payments.countLive())
    if (!providers.all.some(({ name }) => name === provider))
      logger.error(
        { provider, payments: count },
        'a payment provider that has payments is not connected: add it to PAYMENT_PROVIDERS',
      );
}

/** The same subgraph with the world attached. */
export async function openPayments(env: Env): Promise<Subgraph> {
  const config = readConfig(env); // Throws on the first missing setting, before anything listens.
  await migrate({ url: config.databaseUrl, subgraph: 'payments', dir: MIGRATIONS });
  const logger = createLogger('payments', config.logLevel);
  const db = connect(config.databaseUrl, { name: 'payments', log: (message) => logger.warn(message) });
  const sign = createEnvelopeSigner('payments', (audience) => envelopeKey(config.envelopeSecret, audience));
  const orders = createSubgraphClient({ from: 'payments', to: 'orders', url: config.ordersUrl, sign });
  const providers = await openProviders(config, db);
  const relay = createRelayJob(db.pool, createOrdersSubgraph(orders), logger);
  const ports = createPorts(db, createProviders(providers, config.routes), config.envelopeSecret, relay.kick);
  await warnOfDisconnected(ports, logger);
  return createPayments(ports, config, {
    logger,
    jobs: [relay],
    ready: () => db.ping(),
    onClose: async () => {
      await Promise.all(providers.map((provider) => provider.close()));
      await orders.close();
      await db.close();
    },
  });
}

/** Fills an empty shop with gift cards and saved cards to try things with. */
export async function seedPaymentsDemo(env: Env, log: (message: string) => void): Promise<void> {
  const config = readConfig(env);
  const db = connect(config.databaseUrl, {
    name: 'payments demo',
    connectWithinMs: START_PATIENCE_MS,
    maxConnections: 1,
  });
  const open = await openProviders(config, db);
  try {
    await seedDemo(
      createPorts(db, createProviders(open), config.envelopeSecret, () => {}),
      log,
    );
  } finally {
    await Promise.all(open.map((provider) => provider.close()));
    await db.close();
  }
}

const MIGRATIONS = fileURLToPath(new URL('prisma/payments/migrations', ROOT));
