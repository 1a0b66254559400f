import { createServer, type IncomingMessage } from 'node:http';
import type { VerifyToken } from '@cartograph/runtime/access-token';
import { createEnvelopeSigner, envelopeKey } from '@cartograph/runtime/envelope';
import { listenOn } from '@cartograph/runtime/listen';
import type { Logger } from '@cartograph/runtime/logger';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { createApolloFace } from './apollo-face.ts';
import type { RouterConfig } from './config.ts';
import { createExecute } from './gateway/execute.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import type { OpenSubgraph } from './gateway/graph.ts';
import { createAddressOf } from './http/address-of.ts';
import { createCompression } from './http/compression.ts';
import { addCors, createCors } from './http/cors.ts';
import { addExplorer } from './http/explorer.ts';
import { GraphqlDoor } from './http/graphql-door.ts';
import { createIdentity } from './http/identity.ts';
import { createPipeline } from './http/pipeline.ts';
import { createOperationCheck } from './limits/operation-check.ts';
import { createRates } from './limits/rates.ts';
import { sparingLoopback } from './limits/sparing-loopback.ts';
import { createRouterMask } from './masking.ts';
import { type OpenedPersisted, openPersistedOperations } from './operations/open-persisted.ts';
import { policyOf } from './settings/resilience.ts';
import type { RouterSettings } from './settings/settings-file.ts';
import { readReplicaUrls } from './subgraphs/replica-urls.ts';
import { createSubgraphClient } from './subgraphs/subgraph-client.ts';
import { createQueryPlanTeller } from './telemetry/query-plan.ts';
import { createTelemetry, type Telemetry } from './telemetry/telemetry.ts';
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
  const execute = createExecute(mask);
  const telemetry = createTelemetry(settings.telemetry, logger);
  const openSubgraph = subgraphOpener(config, settings, logger, telemetry);
  const { planned } = telemetry;
  const gateway = createGateway({ ...config, execute, rules: settings, logger, openSubgraph, planned });
  const apollo = createApolloFace(gateway, { mask, production: config.production });
  const usage = config.usageLog ? createUsageLog({ folder: config.usageLog, logger }) : null;
  const cors = createCors(config);
  const compression = createCompression(settings.compression);
  const counted = createRates(settings.rates);
  const rates = config.production ? counted : sparingLoopback(counted);
  const identity = createIdentity(verifyToken, rates);
  const check = createOperationCheck(limits, rates, config);
  const addressOf = createAddressOf(settings.rates.trustedProxies);
  let door: GraphqlDoor | undefined;
  let persisted: OpenedPersisted | undefined;
  async function open() {
    persisted = await openPersistedOperations(settings.operations, { logger, onChange: () => gateway.forget() });
    const shared = { gateway, check, persisted: persisted.operations };
    door = new GraphqlDoor({
      ...shared,
      ...config,
      pipeline: createPipeline({ apollo, ...shared }),
      execute,
      identity,
      limits,
      rates,
      addressOf,
      compression,
      cors,
      logger,
      telemetry,
      tellPlan: createQueryPlanTeller(settings.telemetry, config),
      ...(usage && { recordUsage: createUsageRecorder(usage) }),
    });
  }
  const app = fastify({
    forceCloseConnections: true,
    // Everything but GraphQL itself: the explorer, health, pages. GraphQL has no need of a framework's cost.
    serverFactory: (answerOthers) =>
      createServer((request, response) =>
        door && isGraphql(request) ? door.handle(request, response) : answerOthers(request, response),
      ),
  });
  app.setErrorHandler(unexpected(logger));
  addCors(app, cors);
  addHealth(app, gateway, logger);
  telemetry.addPages(app, { gateway, rates }, { identity, addressOf, production: config.production });
  if (!config.production) addExplorer(app);

  let closed: Promise<void> | undefined;
  let started = false;
  async function close() {
    await app.close();
    // A start that failed has nothing to stop, and its own error is the one to show.
    if (started) await apollo.stop();
    persisted?.close();
    usage?.close();
    await telemetry.close();
  }
  return {
    name: 'router',
    async listen() {
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

const isGraphql = ({ url = '' }: IncomingMessage): boolean => url === '/graphql' || url.startsWith('/graphql?');

function subgraphOpener(
  config: RouterConfig,
  { resilience }: RouterSettings,
  logger: Logger,
  telemetry: Telemetry,
): OpenSubgraph {
  const { envelopeSecret } = config;
  const sign = envelopeSecret
    ? createEnvelopeSigner(
        'router',
        memoize((audience) => envelopeKey(envelopeSecret, audience)),
      )
    : undefined;
  return (name, url) => {
    const urls = readReplicaUrls(name, config.subgraphUrls[name] ?? url);
    const policy = policyOf(resilience, name);
    const observer = telemetry.subgraphs;
    const client = createSubgraphClient({ name, urls, policy, logger, observer, ...(sign && { sign }) });
    return telemetry.clientOpened(client, urls);
  };
}

/** Deriving a key costs more than a request; there are five of them. */
function memoize<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

function addHealth(app: FastifyInstance, gateway: Gateway, logger: Logger) {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const states = [...gateway.current().subgraphs].map(async ([name, client]) =>
      (await client.ready()) ? [] : [name],
    );
    const down = (await Promise.all(states)).flat();
    if (down.length === 0) return { status: 'ready' };
    logger.warn({ down }, 'not ready');
    return reply.code(503).send({ status: 'not ready', waitingFor: down });
  });
}

/** What Fastify refuses or fails at, beside GraphQL. */
const unexpected =
  (logger: Logger) => (error: Error & { statusCode?: number }, _request: FastifyRequest, reply: FastifyReply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ err: error }, 'unexpected error');
    const message = status >= 500 ? 'Something went wrong on our side.' : error.message;
    return reply
      .code(status)
      .send({ errors: [{ message, extensions: { code: status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST' } }] });
  };
