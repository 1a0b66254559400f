import { type AmazonClient, AmazonRefusal } from './client.ts';

/** The kinds of notifications that are of use here, with the version of what they say. Both go to a queue alone. */
export const PAYLOAD_VERSIONS = { ORDER_CHANGE: '1.0', FEED_PROCESSING_FINISHED: '2020-09-04' } as const;

export type NotificationType = keyof typeof PAYLOAD_VERSIONS;

interface Destination {
  readonly destinationId: string;
  readonly resource: { readonly sqs?: { readonly arn: string } | null };
}

interface Subscription {
  readonly subscriptionId: string;
  readonly destinationId: string;
}

/** Has Amazon tell the queue of such changes. Repeated, or done by several at once, it leads to the same. */
export async function subscribe(client: AmazonClient, notificationType: NotificationType, arn: string): Promise<void> {
  const destinationId = await destinationOf(client, arn);
  const payloadVersion = PAYLOAD_VERSIONS[notificationType];
  const path = { notificationType };
  const current = await find(client, notificationType);
  if (current?.destinationId === destinationId) return;
  // There is one at a time of each kind: it has led to a queue that nobody reads any more.
  if (current)
    await client
      .ask('deleteSubscriptionById', { path: { ...path, subscriptionId: current.subscriptionId } })
      .catch(unless(404));
  await client.ask('createSubscription', { path, body: { payloadVersion, destinationId } }).catch(unless(409));
}

async function destinationOf(client: AmazonClient, arn: string): Promise<string> {
  const known = await findDestination(client, arn);
  if (known) return known;
  const body = { name: `cartograph ${arn.split(':').at(-1)}`, resourceSpecification: { sqs: { arn } } };
  const made = await client.ask('createDestination', { body }).catch(unless(409));
  // Somebody else has made it in between.
  const destinationId = made?.payload?.destinationId ?? (await findDestination(client, arn));
  if (!destinationId) throw new Error('Amazon neither makes a destination of the queue, nor has one.');
  return destinationId;
}

async function findDestination(client: AmazonClient, arn: string): Promise<string | undefined> {
  const { payload = [] } = (await client.ask('getDestinations')) as { readonly payload?: readonly Destination[] };
  return payload.find(({ resource }) => resource.sqs?.arn === arn)?.destinationId;
}

async function find(client: AmazonClient, notificationType: NotificationType): Promise<Subscription | undefined> {
  const query = { payloadVersion: PAYLOAD_VERSIONS[notificationType] };
  return (await client.ask('getSubscription', { path: { notificationType }, query }).catch(unless(404)))?.payload;
}

/** Nothing instead of a refusal with this status. */
const unless =
  (status: number) =>
  (error: unknown): null => {
    if (error instanceof AmazonRefusal && error.status === status) return null;
    throw error;
  };
