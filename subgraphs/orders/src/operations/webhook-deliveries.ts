import { isId } from '@cartograph/kernel/id';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import { newId } from '@cartograph/runtime/ids';
import type { NotFound } from '../domain/outcome.ts';
import {
  type DeliverySuccess,
  NO_DELIVERY,
  NO_ENDPOINT,
  type WebhookDelivery,
  type WebhookDeliveryStatus,
  type WebhookEndpointDisabled,
  type WebhookType,
} from '../domain/webhook.ts';
import type { Ports } from '../ports.ts';

type Used = Pick<Ports, 'webhooks'>;
type Maybe<T> = T | null | undefined;

export type SendTestWebhookOutcome = DeliverySuccess<'SendTestWebhookSuccess'> | WebhookEndpointDisabled | NotFound;
export type ReplayWebhookDeliveryOutcome =
  | DeliverySuccess<'ReplayWebhookDeliverySuccess'>
  | WebhookEndpointDisabled
  | NotFound;
export type ReplayWebhookDeliveriesOutcome =
  | { readonly kind: 'ReplayWebhookDeliveriesSuccess'; readonly count: number; readonly hasMore: boolean }
  | WebhookEndpointDisabled
  | NotFound;

/** Replayed in one statement, which the database must finish within its time. */
const REPLAY_LIMIT = 10_000;

export const listWebhookDeliveries =
  ({ webhooks }: Used) =>
  (
    filter: {
      readonly endpointId?: Maybe<string>;
      readonly status?: Maybe<WebhookDeliveryStatus>;
      readonly type?: Maybe<WebhookType>;
    },
    page: PageRequest,
  ): Promise<Page<WebhookDelivery>> =>
    webhooks.deliveries.list(
      { endpointId: filter.endpointId ?? null, status: filter.status ?? null, type: filter.type ?? null },
      page,
    );

/** Null for an endpoint that things can be sent to. */
async function unusable({ webhooks }: Used, endpointId: string): Promise<WebhookEndpointDisabled | NotFound | null> {
  const endpoint = isId('WebhookEndpoint', endpointId) ? await webhooks.endpoints.find(endpointId) : null;
  if (!endpoint) return NO_ENDPOINT;
  return endpoint.status === 'DISABLED' ? { kind: 'WebhookEndpointDisabled', endpoint } : null;
}

export const sendTestWebhook =
  (ports: Used) =>
  async (endpointId: string): Promise<SendTestWebhookOutcome> => {
    const refusal = await unusable(ports, endpointId);
    if (refusal) return refusal;
    const { deliveries } = ports.webhooks;
    const ids = { eventId: newId('WebhookEvent'), deliveryId: newId('WebhookDelivery') };
    await deliveries.writeTest(endpointId, ids);
    const delivery = await deliveries.find(ids.deliveryId);
    return delivery ? { kind: 'SendTestWebhookSuccess', delivery } : NO_ENDPOINT;
  };

export const replayWebhookDelivery =
  (ports: Used) =>
  async (id: string): Promise<ReplayWebhookDeliveryOutcome> => {
    const { deliveries } = ports.webhooks;
    const found = isId('WebhookDelivery', id) ? await deliveries.find(id) : null;
    if (!found) return NO_DELIVERY;
    const refusal = await unusable(ports, found.endpointId);
    if (refusal) return refusal;
    await deliveries.replay(id);
    const delivery = await deliveries.find(id);
    return delivery ? { kind: 'ReplayWebhookDeliverySuccess', delivery } : NO_DELIVERY;
  };

export const replayWebhookDeliveries =
  (ports: Used) =>
  async (input: { readonly endpointId: string; readonly since: Date }): Promise<ReplayWebhookDeliveriesOutcome> => {
    const refusal = await unusable(ports, input.endpointId);
    if (refusal) return refusal;
    const count = await ports.webhooks.deliveries.replaySince(input.endpointId, input.since, REPLAY_LIMIT);
    return { kind: 'ReplayWebhookDeliveriesSuccess', count, hasMore: count === REPLAY_LIMIT };
  };
