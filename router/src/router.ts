import { createServer, type IncomingMessage } from 'node:http';
import type { VerifyToken } from '@cartograph/runtime/access-token';
import { createHttpApp } from '@cartograph/runtime/http-app';
import { listenOn } from '@cartograph/runtime/listen';
import type { Logger } from '@cartograph/runtime/logger';
import { createApolloFace } from './apollo-face.ts';
import { openCaches } from './caching/open-caches.ts';
import type { RouterConfig } from './config.ts';
import { createExecute } from './gateway/execute.ts';
import { createGateway } from './gateway/gateway.ts';
import { createAddressOf } from './http/address-of.ts';
import { addHealth, unexpected } from './http/beside-graphql.ts';
import { createCompression } from './http/compression.ts';
import { addCors, createCors } from './http/cors.ts';
import { addExplorer } from './http/explorer.ts';
import { GraphqlDoor } from './http/graphql-door.ts';
import { createIdentity } from './http/identity.ts';
import { createPipeline } from './http/pipeline.ts';
import { addPurge } from './http/purge-door.ts';
import { securityHeaders } from './limits/headers.ts';
import { openRates } from './limits/open-rates.ts';
import { createOperationCheck } from './limits/operation-check.ts';
import { protectServer, serverOptions } from './limits/slow-clients.ts';
import { createRouterMask } from './masking.ts';
import { type OpenedPersisted, openPersistedOperations } from './operations/open-persisted.ts';
import type { LimitsSettings } from './settings/limits.ts';
import type { RouterSettings } from './settings/settings-file.ts';
import { subgraphOpener } from './subgraphs/open-subgraphs.ts';
import { createQueryPlanTeller } from './telemetry/query-plan.ts';
import { createTelemetry } from './telemetry/telemetry.ts';
import { createUsageRecorder } from './usage/record-usage.ts';
import { createUsageLog } from './usage/usage-log.ts';

export interface Router extends AsyncDisposable {
  readonly name: 'router';
  /** Starts to answer; gives the GraphQL URL. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** The door: verifies the caller, plans, asks the subgraphs, and tells strangers nothing about the inside. */
export function createRouter(
  config: RouterConfig,
  settings: RouterSettings,
  { verifyToken, logger }: { readonly verifyToken: VerifyToken; readonly logger: Logger },
): Router {
  const { limits } = settings;
  const mask = createRouterMask(logger);
  const telemetry = createTelemetry(settings.telemetry, { ...config, logger });
  const caches = openCaches(settings.cache, { ...config, logger, observer: telemetry.caches });
  const execute = caches.wrap(createExecute(mask, caches.entities));
  const { planned, plugins } = telemetry;
  const openSubgraph = subgraphOpener(config, settings, logger, telemetry);
  const gateway = createGateway({ ...config, execute, rules: settings, logger, openSubgraph, planned });
  const apollo = createApolloFace(gateway, { mask, production: config.production, plugins });
  const usage = config.usageLog ? createUsageLog({ folder: config.usageLog, logger }) : null;
  const cors = createCors(config);
  const { rates, close: closeRates } = openRates(config, settings.rates, logger);
  const security = securityHeaders(limits.headers);
  const identity = createIdentity(verifyToken, rates);
  const check = createOperationCheck(limits, rates, config);
  const addressOf = createAddressOf(settings.rates.trustedProxies);
  let door: GraphqlDoor | undefined;
  let persisted: OpenedPersisted | undefined;
  async function open() {
    persisted = await openPersistedOperations(settings.operations, {
      logger,
      onChange: () => gateway.forget(),
      ...(caches.documents && { shared: caches.documents }),
    });
    const common = { gateway, check, persisted: persisted.operations };
    door = new GraphqlDoor({
      ...common,
      ...config,
      pipeline: createPipeline({ apollo, ...common }),
      execute,
      identity,
      limits,
      rates,
      addressOf,
      security,
      compression: createCompression(settings.compression),
      cors,
      logger,
      telemetry,
      tellPlan: createQueryPlanTeller(settings.telemetry, config),
      ...(usage && { recordUsage: createUsageRecorder(usage) }),
    });
  }
  const app = createApp(limits, () => door);
  app.addHook('onRequest', async (_request, reply) => void reply.headers(security.record));
  app.setErrorHandler(unexpected(logger));
  addCors(app, cors);
  addHealth(app, gateway, logger);
  telemetry.addPages(app, { gateway, rates }, { identity, addressOf, production: config.production });
  addPurge(app, { ...config, caches, logger });
  if (!config.production) addExplorer(app);

  let closed: Promise<void> | undefined;
  let started = false;
  async function close() {
    await app.close();
    // A start that failed has nothing to stop, and its own error is the one to show.
    if (started) await apollo.stop();
    persisted?.close();
    caches.close();
    usage?.close();
    await closeRates();
    await telemetry.close();
  }
  return {
    name: 'router',
    async listen() {
      await telemetry.start();
      await apollo.start();
      started = true;
      await open();
      await telemetry.listen();
      return `${await listenOn(app, { name: 'router', port: config.port, host: config.host })}/graphql`;
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}

/** Everything but GraphQL itself: the explorer, health, pages. GraphQL has no need of a framework's cost. */
function createApp({ connections }: LimitsSettings, door: () => GraphqlDoor | undefined) {
  return createHttpApp({
    serverFactory(answerOthers) {
      const server = createServer(serverOptions(connections), (request, response) => {
        const graphql = isGraphql(request) ? door() : undefined;
        return graphql ? graphql.handle(request, response) : answerOthers(request, response);
      });
      protectServer(server, connections);
      return server;
    },
  });
}

const isGraphql = ({ url = '' }: IncomingMessage): boolean => url === '/graphql' || url.startsWith('/graphql?');
