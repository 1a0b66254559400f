import { fileURLToPath } from 'node:url';
import { webhooksOf } from '@cartograph/providers/provider';
import { connect, type Database, START_PATIENCE_MS } from '@cartograph/runtime/database/connect';
import { migrate } from '@cartograph/runtime/database/migrate';
import { createEnvelopeSigner, envelopeKey } from '@cartograph/runtime/envelope';
import { newId } from '@cartograph/runtime/ids';
import { createInbox } from '@cartograph/runtime/inbox';
import type { Job } from '@cartograph/runtime/job';
import { createLogger, type Logger } from '@cartograph/runtime/logger';
import { loadSdl, ROOT } from '@cartograph/runtime/sdl';
import type { Env } from '@cartograph/runtime/settings';
import { createSubgraphClient } from '@cartograph/runtime/subgraph-client';
import { createSubgraph, type Subgraph } from '@cartograph/runtime/subgraph-server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { withCarrierPrices } from './adapters/carrier-prices.ts';
import { createOrdersSubgraph } from './adapters/orders-subgraph.ts';
import { readConfig, type ShippingConfig } from './config.ts';
import { seedDemo } from './datasources/demo.ts';
import { createLabelStore } from './datasources/label-store.ts';
import { createMethodStore } from './datasources/method-store.ts';
import { createPickupStore } from './datasources/pickup-store.ts';
import { createPurchaseStore } from './datasources/purchase-store.ts';
import { createRateStore } from './datasources/rate-store.ts';
import { createShipmentStore } from './datasources/shipment-store.ts';
import { createTrackingStore } from './datasources/tracking-store.ts';
import { createZoneStore } from './datasources/zone-store.ts';
import { createCalendar } from './domain/calendar.ts';
import { resolvers } from './graphql/index.ts';
import { permissions } from './graphql/permissions.ts';
import { createApplyCarrierEvents } from './jobs/apply-carrier-events.ts';
import { createAskSilentCarriers } from './jobs/ask-silent-carriers.ts';
import { createOutboxRelay } from './jobs/relay-outbox.ts';
import { createLoaders } from './loaders/index.ts';
import { createOperations, type Operations } from './operations/index.ts';
import type { Ports } from './ports.ts';

export interface ShippingExtras {
  readonly logger?: Logger;
  readonly jobs?: (operations: Operations) => readonly Job[];
  readonly ready?: () => Promise<void>;
  readonly onClose?: () => Promise<void>;
}

/** Joins the rooms and decides nothing. Tests call it with fakes and port 0. */
export function createShipping(ports: Ports, config: ShippingConfig, extras: ShippingExtras = {}): Subgraph {
  const { jobs, ...rest } = extras;
  const operations = createOperations(ports);
  return createSubgraph({
    name: 'shipping',
    typeDefs: loadSdl('shipping'),
    resolvers,
    permissions,
    context: (viewer) => ({ viewer, operations, loaders: createLoaders(ports, viewer) }),
    port: config.port,
    envelopeKey: envelopeKey(config.envelopeSecret, 'shipping'),
    tracesUrl: config.tracesUrl,
    logger: createLogger('shipping', config.logLevel),
    routes: (app) => {
      for (const webhook of config.webhooks ?? []) webhook(operations)(app);
    },
    ...(jobs && { jobs: jobs(operations) }),
    ...rest,
  });
}

/** The stores over one database. */
export function createStores({ pool, adapter }: Pick<Database, 'pool' | 'adapter'>) {
  const prisma = new PrismaClient({ adapter });
  return {
    rates: createRateStore(pool),
    methods: createMethodStore(prisma, pool),
    zones: createZoneStore(prisma),
    pickups: createPickupStore(prisma, pool),
    shipments: createShipmentStore(prisma, pool),
    labels: createLabelStore(prisma, pool),
    tracking: createTrackingStore(pool),
    inbox: createInbox(pool),
  };
}

/** Buyers may choose it, and nobody would bring it. */
export async function warnOfDisconnected({ methods, carriers }: Ports, logger: Logger): Promise<void> {
  for (const { id, name, carrier } of await methods.withoutCarrier([...carriers.keys()]))
    logger.error(
      { method: id, name, carrier },
      'the carrier of a shipping method that is offered is not connected: add it to CARRIERS, or make the method inactive',
    );
}

/** The same subgraph with the world attached. */
export async function openShipping(env: Env): Promise<Subgraph> {
  const config = readConfig(env); // Throws on the first missing setting, before anything listens.
  await migrate({ url: config.databaseUrl, subgraph: 'shipping', dir: MIGRATIONS });
  const logger = createLogger('shipping', config.logLevel);
  const db = connect(config.databaseUrl, { name: 'shipping', log: (message) => logger.warn(message) });
  const orders = createSubgraphClient({
    from: 'shipping',
    to: 'orders',
    url: config.ordersUrl,
    sign: createEnvelopeSigner('shipping', (audience) => envelopeKey(config.envelopeSecret, audience)),
  });
  const purchases = createPurchaseStore(db.pool);
  const carriers = new Map(
    await Promise.all(
      config.carriers.map(async ({ name, open }) => [name.toUpperCase(), await open(purchases)] as const),
    ),
  );
  const stores = createStores(db);
  const ports: Ports = {
    ...stores,
    rates: withCarrierPrices(stores.rates, { carriers, shipFrom: config.shipFrom }),
    carriers,
    orders: createOrdersSubgraph(orders),
    calendar: createCalendar(config.hours),
    shipFrom: config.shipFrom,
    autoBuyLabels: config.autoBuyLabels,
    clock: () => new Date(),
    newId,
  };
  await warnOfDisconnected(ports, logger);
  return createShipping(
    ports,
    { ...config, webhooks: await webhooksOf(config.carriers) },
    {
      logger,
      jobs: (operations) => [
        createOutboxRelay(db.pool, operations, config.relayEveryMs, logger),
        createAskSilentCarriers(operations, logger),
        createApplyCarrierEvents(operations, logger),
      ],
      ready: () => db.ping(),
      onClose: async () => {
        await Promise.all([orders, ...carriers.values()].map((one) => one.close()));
        await db.close();
      },
    },
  );
}

/** Zones, methods with rates and pick-up locations of the demo shop. One query when they are there already. */
export async function seedShippingDemo(env: Env, log: (message: string) => void): Promise<void> {
  const db = connect(readConfig(env).databaseUrl, { name: 'shipping demo', connectWithinMs: START_PATIENCE_MS, log });
  try {
    await seedDemo(db.pool, log);
  } finally {
    await db.close();
  }
}

const MIGRATIONS = fileURLToPath(new URL('prisma/shipping/migrations', ROOT));
