import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { pageAddress } from '@cartograph/kernel/page-address';
import { webhooksOf } from '@cartograph/providers/provider';
import { createChangeFeed } from '@cartograph/runtime/change-feed';
import { connect, type Database, START_PATIENCE_MS } from '@cartograph/runtime/database/connect';
import { migrate } from '@cartograph/runtime/database/migrate';
import { createEnvelopeSigner, envelopeKey } from '@cartograph/runtime/envelope';
import type { Job } from '@cartograph/runtime/job';
import { createLogger, type Logger } from '@cartograph/runtime/logger';
import { loadSdl, ROOT } from '@cartograph/runtime/sdl';
import { type Env, readText } from '@cartograph/runtime/settings';
import { createSubgraph, type Subgraph } from '@cartograph/runtime/subgraph-server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { openCsvFile } from './adapters/csv-file.ts';
import type { FeedSettings } from './config/feed.ts';
import { type ProductsConfig, readConfig } from './config.ts';
import { beginImport, createDemoStore } from './datasources/catalogue-import.ts';
import { createCatalogueRows } from './datasources/catalogue-rows.ts';
import { createCollectionStore } from './datasources/collection-store.ts';
import { createFeeds } from './datasources/feed-lock.ts';
import { createOfferPushStore } from './datasources/offer-push-store.ts';
import { createPriceStore } from './datasources/price-store.ts';
import { createProductDetails } from './datasources/product-details.ts';
import { createProductStore } from './datasources/product-store.ts';
import { createProductWriter } from './datasources/product-writer.ts';
import { createStockHolds } from './datasources/stock-holds.ts';
import { createStockPushStore } from './datasources/stock-push-store.ts';
import { createStockStore } from './datasources/stock-store.ts';
import { createVariantStore } from './datasources/variant-store.ts';
import { createWarehouseStore } from './datasources/warehouse-store.ts';
import { resolvers } from './graphql/index.ts';
import { permissions } from './graphql/permissions.ts';
import { serveProductFeed } from './http/product-feed.ts';
import { createExpireHolds } from './jobs/expire-holds.ts';
import { createPushOffers } from './jobs/push-offers.ts';
import { createPushStock } from './jobs/push-stock.ts';
import { createFeedRegistration } from './jobs/register-feeds.ts';
import { createLoaders } from './loaders/index.ts';
import { exportCatalogue } from './operations/export-catalogue.ts';
import {
  type ImportListener,
  type ImportOptions,
  type ImportSummary,
  importCatalogue,
} from './operations/import-catalogue.ts';
import { createOperations, type Operations } from './operations/index.ts';
import { registerFeeds, writeProductFeed } from './operations/product-feed.ts';
import { type DemoShop, seedDemo } from './operations/seed-demo.ts';
import type { SalesChannel } from './ports/sales-channel.ts';
import type { WarehouseSystem } from './ports/warehouse-system.ts';
import type { ImportPorts, Ports } from './ports.ts';
import { type Prepared, WAREHOUSE_SYSTEMS, type Webhook } from './providers.ts';

export interface ProductsExtras {
  readonly logger?: Logger;
  readonly jobs?: (operations: Operations) => readonly Job[];
  readonly ready?: () => Promise<void>;
  readonly onClose?: () => Promise<void>;
}

/** Joins the rooms and decides nothing. Tests call it with port 0. */
export function createProducts(ports: Ports, config: ProductsConfig, extras: ProductsExtras = {}): Subgraph {
  const operations = createOperations(ports);
  const { defaultCurrency, webhooks = [], feed } = config;
  const { jobs, ...rest } = extras;
  return createSubgraph({
    name: 'products',
    typeDefs: loadSdl('products'),
    resolvers,
    permissions,
    context: (viewer) => ({ viewer, operations, loaders: createLoaders(ports, viewer), defaultCurrency }),
    port: config.port,
    envelopeKey: envelopeKey(config.envelopeSecret, 'products'),
    tracesUrl: config.tracesUrl,
    logger: extras.logger ?? createLogger('products', config.logLevel),
    routes: (app) => {
      for (const webhook of webhooks) webhook(operations)(app);
      if (feed) serveFeed(ports, feed, defaultCurrency)(app);
    },
    ...(jobs && { jobs: jobs(operations) }),
    ...rest,
  });
}

function serveFeed({ catalogue }: Ports, feed: FeedSettings, currency: string) {
  const { user, password, storefrontUrl } = feed;
  const link = (handle: string, variantId: string): string => {
    const url = pageAddress(storefrontUrl, `products/${handle}`);
    url.searchParams.set('variant', variantId);
    return url.href;
  };
  return serveProductFeed({ user, password, write: () => writeProductFeed(catalogue)({ currency, link }) });
}

/** Our own tables; an import uses them without a server. */
export function createStores(
  db: Database,
  systems: readonly WarehouseSystem[] = [],
  channels: readonly SalesChannel[] = [],
): Ports {
  const prisma = new PrismaClient({ adapter: db.adapter });
  return {
    products: createProductStore(prisma, db.pool),
    productDetails: createProductDetails(prisma, db.pool),
    productWriter: createProductWriter(db.pool),
    variants: createVariantStore(db.pool),
    prices: createPriceStore(prisma, db.pool),
    collections: createCollectionStore(prisma, db.pool),
    stock: createStockStore(db.pool),
    holds: createStockHolds(db.pool),
    warehouses: createWarehouseStore(prisma, db.pool),
    catalogue: createCatalogueRows(db.pool),
    pushes: createStockPushStore(db.pool),
    systems,
    offers: createOfferPushStore(db.pool),
    channels,
  };
}

const openAll = <Port>(prepared: readonly Prepared<Port>[]): Promise<Port[]> =>
  Promise.all(prepared.map(({ open }) => open()));

/** The same subgraph with the world attached. */
export async function openProducts(env: Env): Promise<Subgraph> {
  const config = readConfig(env); // Throws on the first missing setting, before anything listens.
  await migrate({ url: config.databaseUrl, subgraph: 'products', dir: MIGRATIONS });
  const logger = createLogger('products', config.logLevel);
  const db = connect(config.databaseUrl, { name: 'products', log: (message) => logger.warn(message) });
  const { warehouseSystems, salesChannels, feedReaders, feed } = config;
  const ports = createStores(db, await openAll(warehouseSystems), await openAll(salesChannels));
  // A system that is off is told nothing more, and told everything when it is on again.
  for (const { name } of WAREHOUSE_SYSTEMS.providers)
    await ports.pushes.link(name, ports.systems.find((system) => system.name === name)?.links ?? []);
  await ports.offers.open(ports.channels);
  const readers = await openAll(feedReaders);
  const register = registerFeeds(createFeeds(db.pool), readers);
  const webhooks = await webhooksOf<Webhook>([...warehouseSystems, ...salesChannels]);
  return createProducts(
    ports,
    { ...config, webhooks },
    {
      logger,
      jobs: (operations) => [
        ...(feed
          ? [createFeedRegistration(() => register({ ...feed, currency: config.defaultCurrency }), logger)]
          : []),
        ...(ports.systems.length > 0 ? [createPushStock(operations, config.stockPushMs, logger)] : []),
        ...(ports.channels.length > 0 ? [createPushOffers(operations, config.stockPushMs, logger)] : []),
        createExpireHolds(ports.holds, config.holdSweepMs, logger),
        createChangeFeed({
          name: 'products',
          database: db.pool,
          routerUrls: config.routerUrls,
          sign: createEnvelopeSigner('products', (audience) => envelopeKey(config.envelopeSecret, audience)),
          logger,
        }),
      ],
      ready: () => db.ping(),
      onClose: async () => {
        for (const channel of ports.channels) await channel.close();
        await Promise.all(readers.map((reader) => reader.close()));
        await db.close();
      },
    },
  );
}

const MIGRATIONS = fileURLToPath(new URL('prisma/products/migrations', ROOT));

/** The stores once more, with what imports and exports need besides. */
export const createImportStores = (db: Database): ImportPorts => ({
  ...createStores(db),
  beginImport: () => beginImport(db.pool),
});

const DEMO = new URL('subgraphs/products/demo/', ROOT);

/** A catalogue to try things with, for a shop that has none. Safe to repeat, and for two processes at once. */
export async function seedProductsDemo(env: Env, log: (message: string) => void): Promise<void> {
  const url = readText(env, 'DATABASE_URL');
  await migrate({ url, subgraph: 'products', dir: MIGRATIONS });
  const db = connect(url, { name: 'products demo', connectWithinMs: START_PATIENCE_MS });
  try {
    const shop = JSON.parse(await readFile(new URL('catalogue.json', DEMO), 'utf8')) as DemoShop;
    const catalogue = await openCsvFile(fileURLToPath(new URL('catalogue.csv', DEMO)));
    if (await seedDemo(createImportStores(db), createDemoStore(db.pool))(shop, catalogue))
      log('products: loaded the demo catalogue');
  } finally {
    await db.close();
  }
}

/** Imports and exports of product files, without a server. Close it before the database that it works on. */
export async function openCatalogueFiles(databaseUrl: string) {
  await migrate({ url: databaseUrl, subgraph: 'products', dir: MIGRATIONS });
  const db = connect(databaseUrl, { name: 'products import', maxConnections: 2 });
  const ports = createImportStores(db);
  return {
    importFile: async (path: string, options: ImportOptions, listener: ImportListener): Promise<ImportSummary> =>
      importCatalogue(ports)(await openCsvFile(path), options, listener),
    exportFile: exportCatalogue(ports),
    close: () => db.close(),
  };
}

export { readPriceList } from './domain/shopify-csv-columns.ts';
export type { ImportListener, ImportOptions, ImportSummary } from './operations/import-catalogue.ts';
