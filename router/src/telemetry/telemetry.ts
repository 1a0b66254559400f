import type { IncomingMessage } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from '@cartograph/runtime/logger';
import { openTracer, tracesUrlOf } from '@cartograph/runtime/tracing/open';
import type { Tracer } from '@cartograph/runtime/tracing/span';
import type { FastifyInstance } from 'fastify';
import type { RouterContext } from '../context.ts';
import type { TelemetrySettings } from '../settings/telemetry.ts';
import { NO_OBSERVER, type SubgraphObserver } from '../subgraphs/observer.ts';
import type { SubgraphClient } from '../subgraphs/subgraph-client.ts';
import { type AccessParts, createAccess } from './access.ts';
import { type CacheObserver, NO_CACHE_OBSERVER } from './cache-meter.ts';
import { createMeters } from './meters.ts';
import { createMetricsText } from './metrics-text.ts';
import { addPages, type OwnPort, openOwnPort, type Pages } from './pages.ts';
import { createRequestLog } from './request-log.ts';
import type { RequestObserver, RequestRecord } from './request-record.ts';
import { type RequestWatch, watchedClient } from './request-watch.ts';
import type { Sources } from './router-families.ts';
import { readStatus } from './status.ts';
import { beginRequest, traceObserver, tracePlugin } from './traces.ts';

/** Everything by which the router can be seen. What is switched off here costs nothing elsewhere. */
export interface Telemetry {
  readonly requests: RequestObserver;
  readonly subgraphs: SubgraphObserver;
  readonly caches: CacheObserver;
  /** A client is opened for these URLs: gives what the executor is to call. */
  clientOpened(client: SubgraphClient, urls: readonly string[]): SubgraphClient;
  readonly plugins: readonly ApolloServerPlugin<RouterContext>[];
  /** An operation that was not known has been planned and compiled since `startedAt` (`performance.now()`). */
  planned(startedAt: number, context: RouterContext): void;
  /** What a request carries with it, where somebody wants to know more of it than how it ended. */
  watch(request: IncomingMessage, record: RequestRecord): RequestWatch | undefined;
  /** Opens what takes time to open. */
  start(): Promise<void>;
  /** Puts the pages where the settings want them: into `app`, or on a port of their own with `listen`. */
  addPages(app: FastifyInstance, sources: Sources, access: Omit<AccessParts, 'loopback'>): void;
  listen(): Promise<void>;
  close(): Promise<void>;
}

export interface TelemetryParts {
  /** Where traces go by the environment, which wins: collectors differ from one machine to the next. */
  readonly tracesUrl?: string | null;
  readonly logger: Logger;
}

export function createTelemetry(settings: TelemetrySettings, { logger, ...parts }: TelemetryParts): Telemetry {
  const { traces } = settings;
  const tracesUrl = parts.tracesUrl ?? (traces.endpoint ? tracesUrlOf(traces.endpoint) : null);
  const meters = settings.metrics === 'on' ? createMeters(settings) : null;
  const log = settings.requestLog === 'on' ? createRequestLog(logger) : null;
  let tracer: Tracer | undefined;
  let own: Pages | undefined;
  let ownPort: OwnPort | undefined;
  return {
    requests: together([meters?.requests, log, tracesUrl && traceObserver].filter((one) => !!one)),
    subgraphs: meters?.subgraphs ?? NO_OBSERVER,
    caches: meters?.caches ?? NO_CACHE_OBSERVER,
    plugins: tracesUrl ? [tracePlugin] : [],
    clientOpened(client, urls) {
      meters?.subgraphs.opened(client.name, urls);
      return log || tracesUrl ? watchedClient(client) : client;
    },
    planned(startedAt, { watch }) {
      meters?.planning.observe(performance.now() - startedAt);
      watch?.span?.child('plan', { startedAt }).end();
    },
    watch(request, record) {
      if (!log && !tracer) return undefined;
      return { subgraphCalls: 0, span: tracer && beginRequest(tracer, request, record, traces) };
    },
    async start() {
      if (tracesUrl)
        tracer = await openTracer({ url: tracesUrl, service: 'cartograph-router', sample: traces.sample, logger });
    },
    addPages(app, sources, access) {
      if (!meters) return;
      const pages = { metrics: createMetricsText(meters, sources), status: () => readStatus(meters, sources) };
      const { at, loopback } = settings.pages;
      if (at === 'own') own = pages;
      else addPages(app, pages, createAccess({ ...access, loopback }));
    },
    async listen() {
      if (!own) return;
      ownPort = await openOwnPort(own, settings.pages);
      logger.info({ url: `${ownPort.origin}/status` }, 'metrics and status listen');
    },
    async close() {
      await ownPort?.close();
      meters?.close();
      await tracer?.close();
    },
  };
}

function together(observers: readonly RequestObserver[]): RequestObserver {
  const [first = NOBODY, ...others] = observers;
  if (others.length === 0) return first;
  return {
    began() {
      for (const observer of observers) observer.began();
    },
    ended(record: RequestRecord) {
      for (const observer of observers) observer.ended(record);
    },
  };
}

const NOBODY: RequestObserver = { began() {}, ended() {} };
