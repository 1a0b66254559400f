import { inTransaction } from '@cartograph/runtime/database/transaction';
import { describe, expect, it } from 'vitest';
import { auditLedger, authorize, effect, FINANCE, newOrder, openWorld } from './setup.ts';

describe('the ledger', () => {
  it('refuses a transaction that does not sum to zero, and any change of an entry', async () => {
    await using world = await openWorld();
    await authorize(world, { capture: 'AUTOMATIC' });
    const { pool } = world.db;
    const lonely = `INSERT INTO ledger_entries (transaction_id, account_id, kind, currency, amount_minor)
      VALUES ('t', 'ORDERS', 'CAPTURE', 'EUR', 1)`;
    await expect(pool.query(lonely)).rejects.toThrow('does not sum to zero');
    // By the statement that wrote it, also where more would follow.
    const followed = inTransaction(pool, async (client) => {
      await expect(client.query(lonely)).rejects.toThrow('does not sum to zero');
      throw new Error('was refused at once');
    });
    await expect(followed).rejects.toThrow('was refused at once');
    await expect(pool.query('UPDATE ledger_entries SET amount_minor = 1')).rejects.toThrow('append-only');
    await expect(pool.query('DELETE FROM ledger_entries')).rejects.toThrow('append-only');
    await expect(pool.query('TRUNCATE ledger_entries')).rejects.toThrow('append-only');
    await expect(pool.query('DELETE FROM attempts')).rejects.toThrow('append-only');
  });

  it('shows what is where, and each currency sums to zero', async () => {
    await using world = await openWorld();
    const amount = { minor: 30_00, currency: 'EUR' };
    const issued = await world.operations.issueGiftCard(FINANCE, {
      amount,
      customerId: null,
      expiresAt: null,
      idempotencyKey: 'k',
    });
    if (issued.kind !== 'IssueGiftCardSuccess' || !issued.code) throw new Error('no card');
    const orderId = newOrder();
    await authorize(world, { orderId, giftCardCodes: [issued.code], capture: 'AUTOMATIC' });
    await effect(world, 'refundPayment', orderId, { amount: '20.00' });
    await authorize(world, { currency: 'USD', capture: 'AUTOMATIC' });
    const { data } = await world.ask(FINANCE)(
      `{ ledgerBalances { account balance { amount currencyCode } } ledgerEntries { nodes { account kind amount { amount } payment { id } } } }`,
    );
    expect(data.ledgerBalances).toEqual([
      // The whole gift card was spent, so nothing is owed to its holder any more.
      { account: 'GIFT_CARDS', balance: { amount: '0.00', currencyCode: 'EUR' } },
      { account: 'ISSUED', balance: { amount: '30.00', currencyCode: 'EUR' } },
      { account: 'ORDERS', balance: { amount: '-80.00', currencyCode: 'EUR' } },
      { account: 'PROVIDER', balance: { amount: '50.00', currencyCode: 'EUR' } },
      { account: 'ORDERS', balance: { amount: '-100.00', currencyCode: 'USD' } },
      { account: 'PROVIDER', balance: { amount: '100.00', currencyCode: 'USD' } },
    ]);
    expect(data.ledgerEntries.nodes).toHaveLength(9);
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });
});

describe('the database', () => {
  it('holds the limits itself', async () => {
    await using world = await openWorld();
    await authorize(world, { capture: 'AUTOMATIC' });
    const update = (set: string) => world.db.pool.query(`UPDATE payments SET ${set}`);
    await expect(update('captured_minor = 10001')).rejects.toThrow('payments_');
    await expect(update('refunded_minor = 10001')).rejects.toThrow('payments_');
    await expect(update("status = 'PAID'")).rejects.toThrow('payments_status');
    await expect(update("status = 'VOIDED'")).rejects.toThrow('payments_status_fits_amounts');
    const twice = `INSERT INTO payments (id, order_id, buyer_id, key, fingerprint, status, capture_mode, currency, amount_minor)
      SELECT 'Payment:2', order_id, buyer_id, 'other', '', 'CREATED', 'MANUAL', 'EUR', 1 FROM payments`;
    await expect(world.db.pool.query(twice)).rejects.toThrow('payments_one_live_per_order');
  });
});

describe('reconciliation', () => {
  const RECONCILE = `{ reconciliation { balanced paymentsCompared differenceCount
    totals { captured { amount } providerCaptured { amount } refunded { amount } providerRefunded { amount } }
    differences { message payment { id } captured { amount } providerRefunded { amount } } } }`;

  it('agrees when nobody has touched anything, and names each payment that differs', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    await authorize(world); // Reserved only: neither side has money of it.
    const read = async () => (await world.ask(FINANCE)(RECONCILE)).data.reconciliation;
    expect(await read()).toMatchObject({ balanced: true, paymentsCompared: 2, differences: [] });
    world.provider.refundByHand(payment?.id ?? '', 5_00);
    expect(await read()).toEqual({
      balanced: false,
      paymentsCompared: 2,
      differenceCount: 1,
      totals: [
        {
          captured: { amount: '100.00' },
          providerCaptured: { amount: '100.00' },
          refunded: { amount: '0.00' },
          providerRefunded: { amount: '5.00' },
        },
      ],
      differences: [
        {
          message: 'The refunded amounts differ.',
          payment: { id: payment?.id },
          captured: { amount: '100.00' },
          providerRefunded: { amount: '5.00' },
        },
      ],
    });
  });

  it('finds a charge that is not in our books', async () => {
    await using world = await openWorld();
    await world.provider.authorize({
      reference: 'not-ours',
      amount: { minor: 1_00, currency: 'EUR' },
      token: 'tok_success',
      capture: 'AUTOMATIC',
      buyerId: '',
      orderId: '',
      email: null,
    });
    const { data } = await world.ask(FINANCE)(RECONCILE);
    expect(data.reconciliation).toMatchObject({ balanced: false, differences: [{ payment: null, captured: null }] });
  });
});
