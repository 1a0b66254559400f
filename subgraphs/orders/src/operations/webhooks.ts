import type { WebhookTargets } from '../domain/webhook-target.ts';
import type { Ports } from '../ports.ts';
import {
  listWebhookDeliveries,
  replayWebhookDeliveries,
  replayWebhookDelivery,
  sendTestWebhook,
} from './webhook-deliveries.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  disableWebhookEndpoint,
  enableWebhookEndpoint,
  findWebhookEndpoint,
  listWebhookEndpoints,
  rotateWebhookSecret,
  updateWebhookEndpoint,
} from './webhook-endpoints.ts';

/** What staff do with webhooks. */
export const createWebhookOperations = (ports: Pick<Ports, 'webhooks'>, targets: WebhookTargets) => ({
  findWebhookEndpoint: findWebhookEndpoint(ports),
  listWebhookEndpoints: listWebhookEndpoints(ports),
  createWebhookEndpoint: createWebhookEndpoint(ports, targets),
  updateWebhookEndpoint: updateWebhookEndpoint(ports, targets),
  enableWebhookEndpoint: enableWebhookEndpoint(ports),
  disableWebhookEndpoint: disableWebhookEndpoint(ports),
  deleteWebhookEndpoint: deleteWebhookEndpoint(ports),
  rotateWebhookSecret: rotateWebhookSecret(ports),
  listWebhookDeliveries: listWebhookDeliveries(ports),
  sendTestWebhook: sendTestWebhook(ports),
  replayWebhookDelivery: replayWebhookDelivery(ports),
  replayWebhookDeliveries: replayWebhookDeliveries(ports),
});
