import { expect, vi } from 'vitest';
import { createMemoryCrm, createMemoryMarketing } from './memory-receivers.ts';
import { ORDERS, openWorld, SUPPORT, type World } from './world.ts';

export const RENAME =
  'mutation ($name: String!) { updateProfile(input: { name: $name }) { ... on UpdateProfileSuccess { customer { id } } } }';
export const CONSENT =
  'mutation ($input: SetConsentInput!) { setConsent(input: $input) { ... on SetConsentSuccess { customer { id } } } }';
export const ERASE = 'mutation ($confirm: String!) { eraseMe(confirm: $confirm) { __typename } }';
export const RECORD = 'mutation ($input: RecordOrderInput!) { recordOrder(input: $input) }';
export const LIST = /* GraphQL */ `
  query ($filter: SyncDeliveryFilter) {
    syncDeliveries(first: 100, filter: $filter) { nodes { id receiver customerId event status attempts lastError } }
  }
`;
export const REPLAY = /* GraphQL */ `
  mutation ($id: ID!) {
    replaySyncDelivery(id: $id) { __typename ... on ReplaySyncDeliverySuccess { delivery { status } } }
  }
`;
export const ORDER = 'Order:01JDEM0RD00000000000000000';

/** An order as orders tells it. */
export const order = (customerId: string, changes: object = {}) => ({
  id: ORDER,
  customerId,
  number: '1001',
  status: 'CONFIRMED',
  currencyCode: 'EUR',
  total: '39.98',
  lines: [{ sku: 'TEA', title: 'Tea', quantity: 2, unitPrice: '19.99' }],
  placedAt: '2026-01-31T12:00:00Z',
  statusAt: '2026-01-31T12:00:01Z',
  ...changes,
});

export const deliveries = async (world: World, filter: object = {}) =>
  (await world.as(SUPPORT)(LIST, { filter })).data.syncDeliveries.nodes as {
    id: string;
    receiver: string;
    event: string;
    status: string;
    attempts: number;
    lastError: string | null;
  }[];

export const statusesOf = async (world: World, receiver: string): Promise<string[]> =>
  (await deliveries(world, { receiver })).map(({ status }) => status);

export const soon = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 5_000 });
export const record = (world: World, input: object) => world.as(ORDERS)(RECORD, { input });
/** What a customer decides. */
export const consent = (granted: boolean, topic = 'MARKETING') => ({ input: { topic, granted, source: 'test' } });
export const settled = (world: World) =>
  soon(async () => expect(await deliveries(world, { status: 'PENDING' })).toEqual([]));

/** A world with one CRM and one marketing tool. */
export async function openSynced() {
  const crm = createMemoryCrm();
  const marketing = createMemoryMarketing();
  const world = await openWorld({ receivers: { crms: [crm.crm], marketing: [marketing.tool] } });
  await soon(async () =>
    expect((await world.db.pool.query('SELECT FROM sync_receivers WHERE is_on')).rowCount).toBe(2),
  );
  return { ...world, world, crm, marketing };
}
