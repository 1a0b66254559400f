import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { Ports } from '../ports.ts';

/** A page of one owner's list. */
export interface PageKey {
  readonly owner: string;
  readonly page: PageRequest;
}

type FetchPages<T> = (owners: readonly string[], page: PageRequest) => Promise<ReadonlyMap<string, Page<T>>>;

/** One read for all owners of whom the same page is asked: a query asks the same of each row of its list. */
const pagesByOwner = <T>(name: string, fetch: FetchPages<T>) =>
  new DataLoader<PageKey, Page<T>, string>(
    async (keys) => {
      const bySize = new Map<string, PageKey[]>();
      for (const key of keys) {
        const size = JSON.stringify(key.page);
        bySize.set(size, [...(bySize.get(size) ?? []), key]);
      }
      const found = new Map<string, ReadonlyMap<string, Page<T>>>();
      await Promise.all(
        [...bySize].map(async ([size, group]) => {
          const [first] = group;
          if (first)
            found.set(
              size,
              await fetch(
                group.map(({ owner }) => owner),
                first.page,
              ),
            );
        }),
      );
      return keys.map(({ owner, page }) => found.get(JSON.stringify(page))?.get(owner) ?? EMPTY);
    },
    { name, maxBatchSize: 500, cacheKeyFn: ({ owner, page }) => `${owner} ${JSON.stringify(page)}` },
  );

const EMPTY = { rows: [], hasNextPage: false };

const listsByOwner = <T>(
  name: string,
  fetch: (owners: readonly string[]) => Promise<ReadonlyMap<string, readonly T[]>>,
) =>
  new DataLoader<string, readonly T[]>(
    async (owners) => {
      const found = await fetch(owners);
      return owners.map((owner) => found.get(owner) ?? []);
    },
    { name, maxBatchSize: 500 },
  );

export const createAddressesByCustomer = ({ addresses }: Ports, viewer: Viewer) =>
  pagesByOwner('addressesByCustomer', (owners, page) => addresses.pages(viewer, owners, page));

export const createConsentHistoryByCustomer = ({ consents }: Ports, viewer: Viewer) =>
  pagesByOwner('consentHistoryByCustomer', (owners, page) => consents.history(viewer, owners, page));

/** Only for staff: the rules in front of these fields let nobody else in. */
export const createCustomersByGroup = ({ groups }: Ports) =>
  pagesByOwner('customersByGroup', (owners, page) => groups.members(owners, page));

export const createCustomersBySegment = ({ segments }: Ports) =>
  pagesByOwner('customersBySegment', (owners, page) => segments.members(owners, page));

export const createConsentsByCustomer = ({ consents }: Ports, viewer: Viewer) =>
  listsByOwner('consentsByCustomer', (owners) => consents.byCustomer(viewer, owners));

export const createGroupsByCustomer = ({ groups }: Ports, viewer: Viewer) =>
  listsByOwner('groupsByCustomer', (owners) => groups.byCustomer(viewer, owners));

export const createSegmentsByCustomer = ({ segments }: Ports, viewer: Viewer) =>
  listsByOwner('segmentsByCustomer', (owners) => segments.byCustomer(viewer, owners));
