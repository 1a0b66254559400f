import type { SharedDocuments } from '../operations/automatic.ts';
import { Redis } from '../redis-client.ts';
import type { CacheSettings } from '../settings/cache.ts';
import type { RedisCommands } from './redis-store.ts';

/** What routers tell each other, and what they keep together. */
export interface SharedRedis {
  readonly commands: RedisCommands;
  readonly documents: SharedDocuments;
  /** Rejects where nobody can have heard it. */
  publish(text: string): Promise<void>;
  close(): void;
}

export interface RedisListener {
  heard(text: string): void;
  /** What is published from now on may be missed. */
  lost(): void;
}

/** Two connections, for one that listens can say nothing else. Both give up soon, and come back by themselves. */
export function connectRedis(
  url: string,
  { prefix, timeout, retryEvery }: CacheSettings['redis'],
  listener: RedisListener,
): SharedRedis {
  const options = {
    connectTimeout: Math.max(1_000, timeout),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => retryEvery,
  };
  const redis = new Redis(url, { ...options, connectionName: 'cartograph-router-cache', commandTimeout: timeout });
  // Subscribed anew by hand, on each new connection: then the order of events is ours.
  const ears = new Redis(url, { ...options, connectionName: 'cartograph-router-changes', autoResubscribe: false });
  const channel = `${prefix}:changes`;
  // Without a listener a lost connection ends the process; what it means is said where something is missed.
  redis.on('error', () => {});
  ears.on('error', () => {});
  ears.on('ready', () => {
    ears.subscribe(channel).catch(() => ears.disconnect(true));
  });
  ears.on('message', (_channel: string, text: string) => listener.heard(text));
  ears.on('close', () => listener.lost());

  const documentKey = (hash: string) => `${prefix}:document:${hash}`;
  return {
    commands: {
      mget: (keys) => redis.mget(...keys),
      set: (key, value, lifetimeMs) => redis.set(key, value, 'PX', lifetimeMs),
    },
    documents: {
      get: (hash) => redis.get(documentKey(hash)),
      set: async (hash, document, lifetimeMs) => void (await redis.set(documentKey(hash), document, 'PX', lifetimeMs)),
    },
    publish: async (text) => void (await redis.publish(channel, text)),
    close() {
      redis.disconnect();
      ears.disconnect();
    },
  };
}
