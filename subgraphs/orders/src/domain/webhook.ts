import type { NotFound } from './outcome.ts';

/** What happens in a shop that a merchant's systems may want to hear of. The database's triggers write these names. */
export const WEBHOOK_TYPES = [
  'order.payment_required',
  'order.confirmed',
  'order.partially_shipped',
  'order.shipped',
  'order.delivered',
  'order.cancelled',
  'order.refused',
  'order.stuck',
  'return.requested',
  'return.approved',
  'return.refused',
  'return.received',
  'return.closed',
  'return.cancelled',
  'payment.authorized',
  'payment.captured',
  'payment.voided',
  'payment.refunded',
  'payment.changed',
  'shipment.changed',
  'webhook.disabled',
  'webhook.test',
] as const;

export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** Of the whole payload. It grows when a receiver written before would misread what is sent. */
export const PAYLOAD_VERSION = 1;

export type WebhookEndpointStatus = 'ENABLED' | 'DISABLED';
export type WebhookDisabledReason = 'BY_STAFF' | 'GONE' | 'FAILING';
export type WebhookDeliveryStatus = 'PENDING' | 'DELIVERED' | 'DEAD';

export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  /** Empty for all. */
  readonly eventTypes: readonly WebhookType[];
  readonly status: WebhookEndpointStatus;
  readonly disabledAt: Date | null;
  readonly disabledReason: WebhookDisabledReason | null;
  readonly failingSince: Date | null;
  readonly createdAt: Date;
}

export interface WebhookDelivery {
  readonly id: string;
  /** What receivers get as `webhook-id`. */
  readonly eventId: string;
  readonly endpointId: string;
  readonly type: WebhookType;
  readonly subjectId: string;
  readonly occurredAt: Date;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly statusCode: number | null;
  readonly lastError: string | null;
  readonly endedAt: Date | null;
}

export interface WebhookAttempt {
  readonly deliveryId: string;
  readonly number: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly response: string | null;
}

/** A delivery whose attempt this process has begun. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly url: string;
  /** The newest first. */
  readonly secrets: readonly string[];
  readonly attempts: number;
  readonly tries: number;
  readonly eventId: string;
  readonly type: WebhookType;
  readonly occurredAt: Date;
  readonly data: object;
}

/** What came of an attempt. Without a status code there was no answer. */
export interface WebhookAnswer {
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly response: string | null;
  readonly retryAfterSeconds: number | null;
}

/** The same bytes at every attempt: they follow from what is stored. */
export const webhookBody = ({ type, occurredAt, data }: Pick<ClaimedDelivery, 'type' | 'occurredAt' | 'data'>) =>
  JSON.stringify({ type, timestamp: occurredAt.toISOString(), version: PAYLOAD_VERSION, data });

export const NO_ENDPOINT: NotFound = { kind: 'NotFound', message: 'There is no such webhook endpoint.' };
export const NO_DELIVERY: NotFound = { kind: 'NotFound', message: 'There is no such delivery any more.' };

export interface WebhookEndpointDisabled {
  readonly kind: 'WebhookEndpointDisabled';
  readonly endpoint: WebhookEndpoint;
}

export interface EndpointSuccess<K extends string> {
  readonly kind: K;
  readonly endpoint: WebhookEndpoint;
}

export interface DeliverySuccess<K extends string> {
  readonly kind: K;
  readonly delivery: WebhookDelivery;
}
