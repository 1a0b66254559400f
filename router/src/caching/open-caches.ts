import type { Logger } from '@cartograph/runtime/logger';
import { SettingError } from '@cartograph/runtime/settings';
import type { ExecutionResult } from '../execution/operation.ts';
import type { Execute } from '../gateway/execute.ts';
import type { SharedDocuments } from '../operations/automatic.ts';
import type { CacheSettings } from '../settings/cache.ts';
import type { CacheObserver } from '../telemetry/cache-meter.ts';
import { readAnnouncement } from './announcement.ts';
import { createCachedExecute } from './cached-execute.ts';
import { type Announcement, type ChangeFeeds, createChangeFeeds } from './change-feeds.ts';
import { createEntityCache, type EntityCache } from './entity-cache.ts';
import { createInFlight, type InFlight } from './in-flight.ts';
import { createMemoryStore, type KeptStore } from './kept.ts';
import { connectRedis, type SharedRedis } from './redis.ts';
import { createSharedStore } from './redis-store.ts';
import { createResponseCache, type ResponseCache } from './response-cache.ts';

/** Everything that the router keeps, and how it learns what has changed. */
export interface Caches {
  readonly feeds: ChangeFeeds;
  /** Absent where they are off. */
  readonly responses?: ResponseCache;
  readonly entities?: EntityCache;
  readonly inFlight?: InFlight<ExecutionResult>;
  /** What clients registered at any router. */
  readonly documents?: SharedDocuments;
  /** Tells every router what a subgraph said. Rejects where the others could not be told. */
  announce(announcement: Announcement): Promise<void>;
  wrap(execute: Execute): Execute;
  close(): void;
}

export interface CachesOptions {
  /** Of the Redis that the routers share. Without one each is on its own, and hears only what is said to itself. */
  readonly redisUrl?: string;
  readonly logger: Logger;
  readonly observer: CacheObserver;
}

/** Subgraphs announce several times a second once they have started. */
const HEARD_WITHIN_MS = 30_000;

export function openCaches(settings: CacheSettings, { redisUrl, logger, observer }: CachesOptions): Caches {
  if (settings.store === 'redis' && !redisUrl)
    throw new SettingError('REDIS_URL', 'is not set, and cache.store in router.yaml is "redis".');
  const feeds = createChangeFeeds({ keepMs: settings.longest });
  const redis = redisUrl ? listen(redisUrl, settings, feeds, logger) : undefined;

  function storeFor(name: string, maxBytes: number): KeptStore {
    const memory = createMemoryStore({ maxBytes });
    if (settings.store === 'memory' || !redis) return memory;
    return createSharedStore(memory, redis.commands, { prefix: `${settings.redis.prefix}:${name}:`, logger });
  }
  const { responses: answers, entities, longest } = settings;
  const responses = answers.enabled
    ? createResponseCache({
        feeds,
        store: storeFor('answer', answers.memory),
        longest,
        largest: answers.largest,
        observer,
      })
    : undefined;
  const inFlight = settings.inFlight === 'off' ? undefined : createInFlight<ExecutionResult>(feeds);
  const shareUnmarked = settings.inFlight === 'anonymous';
  const unheard = answers.enabled || entities.enabled ? warnWhereNothingIsHeard(feeds, logger) : undefined;

  return {
    feeds,
    ...(responses && { responses }),
    ...(entities.enabled && {
      entities: createEntityCache({ feeds, store: storeFor('entity', entities.memory), longest, observer }),
    }),
    ...(inFlight && { inFlight }),
    ...(redis && { documents: redis.documents }),
    announce: async (announcement) =>
      redis ? redis.publish(JSON.stringify(announcement)) : feeds.receive(announcement),
    wrap: (execute) =>
      responses || inFlight
        ? createCachedExecute({
            execute,
            shareUnmarked,
            ...(responses && { responses }),
            ...(inFlight && { inFlight }),
          })
        : execute,
    close() {
      clearTimeout(unheard);
      redis?.close();
    },
  };
}

/** Who keeps answers and hears of no change keeps none, which nobody would notice by the answers. */
const warnWhereNothingIsHeard = (feeds: ChangeFeeds, logger: Logger) =>
  setTimeout(() => {
    if (feeds.states().length > 0) return;
    logger.warn(
      'router.yaml has answers kept, and no subgraph announces its changes here, so none is. Name this router in ROUTER_URLS of the subgraphs, or give all routers one REDIS_URL.',
    );
  }, HEARD_WITHIN_MS).unref();

/** Every router hears every announcement in the same way, the one that was told it included. */
function listen(url: string, { redis }: CacheSettings, feeds: ChangeFeeds, logger: Logger): SharedRedis {
  return connectRedis(url, redis, {
    heard(text) {
      const announcement = readAnnouncement(text);
      if (announcement) feeds.receive(announcement);
      else logger.warn('somebody publishes in the channel of changes what is no announcement');
    },
    lost: feeds.lost,
  });
}
