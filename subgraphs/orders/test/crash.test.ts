import type { SagaPoint } from '@cartograph/runtime/saga-drive';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createFakeShop } from './fake-shop.ts';
import { checkInvariants, eventually, newCustomer, openShop, orderOf, place } from './open-shop.ts';

const FORWARD = ['hold', 'authorize', 'confirm', 'fulfil'].flatMap((step) => [
  ['tok_ok', step, 'before run'] as const,
  ['tok_ok', step, 'after run'] as const,
]);
const BACKWARD = ['hold', 'begin'].flatMap((step) => [
  ['tok_declined', step, 'before undo'] as const,
  ['tok_declined', step, 'after undo'] as const,
]);
const ENDS = [
  ['tok_ok', 'fulfil', 'before end'],
  ['tok_ok', 'fulfil', 'after end'],
  ['tok_declined', 'hold', 'before end'],
  ['tok_declined', 'hold', 'after end'],
] as const;

/** Ends the process's work at one point, as `kill -9` would: nothing more is written, nothing more is asked. */
function dieAt(step: string, at: string) {
  let dead = false;
  return {
    died: () => dead,
    probe: (point: SagaPoint) => {
      dead ||= point.step === step && point.at === at;
      if (dead) throw new Error('killed');
    },
  };
}

describe('a process that ends in the middle of a checkout', () => {
  it.each([...FORWARD, ...BACKWARD, ...ENDS])('with %s at %s, %s: another finishes it', async (token, step, at) => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(3);
    const death = dieAt(step, at);
    const ada = newCustomer();
    const input = orderOf(atlas, { payment: { token } });
    {
      await using dying = await openShop(db, neighbours, {
        leaseMs: 200,
        probe: death.probe,
        checkout: { deadlineMs: 200 },
      });
      await place(dying, ada, input);
      // The answer does not wait for the end of the saga, which is where some of these points are.
      await eventually(() => death.died());
    }
    await using survivor = await openShop(db, neighbours, { checkout: { deadlineMs: 200 } });
    let answer = { __typename: 'StillWorking' } as Awaited<ReturnType<typeof place>>;
    await eventually(async () => {
      await survivor.operations.recoverSagas();
      answer = await place(survivor, ada, input);
      return answer.__typename !== 'StillWorking';
    });

    expect(answer.__typename).toBe(token === 'tok_ok' ? 'PlaceOrderSuccess' : 'PaymentDeclined');
    await eventually(async () => {
      await survivor.operations.recoverSagas();
      const { rowCount } = await db.pool.query(`SELECT FROM saga WHERE status NOT IN ('DONE', 'REFUSED')`);
      return rowCount === 0;
    });
    expect(neighbours.accounts.size).toBe(1);
    expect(neighbours.sold(atlas)).toBe(token === 'tok_ok' ? 1 : 0);
    expect(neighbours.available(atlas)).toBe(token === 'tok_ok' ? 2 : 3);
    await checkInvariants(db, neighbours);
  });

  it('that only slept cannot confirm what another process has undone meanwhile', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    let wake: () => void = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const { authorize } = neighbours.ports.payments;
    const sleepy = {
      ...neighbours,
      ports: {
        ...neighbours.ports,
        payments: {
          ...neighbours.ports.payments,
          authorize: async (request: Parameters<typeof authorize>[0]) => {
            const answer = await authorize(request);
            await asleep;
            return answer;
          },
        },
      },
    };
    await using sleeper = await openShop(db, sleepy, { leaseMs: 600_000, checkout: { deadlineMs: 100 } });
    const ada = newCustomer();
    const input = orderOf(atlas);
    await place(sleeper, ada, input);
    // Its lease runs out while it sleeps. Whoever takes over gets no answer from payments, gives up, and is still
    // undoing when the sleeper wakes with a payment that was authorised.
    await db.pool.query(`UPDATE saga SET lease_until = now() - interval '1 second'`);
    neighbours.failing.set('payments.authorize', { at: 'before', times: 2 });
    neighbours.failing.set('payments.void', { at: 'before', times: 1e9 });
    await using other = await openShop(db, neighbours, { maxAttempts: 2, checkout: { deadlineMs: 200 } });
    await other.operations.recoverSagas();
    await eventually(() => neighbours.count('payments.void') > 0);

    wake();
    const isPending = async () => (await db.pool.query(`SELECT FROM orders WHERE status = 'PENDING'`)).rowCount === 1;
    await new Promise((later) => setTimeout(later, 200));
    expect(await isPending()).toBe(true);
    neighbours.failing.clear();

    await eventually(async () => (await place(other, ada, input)).__typename === 'CheckoutFailed');
    const { rows } = await db.pool.query('SELECT status FROM orders');
    expect(rows).toEqual([{ status: 'REFUSED' }]);
    // The sleeper had committed the goods before it was told that the order is not its own any more.
    expect(neighbours.count('stock.commit')).toBe(1);
    expect(neighbours.available(atlas)).toBe(1);
    await checkInvariants(db, neighbours);
  });

  it('after it had the money is not followed by one that asks for the stock anew', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const atlas = neighbours.addVariant(1);
    const death = dieAt('authorize', 'after run');
    const ada = newCustomer();
    const input = orderOf(atlas);
    {
      await using dying = await openShop(db, neighbours, {
        leaseMs: 200,
        probe: death.probe,
        checkout: { deadlineMs: 200 },
      });
      await place(dying, ada, input);
    }
    // Asking again would end in a refusal that undoes the hold, and forgets the payment.
    neighbours.failing.set('stock.hold', { at: 'before', times: 1e9 });
    await using survivor = await openShop(db, neighbours, { maxAttempts: 2, checkout: { deadlineMs: 200 } });
    await eventually(async () => {
      await survivor.operations.recoverSagas();
      return (await place(survivor, ada, input)).__typename === 'PlaceOrderSuccess';
    });
    await checkInvariants(db, neighbours);
  });
});
