import { describe, expect, it } from 'vitest';
import { authorize, effect, newOrder, openWorld, voidPayment } from './setup.ts';

const OPEN = `SELECT state, query FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND (state LIKE 'idle in transaction%' OR backend_xid IS NOT NULL)`;

describe('a call of the provider', () => {
  it('is made while no transaction is open and no row is locked, whatever it is for', async () => {
    await using world = await openWorld();
    const { pool } = world.db;
    const open: unknown[] = [];
    const called: string[] = [];
    world.provider.before = async (call) => {
      called.push(call);
      open.push(...(await pool.query(OPEN)).rows);
      // Whoever wants the payment meanwhile, a webhook or a void, does not have to wait for the provider.
      await pool.query(
        'BEGIN; SELECT FROM payments FOR UPDATE NOWAIT; SELECT FROM order_gates FOR UPDATE NOWAIT; COMMIT',
      );
    };
    const [whole, voided] = [newOrder(), newOrder()];

    await authorize(world, { orderId: whole });
    await effect(world, 'capturePayment', whole, { amount: '60.00' });
    await effect(world, 'refundPayment', whole, { amount: '10.00' });
    await authorize(world, { orderId: voided });
    await voidPayment(world, voided);
    await authorize(world, { token: 'tok_timeout' });

    expect(called).toEqual(['authorize', 'capture', 'refund', 'authorize', 'void', 'authorize', 'find']);
    expect(open).toEqual([]);
  });
});
