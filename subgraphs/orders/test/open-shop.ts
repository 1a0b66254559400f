import type { Viewer } from '@cartograph/kernel/viewer';
import type { Database } from '@cartograph/runtime/database/connect';
import { newId } from '@cartograph/runtime/ids';
import type { Job } from '@cartograph/runtime/job';
import { createLogger } from '@cartograph/runtime/logger';
import { createPresence } from '@cartograph/runtime/presence';
import type { SagaPoint } from '@cartograph/runtime/saga-drive';
import { createSagaRunner } from '@cartograph/runtime/saga-runner';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { loadDemoData } from '../src/datasources/demo-data.ts';
import { TOLD } from '../src/datasources/order-timeline.ts';
import { createShopLink } from '../src/domain/shop-link.ts';
import { createOutboxRelay } from '../src/jobs/checkout-jobs.ts';
import type { CheckoutSettings } from '../src/operations/checkout.ts';
import type { Operations } from '../src/operations/index.ts';
import type { SalesChannel } from '../src/ports/sales-channel.ts';
import type { Ports } from '../src/ports.ts';
import { createOrders, createStores } from '../src/subgraph.ts';
import { type FakeShop, METHOD } from './fake-shop.ts';

export interface ShopOptions {
  readonly leaseMs?: number;
  readonly maxAttempts?: number;
  /** Throw to end this process's work on a saga at that point. */
  readonly probe?: (point: SagaPoint) => void;
  readonly checkout?: Partial<CheckoutSettings>;
  readonly clock?: () => Date;
  readonly newOrderNumber?: () => string;
  /** False leaves what waits in the outbox where it is. */
  readonly relay?: boolean;
  readonly channels?: readonly SalesChannel[];
  /** In the place of our own. */
  readonly ports?: (ports: Ports) => Partial<Ports>;
}

/** One process of the orders subgraph: our own tables are real, the neighbours are fakes. */
export async function openShop(db: Database, shop: FakeShop, options: ShopOptions = {}) {
  await loadDemoData(db.pool);
  const logger = createLogger('orders', 'silent');
  const presence = createPresence(db.pool, logger);
  const sagas = createSagaRunner({ pool: db.pool, logger, presence, retryMs: 10, ...options });
  let operations: Operations | undefined;
  let relay: Job | undefined;
  const checkout: CheckoutSettings = {
    ...{ deadlineMs: 10_000, holdSeconds: 600, paymentSeconds: 900, capture: 'immediate', returnDays: 30 },
    editPaymentSeconds: 259_200,
    ...options.checkout,
  };
  const stores = createStores(db, sagas, () => relay?.kick());
  const all: Ports = {
    ...stores,
    ...shop.ports,
    shopLink: createShopLink('https://shop.test'),
    clock: options.clock ?? stores.clock,
    newOrderNumber: options.newOrderNumber ?? stores.newOrderNumber,
    channels: options.channels ?? [],
  };
  const ports = { ...all, ...options.ports?.(all) };
  const subgraph = createOrders(
    ports,
    {
      ...{ port: 0, envelopeSecret: TEST_SECRET, logLevel: 'silent', checkout },
      abandonedCartHours: 24,
      webhookTargets: { privateAllowed: true },
    },
    {
      logger,
      jobs: (made) => {
        operations = made;
        relay = createOutboxRelay(made, { pool: db.pool, notes: TOLD, logger, presence });
        return options.relay === false ? [] : [relay];
      },
      onClose: async () => {
        await sagas.close();
        await presence.close();
      },
    },
  );
  const url = await subgraph.listen();
  return {
    url,
    as: (viewer: Viewer, headers?: Record<string, string>) => askSubgraph('orders', url, viewer, headers),
    operations: operations as Operations,
    [Symbol.asyncDispose]: () => subgraph.close(),
  };
}

export const newCustomer = () => ({ kind: 'customer' as const, customerId: newId('Customer') });
export const newGuest = () => ({ kind: 'guest' as const, guestId: newId('Guest') });
export const staff: Viewer = { kind: 'staff', staffId: newId('Staff'), roles: ['SUPPORT'] };
export const neighbour: Viewer = { kind: 'service', service: 'payments' };

export const ADDRESS = {
  name: 'Ada Lovelace',
  line1: 'Allee 1',
  city: 'Berlin',
  postalCode: '10115',
  countryCode: 'DE',
};

/** An order of one thing that nothing is wrong with. */
export const orderOf = (
  variantId: string,
  changes: object = {},
): { idempotencyKey: string } & Record<string, unknown> => ({
  idempotencyKey: newId('Key'),
  lines: [{ variantId, quantity: 1 }],
  currencyCode: 'EUR',
  email: 'ada@example.com',
  shippingAddress: ADDRESS,
  shippingMethodId: METHOD,
  payment: { token: 'tok_ok' },
  ...changes,
});

export const PLACE_ORDER = /* GraphQL */ `
  mutation ($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      __typename
      ... on UserError { message }
      ... on PlaceOrderSuccess { replayed order { id number status total { amount currencyCode } lines { id } } }
      ... on PaymentActionRequired { clientSecret redirectUrl order { id status } }
      ... on OutOfStock { lines { variantId requested available } }
      ... on PaymentDeclined { reason }
      ... on PriceChanged { expected { amount } actual { amount } }
      ... on StillWorking { retryAfterMilliseconds }
      ... on InvalidInput { issues { path message } }
      ... on InvalidAddress { issues { path message } }
      ... on DiscountInvalid { codes { code reason } }
    }
  }
`;

export async function place(shop: Awaited<ReturnType<typeof openShop>>, viewer: Viewer, input: object) {
  const { data, errors } = await shop.as(viewer)(PLACE_ORDER, { input });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.placeOrder;
}

/** What becomes of it, where the shop's own deadline is short for the sake of what comes after. */
export async function placed(...asked: Parameters<typeof place>): ReturnType<typeof place> {
  let answer: Awaited<ReturnType<typeof place>>;
  await eventually(async () => {
    answer = await place(...asked);
    return answer.__typename !== 'StillWorking';
  });
  return answer;
}

/** Waits for what happens by itself; fails when it does not happen in time. */
export async function eventually(fact: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error(`did not happen within ${withinMs} ms: ${fact}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

/** What must hold for every order at rest, whatever has happened to it. Throws what does not. */
export async function checkInvariants(db: Database, shop: FakeShop): Promise<void> {
  const { rows } = await db.pool.query<{
    id: string;
    status: string;
    minor: number;
    saga: string;
    redeemed: number;
    lent: number;
  }>(
    `SELECT o.id, o.status, o.total_minor - o.credit_minor AS minor, s.status AS saga,
       (SELECT coalesce(sum(f.credit_minor), 0)::int FROM orders f WHERE f.parent_id = o.id
          AND f.status IN ('CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED')) AS lent,
       (SELECT count(*)::int FROM discount_redemption r WHERE r.order_id = o.id) AS redeemed
     FROM orders o JOIN saga s ON s.id = o.id`,
  );
  const wrong: string[] = [];
  const expect = (fact: boolean, text: string) => fact || wrong.push(text);
  for (const { id, status, saga, minor, redeemed, lent } of rows) {
    const charged = ['authorized', 'captured'].includes(shop.accounts.get(id)?.status ?? '');
    const kept = charged ? shop.reserved(id) + shop.captured(id) - shop.refunded(id) : 0;
    const held = shop.holds.get(id)?.status;
    const lives = ['CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED'].includes(status);
    // What another order pays of it is not charged.
    const isRight = !lives && lent > 0 ? kept === lent : (lives && minor > 0) === charged;
    expect(isRight, `${id} is ${status}, and its payment ${shop.accounts.get(id)?.status}, with ${kept} of it kept`);
    if (lives) {
      expect(saga === 'DONE', `${id} is ${status}, and its saga ${saga}`);
      expect(held === 'committed', `${id} is ${status}, and its stock ${held}`);
      expect(shop.plans.has(id), `${id} is ${status} without a shipment plan`);
      expect((shop.accounts.get(id)?.amount.minor ?? 0) === minor, `${id} is charged another amount`);
    } else {
      expect(held !== 'held', `${id} is ${status} and still holds stock`);
      expect(redeemed === 0, `${id} is ${status} and still uses a discount`);
      expect(['DONE', 'REFUSED'].includes(saga), `${id} is ${status}, and its saga ${saga}`);
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}
