import type { StaffRole, Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { createLogger } from '@cartograph/runtime/logger';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { signWebhook } from '@cartograph/sandbox/webhooks';
import { expect } from 'vitest';
import { withCarrierPrices } from '../src/adapters/carrier-prices.ts';
import { seedDemo } from '../src/datasources/demo.ts';
import { createPurchaseStore } from '../src/datasources/purchase-store.ts';
import { createCalendar } from '../src/domain/calendar.ts';
import { receiveSandboxCarrier } from '../src/http/sandbox-carrier-webhook.ts';
import { createOutboxRelay } from '../src/jobs/relay-outbox.ts';
import { createOperations } from '../src/operations/index.ts';
import type { Carrier, Ports } from '../src/ports.ts';
import { createShipping, createStores } from '../src/subgraph.ts';
import type { OpenWorld } from './carrier.contract.ts';
import { createFakeCarrier, createFakeOrders } from './fakes.ts';

export const STANDARD = 'ShippingMethod:01JDEM0STANDARD00000000000';
export const EXPRESS = 'ShippingMethod:01JDEM0EXPRESS000000000000';
export const PICKUP = 'ShippingMethod:01JDEM0P1CKVP0000000000000';

export const CARRIER_SECRET = 'a-carrier-secret-for-tests-0123456789';
/** A Monday morning, before the carrier collects. */
export const MONDAY = new Date('2026-03-02T09:00:00Z');

export const ada: Viewer = { kind: 'customer', customerId: 'Customer:01JADA00000000000000000000' };
export const bob: Viewer = { kind: 'customer', customerId: 'Customer:01JB0B00000000000000000000' };
export const guest: Viewer = { kind: 'guest', guestId: 'Guest:01JGVEST000000000000000000' };
export const orders: Viewer = { kind: 'service', service: 'orders' };
export const staff = (...roles: StaffRole[]): Viewer => ({ kind: 'staff', staffId: 'Staff:1', roles });
export const fulfilment = staff('FULFILMENT');

const shipFrom = {
  ...{ name: 'Demo Shop', company: null, line1: 'Beuthstrasse 8', line2: null, city: 'Berlin', region: null },
  ...{ postalCode: '10117', countryCode: 'DE', phone: null },
};

export interface ShopOptions {
  readonly carrier?: Carrier;
  /** A carrier with a world of its own, by which all deliveries go. */
  readonly world?: OpenWorld;
  readonly autoBuyLabels?: boolean;
  /** Runs the outbox by itself, every few milliseconds. */
  readonly relay?: boolean;
  readonly clock?: () => Date;
}

/** Shipping over real HTTP and a real database with the demo data; the carrier and orders are fakes. */
export async function openShop({
  carrier,
  world: openWorld,
  autoBuyLabels = false,
  relay = false,
  clock = () => MONDAY,
}: ShopOptions = {}) {
  const db = await testDatabase('shipping');
  await seedDemo(db.pool, () => {});
  const world = (await openWorld?.(createPurchaseStore(db.pool))) ?? null;
  if (world)
    await db.pool.query(`UPDATE methods SET carrier = $1, carrier_service = $2 WHERE kind = 'DELIVERY'`, [
      world.name,
      world.service,
    ]);
  const fakeCarrier = createFakeCarrier();
  const fakeOrders = createFakeOrders();
  const logger = createLogger('shipping test', 'silent');
  const stores = createStores(db);
  const carriers = new Map([[world?.name ?? 'SANDBOX', world?.carrier ?? carrier ?? fakeCarrier]]);
  const ports: Ports = {
    ...stores,
    rates: withCarrierPrices(stores.rates, { carriers, shipFrom, patienceMs: 1_000 }),
    carriers,
    orders: fakeOrders,
    calendar: createCalendar({ timeZone: 'Europe/Berlin', cutOffHour: 14, holidays: ['12-25', '12-26', '01-01'] }),
    shipFrom,
    autoBuyLabels,
    clock,
    newId,
  };
  const webhooks = world?.routes ?? [receiveSandboxCarrier([CARRIER_SECRET])];
  const config = { port: 0, envelopeSecret: TEST_SECRET, logLevel: 'silent', webhooks };
  const shipping = createShipping(ports, config, {
    logger,
    ...(relay && { jobs: (operations) => [createOutboxRelay(db.pool, operations, 15, logger)] }),
  });
  const url = await shipping.listen();
  let sent = 0;
  return {
    ...{ db, ports, url, world },
    carrier: fakeCarrier,
    told: fakeOrders.told,
    operations: createOperations(ports),
    as: (viewer: Viewer) => askSubgraph('shipping', url, viewer),
    /** Sends a signed webhook as the carrier would. */
    async webhook(data: object, { signature, type = 'tracker.updated' }: { signature?: string; type?: string } = {}) {
      sent += 1;
      const body = JSON.stringify({ id: `wh_${sent}`, type, data });
      const response = await fetch(new URL('/webhooks/sandbox', url), {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'sandbox-signature': signature ?? signWebhook(CARRIER_SECRET, body),
        },
      });
      return response.status;
    },
    async [Symbol.asyncDispose]() {
      await shipping.close();
      await world?.[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** The answer to the one field that the document asks for, which must not be refused. */
export async function askAsFulfilment(shop: Shop, document: string, input?: object) {
  const { data, errors } = await shop.as(fulfilment)(document, input ? { input } : {});
  expect(errors).toBeUndefined();
  return Object.values(data)[0] as any;
}

export const PLAN = /* GraphQL */ `
  mutation ($input: PlanShipmentInput!) { planShipment(input: $input) { id status trackingNumber } }
`;

export const address = {
  ...{ name: 'Ada Lovelace', line1: 'Invalidenstraße 1', city: 'Berlin', postalCode: '10115', countryCode: 'DE' },
};

export const line = (n: number, quantity = 1, warehouse = 'A') => ({
  orderLineId: `OrderLine:${n}`,
  variantId: `Variant:${n}`,
  quantity,
  warehouseId: `Warehouse:${warehouse}`,
});

export const planInput = (more: object = {}) => ({
  orderId: newId('Order'),
  buyerId: 'Customer:01JADA00000000000000000000',
  methodId: STANDARD,
  address,
  lines: [line(1)],
  weightGrams: 1200,
  ...more,
});

/** Plans an order of Ada's and gives the shipment's id. */
export async function plan(shop: Shop, more: object = {}): Promise<{ readonly id: string; readonly orderId: string }> {
  const input = planInput(more);
  const { data, errors } = await shop.as(orders)(PLAN, { input });
  if (errors) throw new Error(JSON.stringify(errors));
  return { id: data.planShipment.id, orderId: input.orderId };
}

export const BUY = /* GraphQL */ `
  mutation ($id: ID!, $key: String!) {
    buyShipmentLabel(shipmentId: $id, key: $key) {
      __typename
      ... on BuyShipmentLabelSuccess { shipment { id status trackingNumber } }
      ... on ShipmentStatusConflict { status }
      ... on UserError { message }
    }
  }
`;

/** Plans an order of Ada's and buys its label; gives the tracking number too. */
export async function planAndLabel(shop: Shop, more: object = {}) {
  const planned = await plan(shop, more);
  const { data } = await shop.as(fulfilment)(BUY, { id: planned.id, key: planned.id });
  return { ...planned, trackingNumber: data.buyShipmentLabel.shipment.trackingNumber as string };
}

const STATUS = /* GraphQL */ `
  query ($id: ID!) { shipment(id: $id) { status problem handedOverAt deliveredAt trackingNumber } }
`;
export const shipmentOf = async (shop: Shop, id: string) =>
  (await shop.as(staff('SUPPORT'))(STATUS, { id })).data.shipment;

/** Waits for a fact instead of a time. */
export async function until<T>(ask: () => Promise<T | undefined | null | false>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((wake) => setTimeout(wake, 10));
  }
}
