import type { Logger } from '@cartograph/runtime/logger';
import type { FastifyInstance } from 'fastify';
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

/** Everything by which the router can be seen. What is switched off here costs nothing elsewhere. */
export interface Telemetry {
  readonly requests: RequestObserver;
  readonly subgraphs: SubgraphObserver;
  readonly caches: CacheObserver;
  /** A client is opened for these URLs: gives what the executor is to call. */
  clientOpened(client: SubgraphClient, urls: readonly string[]): SubgraphClient;
  /** An operation that was not known has been planned and compiled. */
  planned(ms: number): void;
  /** What a request carries with it, where somebody wants to know more of it than how it ended. */
  watch(): RequestWatch | undefined;
  /** Puts the pages where the settings want them: into `app`, or on a port of their own with `listen`. */
  addPages(app: FastifyInstance, sources: Sources, access: Omit<AccessParts, 'loopback'>): void;
  listen(): Promise<void>;
  close(): Promise<void>;
}

export function createTelemetry(settings: TelemetrySettings, logger: Logger): Telemetry {
  const meters = settings.metrics === 'on' ? createMeters(settings) : null;
  const log = settings.requestLog === 'on' ? createRequestLog(logger) : null;
  let own: Pages | undefined;
  let ownPort: OwnPort | undefined;
  return {
    requests: together([meters?.requests, log].filter((one) => !!one)),
    subgraphs: meters?.subgraphs ?? NO_OBSERVER,
    caches: meters?.caches ?? NO_CACHE_OBSERVER,
    clientOpened(client, urls) {
      meters?.subgraphs.opened(client.name, urls);
      return log ? watchedClient(client) : client;
    },
    planned: (ms) => meters?.planning.observe(ms),
    watch: () => (log ? { subgraphCalls: 0 } : undefined),
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
