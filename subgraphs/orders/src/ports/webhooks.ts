import type { Page, PageRequest } from '@cartograph/kernel/page';
import type {
  ClaimedDelivery,
  WebhookAnswer,
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryStatus,
  WebhookDisabledReason,
  WebhookEndpoint,
  WebhookEndpointStatus,
  WebhookType,
} from '../domain/webhook.ts';

export interface NewWebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly WebhookType[];
  readonly secret: string;
}

/** What is left out stays as it is. */
export type WebhookEndpointPatch = Partial<Pick<WebhookEndpoint, 'url' | 'description' | 'eventTypes'>>;

/** Where events go. Staff alone reach it. */
export interface WebhookEndpoints {
  find(id: string): Promise<WebhookEndpoint | null>;
  /** Newest first. */
  list(status: WebhookEndpointStatus | null, page: PageRequest): Promise<Page<WebhookEndpoint>>;
  create(endpoint: NewWebhookEndpoint): Promise<WebhookEndpoint | 'url-taken' | 'too-many'>;
  update(id: string, patch: WebhookEndpointPatch): Promise<WebhookEndpoint | 'url-taken' | null>;
  enable(id: string): Promise<void>;
  /** What waits becomes dead letters, to be replayed. False when it was disabled already. */
  disable(id: string, reason: WebhookDisabledReason): Promise<boolean>;
  /** With all its deliveries. False when it is not there. */
  delete(id: string): Promise<boolean>;
  /** The secrets so far go on for that long. Says until when; null when too many are in use already. */
  rotate(id: string, secret: string, overlapSeconds: number): Promise<Date | null>;
}

export interface WebhookDeliveryFilter {
  readonly endpointId: string | null;
  readonly status: WebhookDeliveryStatus | null;
  readonly type: WebhookType | null;
}

/** What was sent, and what of it is sent again. */
export interface WebhookDeliveries {
  find(id: string): Promise<WebhookDelivery | null>;
  /** Newest first. */
  list(filter: WebhookDeliveryFilter, page: PageRequest): Promise<Page<WebhookDelivery>>;
  /** A page of each delivery's attempts, newest first, in the order of the ids. */
  attempts(deliveryIds: readonly string[], page: PageRequest): Promise<readonly Page<WebhookAttempt>[]>;
  /** Due now, with all its tries again. An attempt that is under way is left to end. */
  replay(id: string): Promise<void>;
  /** All dead letters of an endpoint about what happened since then, at most `limit`, oldest first. Says how many. */
  replaySince(endpointId: string, since: Date, limit: number): Promise<number>;
  /** An event of type `webhook.test` for one endpoint. */
  writeTest(endpointId: string, ids: { readonly eventId: string; readonly deliveryId: string }): Promise<void>;
}

export interface ClaimedWebhooks {
  readonly claimed: readonly ClaimedDelivery[];
  /** False while there is no endpoint that takes anything. */
  readonly isWanted: boolean;
}

/** What is to be sent, shared by all processes. */
export interface WebhookQueue {
  /** Begins an attempt of what is due, as many per endpoint as are free. Nobody else begins the same one. */
  claim(busy: ReadonlyMap<string, number>): Promise<ClaimedWebhooks>;
  /** Nothing when another attempt has begun meanwhile, as for `refused`. */
  delivered(delivery: ClaimedDelivery, answer: WebhookAnswer): Promise<void>;
  /** Due again after `pause` seconds; a dead letter without one. Gives since when its endpoint takes nothing. */
  refused(delivery: ClaimedDelivery, answer: WebhookAnswer, pause: number | null): Promise<void>;
  /** Whether the endpoint has taken nothing for so many days. */
  isFailing(endpointId: string, days: number): Promise<boolean>;
  /** Forgets what ended long ago, a limited number at a time. */
  sweep(): Promise<void>;
}

/** Our own tables of webhooks. */
export interface Webhooks {
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: WebhookDeliveries;
  readonly queue: WebhookQueue;
  readonly newSecret: () => string;
}

/** HTTP to merchants' servers. An answer that is no success, or none at all, is returned, not thrown. */
export interface WebhookSender {
  send(delivery: ClaimedDelivery, signal: AbortSignal): Promise<WebhookAnswer>;
}
