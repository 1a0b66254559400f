import { isId } from '@cartograph/kernel/id';
import { matchBy } from '@cartograph/kernel/key-order';
import type { Viewer } from '@cartograph/kernel/viewer';
import DataLoader from 'dataloader';
import type { Ports } from '../ports.ts';

/** One answer per key, in key order; null for what is missing, somebody else's, or no id of that type. */
const byId = <T extends { readonly id: string }>(
  name: string,
  type: string,
  find: (ids: readonly string[]) => Promise<readonly T[]>,
) =>
  new DataLoader<string, T | null>(
    async (ids) => {
      const known = ids.filter((id) => isId(type, id));
      return matchBy(ids, known.length > 0 ? await find(known) : [], ({ id }) => id);
    },
    { name, maxBatchSize: 500 },
  );

export const createCustomerById = ({ customers }: Ports, viewer: Viewer) =>
  byId('customerById', 'Customer', (ids) => customers.findByIds(viewer, ids));

export const createAddressById = ({ addresses }: Ports, viewer: Viewer) =>
  byId('addressById', 'Address', (ids) => addresses.findByIds(viewer, ids));

export const createGroupById = ({ groups }: Ports, viewer: Viewer) =>
  byId('groupById', 'CustomerGroup', (ids) => groups.findByIds(viewer, ids));

export const createSegmentById = ({ segments }: Ports, viewer: Viewer) =>
  byId('segmentById', 'Segment', (ids) => segments.findByIds(viewer, ids));

/** Only for neighbours: the rule in front of its one field lets nobody else in. */
export const createCheckoutCustomerById = ({ customers }: Ports) =>
  byId('checkoutCustomerById', 'Customer', (ids) => customers.checkout(ids));
