import type { ProviderRequest } from '@cartograph/providers/http';

export interface Operation extends Pick<ProviderRequest, 'method' | 'path' | 'mayRepeat'> {
  /** How often a second it may be asked in the long run, and how often at once: the usage plan that the contract states. */
  readonly rate: number;
  readonly burst: number;
  /** Asked by the application for itself, whoever its sellers are, with a token of this scope. */
  readonly scope?: 'sellingpartnerapi::notifications';
}

const operation = (
  [method, path]: readonly [Operation['method'], string],
  [rate, burst]: readonly [number, number],
  mayRepeat = true,
): Operation => ({ method, path, rate, burst, mayRepeat });

const NOTIFICATIONS = '/notifications/v1';
const forItself = (of: Operation): Operation => ({ ...of, scope: 'sellingpartnerapi::notifications' });

const LISTINGS = '/listings/2021-08-01/items/{sellerId}';
const FEEDS = '/feeds/2021-06-30';
const ORDERS = '/orders/2026-01-01/orders';

/** What is asked of Amazon. */
export const OPERATIONS = {
  searchListingsItems: operation(['GET', LISTINGS], [5, 5]),
  getListingsItem: operation(['GET', `${LISTINGS}/{sku}`], [5, 10]),
  // It says how something is to be, so that saying it twice is saying it once.
  patchListingsItem: operation(['PATCH', `${LISTINGS}/{sku}`], [5, 5]),
  createFeedDocument: operation(['POST', `${FEEDS}/documents`], [0.5, 15]),
  createFeed: operation(['POST', `${FEEDS}/feeds`], [0.0083, 15], false),
  getFeed: operation(['GET', `${FEEDS}/feeds/{feedId}`], [2, 15]),
  getFeeds: operation(['GET', `${FEEDS}/feeds`], [0.0222, 10]),
  getFeedDocument: operation(['GET', `${FEEDS}/documents/{feedDocumentId}`], [0.0222, 10]),
  searchOrders: operation(['GET', ORDERS], [0.0056, 20]),
  getOrder: operation(['GET', `${ORDERS}/{orderId}`], [0.5, 30]),
  getDestinations: forItself(operation(['GET', `${NOTIFICATIONS}/destinations`], [1, 5])),
  createDestination: forItself(operation(['POST', `${NOTIFICATIONS}/destinations`], [1, 5], false)),
  getSubscription: operation(['GET', `${NOTIFICATIONS}/subscriptions/{notificationType}`], [1, 5]),
  createSubscription: operation(['POST', `${NOTIFICATIONS}/subscriptions/{notificationType}`], [1, 5], false),
  deleteSubscriptionById: forItself(
    operation(['DELETE', `${NOTIFICATIONS}/subscriptions/{notificationType}/{subscriptionId}`], [1, 5]),
  ),
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof OPERATIONS;
