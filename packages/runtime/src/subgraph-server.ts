import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { ERROR_CODES, type ErrorCode } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { parse } from 'graphql';
import { type CurrentRequest, withRequest } from './current-request.ts';
import { DEADLINE_HEADER, deadlineOf } from './deadline.ts';
import { createEnvelopeOpener, ENVELOPE_HEADER, type Envelope } from './envelope.ts';
import { createHttpApp } from './http-app.ts';
import type { Job } from './job.ts';
import { createKnownDocuments } from './known-documents.ts';
import { listenOn } from './listen.ts';
import type { Logger } from './logger.ts';
import { createErrorMask } from './masking.ts';
import { applyPermissions, type Permissions } from './permissions.ts';
import { scalars } from './scalars.ts';
import { openSubgraphTracer } from './tracing/open.ts';
import type { Tracer } from './tracing/span.ts';
import { tracedRequest } from './tracing/traced-request.ts';

export interface SubgraphContext {
  readonly viewer: Viewer;
}

export interface SubgraphOptions<Context extends SubgraphContext> {
  readonly name: string;
  /** SDL; see `loadSdl`. */
  readonly typeDefs: string;
  readonly resolvers: object;
  readonly permissions: Permissions;
  /** Made anew for every request, loaders included. */
  readonly context: (viewer: Viewer) => Context;
  /** 0 takes a free port. */
  readonly port: number;
  readonly host?: string;
  readonly envelopeKey: Buffer;
  readonly logger: Logger;
  /** Rejects while the subgraph cannot work; behind /readyz. */
  readonly ready?: () => Promise<void>;
  /** Webhooks and files. Bodies arrive as raw `Buffer`s, so that signatures can be checked. */
  readonly routes?: (app: FastifyInstance) => void;
  readonly jobs?: readonly Job[];
  /** Runs last, when nothing is being answered any more: close the database here. */
  readonly onClose?: () => Promise<void>;
  readonly clock?: () => number;
  /** Where traces go, see `readTracesUrl`; without it there are none. */
  readonly tracesUrl?: string | null | undefined;
}

export interface Subgraph extends AsyncDisposable {
  readonly name: string;
  /** Starts to answer; gives the GraphQL URL. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    envelope: Envelope | null;
    /** By `performance.now()`. */
    arrivedAt: number;
  }
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;

export function createSubgraph<Context extends SubgraphContext>(options: SubgraphOptions<Context>): Subgraph {
  const { name, logger, jobs = [] } = options;
  const schema = applyPermissions(
    buildSubgraphSchema({
      typeDefs: parse(options.typeDefs),
      resolvers: pickScalars(options.typeDefs, options.resolvers) as never,
    }),
    options.permissions,
  );
  const formatError = createErrorMask(logger);
  const known = createKnownDocuments(schema, formatError);
  const server = new ApolloServer<Context>({
    schema,
    formatError,
    includeStacktraceInErrorResponses: false,
    // The envelope already proves that the caller is no browser.
    csrfPrevention: false,
    introspection: true,
    stopOnTerminationSignals: false,
    plugins: [
      known.plugin,
      // It would put itself in front of every resolver, for hints that nobody gives.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  const app = createHttpApp({ bodyLimit: MAX_BODY_BYTES });
  app.decorateRequest('envelope', null);
  app.decorateRequest('arrivedAt', 0);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    try {
      await options.ready?.();
      return { status: 'ready' };
    } catch (error) {
      logger.warn({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'not ready' });
    }
  });
  options.routes?.(app);

  let closed: Promise<void> | undefined;
  let started = false;
  let tracer: Tracer | null = null;
  async function close() {
    await Promise.all(jobs.map((job) => job.stop()));
    await app.close();
    // A start that failed has nothing to stop, and its own error is the one to show.
    if (started) await server.stop();
    await options.onClose?.();
    await tracer?.close();
  }

  return {
    name,
    async listen() {
      await server.start();
      started = true;
      tracer = await openSubgraphTracer(options.tracesUrl ?? null, name, logger);
      addGraphql(app, { server, known }, options, tracer);
      const origin = await listenOn(app, { name, port: options.port, host: options.host ?? '127.0.0.1' });
      for (const job of jobs) job.start();
      return `${origin}/graphql`;
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
}

/** The only way in: a signed envelope over exactly these bytes, opened once. */
function addGraphql<Context extends SubgraphContext>(
  app: FastifyInstance,
  {
    server,
    known,
  }: { readonly server: ApolloServer<Context>; readonly known: ReturnType<typeof createKnownDocuments> },
  { name, envelopeKey, clock, context }: SubgraphOptions<Context>,
  tracer: Tracer | null,
): void {
  const openEnvelope = createEnvelopeOpener(name, envelopeKey, clock);
  const contextOf = ({ envelope }: FastifyRequest) => context((envelope as Envelope).viewer);
  const pipeline = fastifyApolloHandler(server, {
    context: async (request) => contextOf(request),
  }) as RouteHandlerMethod;
  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { accept = '*/*' } = request.headers;
    const isJson = accept === '*/*' || accept === 'application/json';
    const json = isJson ? await known.answer(request.body, () => contextOf(request)) : null;
    return json === null ? pipeline.call(app, request, reply) : reply.type(JSON_TYPE).send(json);
  }
  app.post('/graphql', {
    onRequest: (request, _reply, done) => {
      request.arrivedAt = performance.now();
      done();
    },
    preValidation: async (request, reply) => {
      const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
      try {
        request.envelope = openEnvelope(request.headers[ENVELOPE_HEADER] as string | undefined, body);
        request.body = JSON.parse(body.toString());
      } catch (error) {
        const unsigned = request.envelope === null;
        const code = unsigned ? 'UNAUTHENTICATED' : 'BAD_REQUEST';
        const message = unsigned ? (error as Error).message : ERROR_CODES.BAD_REQUEST;
        await reply.code(unsigned ? 401 : 400).send({ errors: [{ message, extensions: { code } }] });
      }
    },
    handler: (request, reply) => {
      const current = currentRequest(request);
      // Its caller has gone while it came in, or waited for its turn.
      if (current.deadline <= performance.now()) return reply.send(TOO_LATE);
      return withRequest(current, () =>
        tracer ? tracedRequest(tracer, request, reply, () => answer(request, reply)) : answer(request, reply),
      );
    },
  });
}

const JSON_TYPE = 'application/json; charset=utf-8';

const TOO_LATE = {
  errors: [{ message: ERROR_CODES.DEADLINE_EXCEEDED, extensions: { code: 'DEADLINE_EXCEEDED' satisfies ErrorCode } }],
};

/** To be called once the envelope is opened: only who could sign one is believed how long it waits. */
function currentRequest({ envelope, headers, body, arrivedAt }: FastifyRequest): CurrentRequest {
  const { query } = (body ?? {}) as { readonly query?: unknown };
  return {
    id: (envelope as Envelope).requestId,
    deadline: deadlineOf(headers[DEADLINE_HEADER], arrivedAt),
    // No document with a mutation can do without the word.
    mayBeCut: typeof query === 'string' && !query.includes('mutation'),
  };
}

/** A resolver map may only name scalars that the SDL declares. */
const pickScalars = (sdl: string, resolvers: object) => ({
  ...Object.fromEntries(Object.entries(scalars).filter(([scalar]) => sdl.includes(`scalar ${scalar}`))),
  ...resolvers,
});
