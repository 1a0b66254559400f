import { setTimeout as sleep } from 'node:timers/promises';
import type { AmazonClient } from './client.ts';
import type { QueueSettings } from './queue.ts';
import { type NotificationType, subscribe } from './subscriptions.ts';

/** What was told of one of our seller's, by Amazon's name of it. It says that something has changed, and is not believed more. */
export interface Notification {
  readonly type: NotificationType;
  /** Of an order, or of a feed. */
  readonly id: string;
  /** Where an order was made, and who sends it; null for feeds. */
  readonly marketplaceId: string | null;
  readonly fulfilledBy: string | null;
}

export interface ListenOptions {
  readonly client: AmazonClient;
  readonly queue: QueueSettings;
  readonly sellerId: string;
  readonly type: NotificationType;
  /** What fails is told again after a while. */
  readonly heard: (notification: Notification) => Promise<void>;
  readonly failed: (error: Error) => void;
  readonly pauseMs?: number;
}

/**
 * Subscribes, and listens until it is told to stop. Whatever is lost, late, repeated or never subscribed to does no harm: it
 * only hastens what is looked for anyway.
 */
export function listen({ pauseMs = 30_000, ...options }: ListenOptions): () => Promise<void> {
  const ending = new AbortController();
  const end = run(options, pauseMs, ending.signal);
  return async () => {
    ending.abort();
    await end;
  };
}

async function run(options: Omit<ListenOptions, 'pauseMs'>, pauseMs: number, signal: AbortSignal): Promise<void> {
  const { client, queue: settings, type, heard, failed } = options;
  // A large library, for those alone who have a queue.
  const { openQueue } = await import('./queue.ts');
  const queue = openQueue(settings);
  let isSubscribed = false;
  while (!signal.aborted) {
    try {
      if (!isSubscribed) await subscribe(client, type, settings.arn);
      isSubscribed = true;
      for (const message of await queue.receive(signal)) {
        const notification = read(message.body, options);
        if (notification) await heard(notification);
        await queue.remove(message);
      }
    } catch (error) {
      if (signal.aborted) break;
      failed(error as Error);
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
  queue.close();
}

interface Told {
  readonly sellerId?: string;
  readonly amazonOrderId?: string;
  readonly feedId?: string;
  readonly summary?: { readonly marketplaceId?: string; readonly fulfillmentType?: string };
}

/** Null for what is none, of another kind, or of another seller: the application may have many. */
function read(body: string, { type, sellerId }: Pick<ListenOptions, 'type' | 'sellerId'>): Notification | null {
  const all = parse(body);
  if (all?.notificationType !== type) return null;
  const { orderChangeNotification, feedProcessingFinishedNotification } = (all.payload ?? {}) as Record<string, Told>;
  const told = orderChangeNotification ?? feedProcessingFinishedNotification;
  const id = told?.amazonOrderId ?? told?.feedId;
  if (told?.sellerId !== sellerId || typeof id !== 'string') return null;
  const { marketplaceId = null, fulfillmentType: fulfilledBy = null } = told.summary ?? {};
  return { type, id, marketplaceId, fulfilledBy };
}

/** Kinds differ in how they write the first letter of a name, and in nothing else. */
function parse(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body, (_, part: unknown) =>
      part && typeof part === 'object' && !Array.isArray(part)
        ? Object.fromEntries(
            Object.entries(part).map(([name, of]) => [name.charAt(0).toLowerCase() + name.slice(1), of]),
          )
        : part,
    );
    return value && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
