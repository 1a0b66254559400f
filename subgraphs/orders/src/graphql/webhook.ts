import { readPage, toConnection } from '@cartograph/kernel/page';
import type {
  MutationResolvers,
  QueryResolvers,
  WebhookDeliveryResolvers,
  WebhookEndpointDisabledResolvers,
  WebhookEndpointResolvers,
  WebhookEventType,
} from '../../generated/graphql.ts';
import type { WebhookType } from '../domain/webhook.ts';

/** A name on the wire has a dot, which GraphQL has not: ORDER_PAYMENT_REQUIRED is order.payment_required. */
const wireName = (type: WebhookEventType) => type.toLowerCase().replace('_', '.') as WebhookType;
const enumName = (type: WebhookType) => type.toUpperCase().replace('.', '_') as WebhookEventType;

type WebhookQuery = 'webhookEndpoint' | 'webhookEndpoints' | 'webhookDeliveries';

export const webhookQueries: Pick<QueryResolvers, WebhookQuery> = {
  webhookEndpoint: (_root, { id }, { operations }) => operations.findWebhookEndpoint(id),
  webhookEndpoints: async (_root, { status, ...args }, { operations }) => {
    const page = readPage(args);
    return toConnection(await operations.listWebhookEndpoints(status, page), page.after, ({ id }) => [id]);
  },
  webhookDeliveries: async (_root, { filter, ...args }, { operations }) => {
    const page = readPage(args);
    const read = { ...filter, type: filter?.type && wireName(filter.type) };
    return toConnection(await operations.listWebhookDeliveries(read, page), page.after, ({ id }) => [id]);
  },
};

type WebhookMutation =
  | 'createWebhookEndpoint'
  | 'updateWebhookEndpoint'
  | 'enableWebhookEndpoint'
  | 'disableWebhookEndpoint'
  | 'deleteWebhookEndpoint'
  | 'rotateWebhookSecret'
  | 'sendTestWebhook'
  | 'replayWebhookDelivery'
  | 'replayWebhookDeliveries';

export const webhookMutations: Pick<MutationResolvers, WebhookMutation> = {
  createWebhookEndpoint: (_root, { input }, { operations }) =>
    operations.createWebhookEndpoint({ ...input, eventTypes: input.eventTypes.map(wireName) }),
  updateWebhookEndpoint: (_root, { input }, { operations }) =>
    operations.updateWebhookEndpoint({ ...input, eventTypes: input.eventTypes?.map(wireName) }),
  enableWebhookEndpoint: (_root, { id }, { operations }) => operations.enableWebhookEndpoint(id),
  disableWebhookEndpoint: (_root, { id }, { operations }) => operations.disableWebhookEndpoint(id),
  deleteWebhookEndpoint: (_root, { id }, { operations }) => operations.deleteWebhookEndpoint(id),
  rotateWebhookSecret: (_root, { input }, { operations }) => operations.rotateWebhookSecret(input),
  sendTestWebhook: (_root, { id }, { operations }) => operations.sendTestWebhook(id),
  replayWebhookDelivery: (_root, { id }, { operations }) => operations.replayWebhookDelivery(id),
  replayWebhookDeliveries: (_root, { input }, { operations }) => operations.replayWebhookDeliveries(input),
};

const WebhookEndpoint: WebhookEndpointResolvers = {
  eventTypes: ({ eventTypes }) => eventTypes.map(enumName),
};

const WebhookDelivery: WebhookDeliveryResolvers = {
  type: ({ type }) => enumName(type),
  attemptCount: ({ attempts }) => attempts,
  nextAttemptAt: ({ status, dueAt }) => (status === 'PENDING' ? dueAt : null),
  lastStatusCode: ({ statusCode }) => statusCode,
  attempts: async ({ id }, args, { loaders }) => {
    const page = readPage(args);
    const found = await loaders.attemptsByDeliveryId.load({ id, page });
    return toConnection(found, page.after, ({ number }) => [number]);
  },
};

const WebhookEndpointDisabled: WebhookEndpointDisabledResolvers = {
  message: () => 'The endpoint is disabled. Enable it first.',
};

const byKind = { __resolveType: ({ kind }: { kind: string }) => kind };

export const webhookTypes = {
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEndpointDisabled,
  CreateWebhookEndpointResult: byKind,
  UpdateWebhookEndpointResult: byKind,
  EnableWebhookEndpointResult: byKind,
  DisableWebhookEndpointResult: byKind,
  DeleteWebhookEndpointResult: byKind,
  RotateWebhookSecretResult: byKind,
  SendTestWebhookResult: byKind,
  ReplayWebhookDeliveryResult: byKind,
  ReplayWebhookDeliveriesResult: byKind,
};
