import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { createLogger } from '@cartograph/runtime/logger';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { type TestDatabase, testDatabase } from '@cartograph/runtime/testing/test-database';
import { createProviders } from '../src/adapters/providers.ts';
import type { PaymentRoute } from '../src/domain/payment-route.ts';
import { createGiftCardCode } from '../src/operations/gift-card-code.ts';
import { createOperations } from '../src/operations/index.ts';
import type { PaymentProvider } from '../src/ports/payment-provider.ts';
import type { Ports } from '../src/ports.ts';
import { createPayments, createStores } from '../src/subgraph.ts';
import { createFakeProvider, type FakeProvider } from './fakes.ts';

export const ORDERS: Viewer = { kind: 'service', service: 'orders' };
export const FINANCE: Viewer = { kind: 'staff', staffId: 'Staff:01JDEM0F1N0000000000000000', roles: ['FINANCE'] };
export const ADA = 'Customer:01JDEM0ADA0000000000000000';
export const BOB = 'Customer:01JDEM0B0B0000000000000000';
export const ada: Viewer = { kind: 'customer', customerId: ADA };
export const bob: Viewer = { kind: 'customer', customerId: BOB };
export { WEBHOOK_SECRET } from './fakes.ts';

export const newOrder = (): string => newId('Order');

export interface World<P extends PaymentProvider> extends AsyncDisposable {
  readonly db: TestDatabase;
  readonly provider: P;
  readonly ports: Ports;
  readonly url: string;
  readonly operations: ReturnType<typeof createOperations>;
  readonly ask: (viewer: Viewer) => ReturnType<typeof askSubgraph>;
  /** How often the relay was asked to deliver. */
  readonly woken: () => number;
  /** Moves our clock on; the database's own clock is moved by `makeDue`. */
  advance(ms: number): void;
  /** Everything that waits for the recovery job is due now. */
  makeDue(): Promise<void>;
}

/** The subgraph over HTTP on a database of its own. */
export function openWorld(): Promise<World<FakeProvider>>;
export function openWorld<P extends PaymentProvider>(
  provider: P,
  others?: readonly PaymentProvider[],
  routes?: readonly PaymentRoute[],
): Promise<World<P>>;
export async function openWorld(
  given?: PaymentProvider,
  others: readonly PaymentProvider[] = [],
  routes: readonly PaymentRoute[] = [],
): Promise<World<PaymentProvider>> {
  const db = await testDatabase('payments');
  const provider = given ?? createFakeProvider();
  const connected = [provider, ...others];
  let woken = 0;
  let offset = 0;
  const ports: Ports = {
    ...createStores(db),
    providers: createProviders(connected, routes),
    wakeRelay: () => {
      woken += 1;
    },
    clock: () => new Date(Date.now() + offset),
    newId,
    giftCardCode: createGiftCardCode(TEST_SECRET),
  };
  const config = { port: 0, envelopeSecret: TEST_SECRET, logLevel: 'silent' };
  const payments = createPayments(ports, config, { logger: createLogger('payments', 'silent') });
  const url = await payments.listen();
  return {
    db,
    provider,
    ports,
    url,
    operations: createOperations(ports),
    ask: (viewer) => askSubgraph('payments', url, viewer),
    woken: () => woken,
    advance: (ms) => {
      offset += ms;
    },
    async makeDue() {
      await db.pool.query(`UPDATE payments SET check_at = now() - interval '1 second' WHERE check_at IS NOT NULL`);
      await db.pool.query(`UPDATE effects SET check_at = now() - interval '1 second' WHERE status = 'PENDING'`);
      await db.pool.query(`UPDATE provider_events SET due_at = now() WHERE due_at < 'infinity'`);
    },
    async [Symbol.asyncDispose]() {
      await payments.close();
      await db[Symbol.asyncDispose]();
    },
  };
}

const AUTHORIZE = /* GraphQL */ `
  mutation ($input: AuthorizePaymentInput!) {
    answer: authorizePayment(input: $input) {
      __typename
      ... on PaymentAuthorized { payment { id status amount { amount currencyCode } cardAmount { amount } } }
      ... on PaymentRefused { reason message }
      ... on PaymentNeedsAction { clientSecret redirectUrl payment { id status } }
      ... on PaymentUnknown { message }
    }
  }
`;

export interface Authorization {
  readonly orderId?: string;
  readonly buyerId?: string;
  readonly key?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly token?: string | null;
  readonly savedMethodId?: string;
  readonly giftCardCodes?: readonly string[];
  readonly useStoreCredit?: boolean;
  readonly country?: string;
  readonly capture?: 'AUTOMATIC' | 'MANUAL';
  readonly channel?: string;
}

export const inputOf = (given: Authorization) => ({
  orderId: given.orderId ?? newOrder(),
  buyerId: given.buyerId ?? ADA,
  key: given.key ?? 'key-1',
  amount: { amount: given.amount ?? '100.00', currencyCode: given.currency ?? 'EUR' },
  token: given.token === undefined ? (given.savedMethodId ? null : 'tok_success') : given.token,
  savedMethodId: given.savedMethodId ?? null,
  giftCardCodes: given.giftCardCodes ?? [],
  useStoreCredit: given.useStoreCredit ?? false,
  capture: given.capture ?? 'MANUAL',
  country: given.country ?? null,
  channel: given.channel ?? null,
});

/** What orders gets when it asks for an authorisation. */
export async function authorize(world: Pick<World<PaymentProvider>, 'ask'>, given: Authorization = {}) {
  const { data, errors } = await world.ask(ORDERS)(AUTHORIZE, { input: inputOf(given) });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.answer as {
    __typename: 'PaymentAuthorized' | 'PaymentRefused' | 'PaymentNeedsAction' | 'PaymentUnknown';
    payment?: { id: string; status: string; amount: { amount: string; currencyCode: string } };
    reason?: string;
    redirectUrl?: string;
  };
}

const EFFECT = /* GraphQL */ `
  fragment Effect on PaymentEffectResult {
    __typename
    ... on PaymentEffectSuccess { payment { id status capturedAmount { amount } refundedAmount { amount } } }
    ... on PaymentEffectRefused { reason message }
  }
`;

/** Capture, refund or release as orders asks for them. */
export async function effect(
  world: Pick<World<PaymentProvider>, 'ask'>,
  name: 'capturePayment' | 'refundPayment' | 'releasePayment',
  orderId: string,
  { key = 'key-1', amount }: { key?: string; amount?: string } = {},
) {
  const money = amount === undefined ? null : { amount, currencyCode: 'EUR' };
  const { data, errors } = await world.ask(ORDERS)(
    `${EFFECT} mutation ($orderId: ID!, $key: String!, $amount: MoneyInput) {
       answer: ${name}(orderId: $orderId, key: $key, amount: $amount) { ...Effect } }`,
    { orderId, key, amount: money },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data.answer;
}

export async function voidPayment(world: Pick<World<PaymentProvider>, 'ask'>, orderId: string) {
  const { data, errors } = await world.ask(ORDERS)(
    `${EFFECT} mutation ($orderId: ID!) { answer: voidPayment(orderId: $orderId, key: "void") { ...Effect } }`,
    { orderId },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data.answer;
}

/** Waits for a fact to become true, never for a time to pass. */
export async function eventually<T>(read: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error('it did not become true within 10 s');
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

/** Opens every connection of the pool, so that what starts at once also meets in the database. */
export const openConnections = ({ pool }: TestDatabase) =>
  Promise.all(Array.from({ length: pool.options.max }, () => pool.query('SELECT pg_sleep(0.1)')));

/** The books of one database: every transaction sums to zero, and no invariant of amounts is broken. */
export async function auditLedger(db: TestDatabase) {
  const { rows: unbalanced } = await db.pool.query(
    'SELECT transaction_id FROM ledger_entries GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0',
  );
  const { rows: drift } = await db.pool.query(
    `SELECT p.id FROM payments p LEFT JOIN ledger_entries e ON e.payment_id = p.id AND e.account_id = 'ORDERS'
     GROUP BY p.id HAVING coalesce(sum(-e.amount_minor), 0) <> p.captured_minor - p.refunded_minor
     UNION ALL SELECT subject FROM reserved_drift`,
  );
  return { unbalanced: unbalanced.length, drift: drift.length };
}
