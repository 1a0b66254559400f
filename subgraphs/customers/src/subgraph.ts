import { fileURLToPath } from 'node:url';
import { pageAddress } from '@cartograph/kernel/page-address';
import type { Viewer } from '@cartograph/kernel/viewer';
import { webhooksOf } from '@cartograph/providers/provider';
import { connect, type Database, START_PATIENCE_MS } from '@cartograph/runtime/database/connect';
import { migrate } from '@cartograph/runtime/database/migrate';
import { envelopeKey } from '@cartograph/runtime/envelope';
import { newId } from '@cartograph/runtime/ids';
import type { Job } from '@cartograph/runtime/job';
import { createLogger, type Logger } from '@cartograph/runtime/logger';
import { loadSdl, ROOT } from '@cartograph/runtime/sdl';
import type { Env } from '@cartograph/runtime/settings';
import { createSubgraph, type Subgraph } from '@cartograph/runtime/subgraph-server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { createSecrets } from './adapters/keyed-secrets.ts';
import { createScryptPasswords } from './adapters/scrypt-passwords.ts';
import { createAccessTokens } from './adapters/signed-access-tokens.ts';
import { type CustomersConfig, type CustomersSettings, readConfig } from './config.ts';
import { createAccountStore } from './datasources/account-store.ts';
import { createAddressStore } from './datasources/address-store.ts';
import { createAttemptStore } from './datasources/attempt-store.ts';
import { createConsentStore } from './datasources/consent-store.ts';
import { createCustomerStore } from './datasources/customer-store.ts';
import { seedDemo } from './datasources/demo.ts';
import { createGroupStore } from './datasources/group-store.ts';
import { createMaintenance } from './datasources/maintenance-store.ts';
import { createNotificationStore } from './datasources/notification-store.ts';
import { createOneTimeTokenStore } from './datasources/one-time-token-store.ts';
import { createPrivacyStore } from './datasources/privacy-store.ts';
import { createRequestStore } from './datasources/request-store.ts';
import { createSegmentStore } from './datasources/segment-store.ts';
import { createSessionStore } from './datasources/session-store.ts';
import { createStaffStore } from './datasources/staff-store.ts';
import { createSyncQueue } from './datasources/sync-queue.ts';
import { createAcquaintances, createSyncSubjects } from './datasources/sync-subjects.ts';
import { createTextReplyStore } from './datasources/text-reply-store.ts';
import { resolvers } from './graphql/index.ts';
import { permissions } from './graphql/permissions.ts';
import { serveJwks } from './http/jwks.ts';
import { receiveSandboxMessages } from './http/sandbox-messages-webhook.ts';
import { createRelayJob } from './jobs/relay-events.ts';
import { createSendJob } from './jobs/send-notifications.ts';
import { createSweepJob } from './jobs/sweep.ts';
import { createSyncJob } from './jobs/sync-customers.ts';
import { createLoaders } from './loaders/index.ts';
import { createOperations } from './operations/index.ts';
import type { JobName, Ports } from './ports.ts';
import { openSenders, type PassedOn } from './providers.ts';

/** Joins the rooms and decides nothing. Tests call it with senders and a clock of their own, and port 0. */
export function createCustomers(
  db: Database,
  given: Omit<Ports, 'wake'>,
  config: CustomersConfig,
  logger: Logger = createLogger('customers', config.logLevel),
): Subgraph {
  // Known only below: the jobs are made of the operations, and an operation wakes the jobs.
  let wake: Ports['wake'] = () => {};
  const ports: Ports = { ...given, wake: (only) => wake(only) };
  const operations = createOperations(ports);
  const relay = createRelayJob(db, operations, logger);
  const send = createSendJob(operations, logger);
  const sync = createSyncJob(operations, logger);
  const jobs: Readonly<Record<JobName, Job>> = { events: relay, messages: send, receivers: sync };
  wake = (only) => {
    for (const job of only ? [jobs[only]] : Object.values(jobs)) job.kick();
  };
  const loadersFor = (viewer: Viewer) => createLoaders(ports, viewer);
  return createSubgraph({
    name: 'customers',
    typeDefs: loadSdl('customers'),
    resolvers,
    permissions,
    context: (viewer) => ({ viewer, operations, loaders: loadersFor(viewer), loadersFor }),
    port: config.port,
    envelopeKey: envelopeKey(config.envelopeSecret, 'customers'),
    tracesUrl: config.tracesUrl,
    logger,
    ready: () => db.ping(),
    routes(app) {
      serveJwks(config.tokenKeys)(app);
      if (config.sandboxSecret) receiveSandboxMessages(config.sandboxSecret, operations.recordDelivery)(app);
      for (const webhook of config.webhooks ?? []) webhook(operations)(app);
    },
    jobs: [relay, send, sync, createSweepJob(operations, logger)],
    onClose: async () => {
      const { crms, marketing } = given.receivers;
      await Promise.all([...crms, ...marketing].map((receiver) => receiver.close()));
      await Promise.all([ports.mailer.close?.(), ports.sms.close?.()]);
      await db.close();
    },
  });
}

/** Everything that reads and writes our own tables. */
export function createStores(db: Database) {
  const prisma = new PrismaClient({ adapter: db.adapter });
  return {
    customers: createCustomerStore(db, prisma),
    addresses: createAddressStore(db),
    consents: createConsentStore(db),
    groups: createGroupStore(db, prisma),
    segments: createSegmentStore(db, prisma),
    accounts: createAccountStore(db),
    sessions: createSessionStore(db),
    oneTimeTokens: createOneTimeTokenStore(db),
    staff: createStaffStore(db),
    attempts: createAttemptStore(db),
    notifications: createNotificationStore(db, prisma),
    textReplies: createTextReplyStore(db),
    requests: createRequestStore(db),
    privacy: createPrivacyStore(db, prisma),
    maintenance: createMaintenance(db),
    syncQueue: createSyncQueue(db),
    syncSubjects: createSyncSubjects(db),
    acquaintances: createAcquaintances(db),
  };
}

/** The same subgraph with the world attached. */
export async function openCustomers(env: Env): Promise<Subgraph> {
  const config = readConfig(env); // Throws on the first missing setting, before anything listens.
  const logger = createLogger('customers', config.logLevel);
  const passedOn: PassedOn = (from, to, err) => logger.warn({ err }, `${from} sent nothing, so ${to} is asked`);
  await migrate({ url: config.databaseUrl, subgraph: 'customers', dir: MIGRATIONS });
  const db = connect(config.databaseUrl, { name: 'customers', log: (message) => logger.warn(message) });
  const { mailers, textSenders, crms, marketing } = config;
  const secrets = createSecrets(config.envelopeSecret);
  return createCustomers(
    db,
    {
      ...createStores(db),
      mailer: await openSenders(mailers, config, passedOn),
      sms: await openSenders(textSenders, config, passedOn),
      quietHours: config.quietHours,
      receivers: {
        crms: await Promise.all(crms.map(({ open }) => open())),
        marketing: await Promise.all(marketing.map(({ open }) => open())),
      },
      passwords: createScryptPasswords(),
      secrets,
      accessTokens: createAccessTokens(config.tokenIssuer, config.tokenKeys, config.lifetimes),
      shop: createShop(config, secrets.seal),
      newId,
      clock: () => new Date(),
    },
    { ...config, webhooks: await webhooksOf([...mailers, ...textSenders]) },
    logger,
  );
}

/** What the messages of this shop have in common. */
export function createShop(
  { shopName, storefrontUrl }: Pick<CustomersSettings, 'shopName' | 'storefrontUrl'>,
  seal: (id: string) => string,
): Ports['shop'] {
  return {
    name: shopName,
    tokenLink(page, tokenId) {
      const url = pageAddress(storefrontUrl, page);
      // In the fragment, which no server and no log ever sees.
      url.hash = `token=${seal(tokenId)}`;
      return url.href;
    },
  };
}

/** Two customers and two members of staff to try the shop with. Costs one query when they are there. */
export async function seedCustomersDemo(env: Env, log: (message: string) => void): Promise<void> {
  const { databaseUrl } = readConfig(env);
  await migrate({ url: databaseUrl, subgraph: 'customers', dir: MIGRATIONS });
  const db = connect(databaseUrl, { name: 'customers demo', connectWithinMs: START_PATIENCE_MS });
  try {
    await seedDemo(db, createScryptPasswords(), log);
  } finally {
    await db.close();
  }
}

const MIGRATIONS = fileURLToPath(new URL('prisma/customers/migrations', ROOT));
