import type { Faults } from '@cartograph/contract-server/faults';
import type { Webhooks } from '@cartograph/contract-server/webhooks';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { type TestDatabase, testDatabase } from '@cartograph/runtime/testing/test-database';
import { expect } from 'vitest';
import { openPayments } from '../src/subgraph.ts';
import { listenAsOrders } from './orders-double.ts';
import type { LostCall } from './payment-provider.contract.ts';
import { type Authorization, auditLedger, authorize, FINANCE } from './setup.ts';

/** A provider's double, and how a shop is connected to it. */
export interface ProviderDouble extends AsyncDisposable {
  readonly name: string;
  /** The settings of this provider. */
  readonly env: Readonly<Record<string, string>>;
  readonly webhooks: Webhooks;
  readonly faults: Faults;
  /** The contract's operation behind each call. */
  readonly operations: Readonly<Record<LostCall, string>>;
  readonly tokenOf: (token: string) => string;
  /** What the buyer does on the bank's, or the provider's own, page. */
  readonly decide: (providerId: string, isApproved: boolean) => Promise<void>;
  /** A body that the provider has not signed, made of one that it has. */
  readonly forge?: (body: string) => string;
  /** The same body without its signature, where that stands in the body. */
  readonly strip?: (body: string) => string;
  /** The provider's own books of the payment: what was ever charged for it, and what went back. */
  readonly ledger: (reference: string) => {
    readonly charges: number;
    readonly captured: number;
    readonly refunded: number;
  };
}

/** The subgraph with the settings of one provider, and the world around it. */
export async function openProviderShop(open: (target: () => string) => Promise<ProviderDouble>) {
  const db = await testDatabase('payments');
  const orders = await listenAsOrders();
  let url = '';
  const double = await open(() => new URL(`/webhooks/${double.name}`, url).href);
  const payments = await openPayments({
    ...{ DATABASE_URL: db.url, PORT: '0', ENVELOPE_SECRET: TEST_SECRET, LOG_LEVEL: 'silent' },
    ...{ ORDERS_URL: orders.url, PAYMENTS_TIMEOUT_MS: '800', PAYMENTS_RETURN_URL: 'https://shop.example/paid' },
    ...{ PAYMENT_PROVIDERS: double.name, ...double.env },
  });
  url = await payments.listen();
  const ask = (viewer: Parameters<typeof askSubgraph>[2]) => askSubgraph('payments', url, viewer);
  return {
    ...{ db, double, ask, told: orders.told },
    authorize: (given: Authorization) =>
      authorize({ ask }, { ...given, token: double.tokenOf(given.token ?? 'tok_success') }),
    async payment(orderId: string) {
      const { data, errors } = await ask(FINANCE)(PAYMENTS, { orderId });
      if (errors) throw new Error(JSON.stringify(errors));
      const [payment] = data.payments.nodes;
      return { ...payment, captured: payment.capturedAmount.amount, refunded: payment.refundedAmount.amount };
    },
    /** What waits for the recovery job is due now. */
    async makeDue() {
      await db.pool.query(`UPDATE payments SET check_at = now() - interval '1 second' WHERE check_at IS NOT NULL`);
      await db.pool.query(`UPDATE effects SET check_at = now() - interval '1 second' WHERE status = 'PENDING'`);
    },
    /** As often as the provider is asked for one thing. */
    lose: (call: LostCall, at: 'before' | 'after' = 'after') =>
      double.faults.add({ operation: double.operations[call], at, does: 'hang', times: 3 }),
    async [Symbol.asyncDispose]() {
      await expectBalance(ask, db);
      await payments.close();
      await double[Symbol.asyncDispose]();
      orders.close();
      await db[Symbol.asyncDispose]();
    },
  };
}

export type ProviderShop = Awaited<ReturnType<typeof openProviderShop>>;

const PAYMENTS = /* GraphQL */ `
  query ($orderId: ID!) {
    payments(filter: { orderId: $orderId }) {
      nodes { id status provider providerReference capturedAmount { amount } refundedAmount { amount } }
    }
  }
`;

/** Whatever a test has done: our books are whole, and the provider's say the same. */
async function expectBalance(ask: ProviderShop['ask'], db: TestDatabase): Promise<void> {
  expect(await auditLedger(db)).toEqual({ unbalanced: 0, drift: 0 });
  const { data } = await ask(FINANCE)('{ reconciliation { differences { reference message } } }');
  expect(data.reconciliation.differences).toEqual([]);
}
