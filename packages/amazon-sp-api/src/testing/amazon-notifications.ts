import { randomUUID } from 'node:crypto';
import type { Answer } from '@cartograph/contract-server/check';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import type { JsonObject } from '@cartograph/contract-server/json-schema';
import type { Handler } from '@cartograph/contract-server/server';
import { createValidation } from '@cartograph/contract-server/validation';
import type { NotificationType } from '../subscriptions.ts';
import { amazonError } from './amazon-limits.ts';
import { openQueueDouble } from './queue-double.ts';

/** What a notification is about; by default of the double's seller. */
export interface News {
  readonly id: string;
  readonly sellerId?: string;
  readonly fulfilledBy?: 'MFN' | 'AFN';
}

interface Subscription {
  readonly subscriptionId: string;
  readonly destinationId: string;
  readonly payloadVersion: string;
}

const SELLER = 'A3TH9S8BH6GOGM';
const MARKETPLACE = 'A1PA6795UKMFR9';

/** Amazon's notifications: destinations, subscriptions, and a queue in the seller's account that they go to. */
export async function openAmazonNotifications() {
  const queue = await openQueueDouble();
  const destinations = new Map<string, { readonly arn: string; readonly name: string }>();
  const subscriptions = new Map<string, Subscription>();

  const toBody = (destinationId: string) => {
    const { arn = '', name = '' } = destinations.get(destinationId) ?? {};
    return { destinationId, name, resource: { sqs: { arn } } };
  };
  const absent = (): Answer => amazonError(404, 'NotFound', 'The requested resource does not exist.');
  const conflict = (): Answer => amazonError(409, 'Conflict', 'The resource exists already.');

  const answers: Readonly<Record<string, Handler>> = {
    getDestinations: () => ({ status: 200, body: { payload: [...destinations.keys()].map(toBody) } }),
    createDestination({ body }) {
      const { arn } = body.resourceSpecification.sqs;
      if ([...destinations.values()].some((one) => one.arn === arn)) return conflict();
      const destinationId = randomUUID();
      destinations.set(destinationId, { arn, name: body.name });
      return { status: 200, body: { payload: toBody(destinationId) } };
    },
    getSubscription({ params }) {
      const found = subscriptions.get(params.notificationType ?? '');
      return found ? { status: 200, body: { payload: found } } : absent();
    },
    createSubscription({ params: { notificationType = '' }, body }) {
      if (!destinations.has(body.destinationId))
        return amazonError(400, 'InvalidInput', 'There is no such destination.');
      if (subscriptions.has(notificationType)) return conflict();
      const subscription = { subscriptionId: randomUUID(), ...body };
      subscriptions.set(notificationType, subscription);
      return { status: 200, body: { payload: subscription } };
    },
    deleteSubscriptionById({ params: { notificationType = '', subscriptionId } }) {
      if (subscriptions.get(notificationType)?.subscriptionId !== subscriptionId) return absent();
      subscriptions.delete(notificationType);
      return { status: 200, body: {} };
    },
  };

  return {
    ...{ answers, queue },
    destinations: () => [...destinations.values()].map(({ arn }) => arn),
    /** Where each kind goes, by the queue's name. */
    subscribed: () =>
      Object.fromEntries(
        [...subscriptions].map(([type, { destinationId }]) => [type, destinations.get(destinationId)?.arn]),
      ),
    /** Tells the queue, if somebody has subscribed it. */
    tell(type: NotificationType, news: News): void {
      const destinationId = subscriptions.get(type)?.destinationId;
      if (destinationId && destinations.get(destinationId)?.arn === queue.arn) queue.send(notificationOf(type, news));
    },
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  };
}

export type AmazonNotifications = Awaited<ReturnType<typeof openAmazonNotifications>>;

/** The official sample of its kind, about something of ours, as its schema says. */
export function notificationOf(type: NotificationType, { id, sellerId = SELLER, fulfilledBy = 'MFN' }: News): string {
  const name = type === 'ORDER_CHANGE' ? 'OrderChangeNotification' : 'FeedProcessingFinishedNotification';
  const schema = readContractFile(`amazon-sp-api/notifications/${name}.json`) as JsonObject;
  const sample = structuredClone((schema.examples as any[])[0]);
  if (type === 'ORDER_CHANGE') {
    const { OrderChangeNotification: told } = sample.Payload;
    Object.assign(told, { SellerId: sellerId, AmazonOrderId: id });
    Object.assign(told.Summary, { MarketplaceId: MARKETPLACE, FulfillmentType: fulfilledBy });
  } else Object.assign(sample.payload.feedProcessingFinishedNotification, { sellerId, feedId: id });
  const problems = createValidation(schema, false).problems('#', sample);
  if (problems.length > 0) throw new Error(`the notification is not as its schema says: ${problems.join('; ')}`);
  return JSON.stringify(sample);
}
