import './no-telemetry.ts';
import { randomUUID } from 'node:crypto';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { VerifyToken } from '@cartograph/runtime/access-token';
import { createEnvelopeSigner, envelopeKey } from '@cartograph/runtime/envelope';
import { listenOn } from '@cartograph/runtime/listen';
import type { Logger } from '@cartograph/runtime/logger';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteHandlerMethod,
} from 'fastify';
import type { RouterConfig } from './config.ts';
import type { RouterContext } from './context.ts';
import { addCors } from './http/cors.ts';
import { addExplorer } from './http/explorer.ts';
import { addNegotiation } from './http/negotiated.ts';
import { createRouterMask } from './masking.ts';
import { knownOperation } from './plugins/known-operation.ts';
import { recordUsage } from './plugins/record-usage.ts';
import { createSubgraphSource, type SubgraphSource } from './subgraph-source.ts';
import { createSupergraphFile } from './supergraph-file.ts';
import { createUsageLog } from './usage/usage-log.ts';

export interface Router extends AsyncDisposable {
  readonly name: 'router';
  /** Starts to answer; gives the GraphQL URL. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    routerContext: RouterContext | null;
  }
}

/** How long a caller waits at most. */
const DEADLINE_MS = 30_000;
const MAX_BODY_BYTES = 256 * 1024;
/** Ids from outside are kept when they are harmless in a log and a header. */
const REQUEST_ID = /^[\w.:-]{8,100}$/;

/** The door: verifies the caller, plans, asks the subgraphs, and tells strangers nothing about the inside. */
export function createRouter(
  config: RouterConfig,
  { verifyToken, logger }: { readonly verifyToken: VerifyToken; readonly logger: Logger },
): Router {
  const sources = new Map<string, SubgraphSource>();
  const gateway = createGateway(config, sources, logger);
  const usage = config.usageLog ? createUsageLog({ folder: config.usageLog, logger }) : null;
  const server = new ApolloServer<RouterContext>({
    gateway,
    formatError: createRouterMask(logger, config),
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: config.production,
    introspection: !config.production,
    stopOnTerminationSignals: false,
    // Judged by http/admission.ts, before anything is read.
    csrfPrevention: false,
    maxRecursiveSelections: true,
    plugins: [
      knownOperation,
      ...(usage ? [recordUsage(usage)] : []),
      ApolloServerPluginUsageReportingDisabled(),
      config.production
        ? ApolloServerPluginLandingPageDisabled()
        : ApolloServerPluginLandingPageLocalDefault({ footer: false }),
    ],
  });
  const app = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true });
  app.decorateRequest('routerContext', null);
  app.setErrorHandler(badRequest(logger));
  addCors(app, config);
  addNegotiation(app);
  addHealth(app, sources, logger);
  if (!config.production) addExplorer(app);

  let closed: Promise<void> | undefined;
  let started = false;
  async function close() {
    await app.close();
    // A start that failed has nothing to stop, and its own error is the one to show.
    if (started) await server.stop();
    usage?.close();
    await Promise.all([...sources.values()].map((source) => source.close()));
  }
  return {
    name: 'router',
    async listen() {
      await server.start();
      started = true;
      app.route({
        method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'],
        url: '/graphql',
        preHandler: identify(verifyToken),
        handler: fastifyApolloHandler(server, {
          context: async (request) => request.routerContext as RouterContext,
        }) as RouteHandlerMethod,
      });
      return `${await listenOn(app, { name: 'router', port: config.port, host: config.host })}/graphql`;
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}

function createGateway(config: RouterConfig, sources: Map<string, SubgraphSource>, logger: Logger) {
  const sign = createEnvelopeSigner(
    'router',
    memoize((audience) => envelopeKey(config.envelopeSecret, audience)),
  );
  return new ApolloGateway({
    supergraphSdl: createSupergraphFile(config.supergraphFile, logger),
    logger,
    buildService: ({ name, url = '' }) => {
      const source = createSubgraphSource({ ...config, name, url: config.subgraphUrls[name] ?? url, sign, logger });
      void sources.get(name)?.close();
      sources.set(name, source);
      return source;
    },
  });
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

/** Who asks, and under which id. A bad token is refused here, before any part of the graph is touched. */
const identify = (verifyToken: VerifyToken) => async (request: FastifyRequest, reply: FastifyReply) => {
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  void reply.header('x-request-id', requestId);
  try {
    request.routerContext = {
      requestId,
      viewer: await verifyToken(request.headers.authorization),
      deadline: performance.now() + DEADLINE_MS,
    };
  } catch (error) {
    await reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send({ errors: [{ message: (error as Error).message, extensions: { code: 'UNAUTHENTICATED' } }] });
  }
};

function addHealth(app: FastifyInstance, sources: ReadonlyMap<string, SubgraphSource>, logger: Logger) {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const down = (
      await Promise.all([...sources].map(async ([name, source]) => ((await source.ready()) ? [] : [name])))
    ).flat();
    if (down.length === 0) return { status: 'ready' };
    logger.warn({ down }, 'not ready');
    return reply.code(503).send({ status: 'not ready', waitingFor: down });
  });
}

/** What Fastify refuses before GraphQL sees it: unreadable JSON, a body too large, an unknown content type. */
const badRequest =
  (logger: Logger) => (error: Error & { statusCode?: number }, _request: FastifyRequest, reply: FastifyReply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ err: error }, 'unexpected error');
    const message = status >= 500 ? 'Something went wrong on our side.' : error.message;
    return reply
      .code(status)
      .send({ errors: [{ message, extensions: { code: status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST' } }] });
  };
