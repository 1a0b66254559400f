import { isId } from '@cartograph/kernel/id';
import { type NotFound, notFound } from '@cartograph/kernel/refusal';
import type { ClaimedSync, SyncDelivery } from '../domain/sync.ts';
import type { SyncFilter } from '../ports/sync.ts';
import type { Ports } from '../ports.ts';
import { type Listing, list, type PageArgs } from './lists.ts';

/** Lets the receivers that are configured hear of what happens from now on. */
export const openSync = (ports: Ports) => async (): Promise<readonly string[]> => {
  const names = [...ports.receivers.crms, ...ports.receivers.marketing].map(({ name }) => name);
  await ports.syncQueue.open(names);
  return names;
};

export const catchUpSync = (ports: Ports) => (): Promise<boolean> => ports.syncQueue.catchUp();

export const claimSync =
  (ports: Ports) =>
  (places: ReadonlyMap<string, number>): Promise<readonly ClaimedSync[]> =>
    ports.syncQueue.claim(places, ports.clock());

type ListSyncArgs = PageArgs & {
  readonly filter?: { readonly [Name in keyof SyncFilter]?: SyncFilter[Name] | undefined } | null | undefined;
};

/** For staff; the rule in front lets nobody else in. */
export const listSyncDeliveries =
  (ports: Ports) =>
  ({ filter, ...args }: ListSyncArgs): Promise<Listing<SyncDelivery>> => {
    const { status = null, receiver = null, customerId = null } = filter ?? {};
    return list(args, (page) => ports.syncQueue.list({ status, receiver, customerId }, page));
  };

export type ReplaySyncDeliveryOutcome =
  | { readonly kind: 'ReplaySyncDeliverySuccess'; readonly delivery: SyncDelivery }
  | NotFound;

/** A dead letter is sent again, for another day. */
export const replaySyncDelivery =
  (ports: Ports) =>
  async (id: string): Promise<ReplaySyncDeliveryOutcome> => {
    const delivery = isId('SyncDelivery', id) ? await ports.syncQueue.replay(id, ports.clock()) : null;
    if (!delivery) return notFound('delivery');
    ports.wake('receivers');
    return { kind: 'ReplaySyncDeliverySuccess', delivery };
  };
