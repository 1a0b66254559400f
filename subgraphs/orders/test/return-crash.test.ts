import type { SagaPoint } from '@cartograph/runtime/saga-drive';
import { describe, expect, it } from 'vitest';
import { arrived, openReturns, returnsOf } from './open-returns.ts';
import { checkInvariants, eventually, openShop } from './open-shop.ts';

const FORWARD = ['refund', 'restock', 'close'].flatMap((step) => [
  [false, step, 'before run'] as const,
  [false, step, 'after run'] as const,
]);
const BACKWARD = [
  [true, 'begin', 'before undo'],
  [true, 'begin', 'after undo'],
] as const;
const ENDS = [
  [false, 'close', 'before end'],
  [false, 'close', 'after end'],
  [true, 'refund', 'before end'],
  [true, 'refund', 'after end'],
] as const;

/** Ends the process's work at one point of a receipt, as `kill -9` would. */
function dieAt(step: string, at: string) {
  let dead = false;
  return {
    died: () => dead,
    probe: (point: SagaPoint) => {
      dead ||= point.saga === 'receiveReturn' && point.step === step && point.at === at;
      if (dead) throw new Error('killed');
    },
  };
}

describe('a process that ends in the middle of a receipt', () => {
  it.each([...FORWARD, ...BACKWARD, ...ENDS])(
    '(refused: %s) at %s, %s: another finishes it',
    async (refused, step, at) => {
      const death = dieAt(step, at);
      await using test = await openReturns({ leaseMs: 200, probe: death.probe, checkout: { deadlineMs: 300 } });
      const { atlas, db, neighbours, order } = test;
      const asked = await test.approved(3);
      if (refused) neighbours.accounts.get(order.id)?.refunds.set('by hand', { minor: 5000, currency: 'EUR' });
      const same = { ...arrived(asked, 3), idempotencyKey: 'receive-key-1' };
      await test.returns.receive(same);
      expect(death.died()).toBe(true);

      await using survivor = await openShop(db, neighbours, { checkout: { deadlineMs: 300 } });
      const returns = returnsOf(survivor);
      let answer = { __typename: 'StillWorking' };
      await eventually(async () => {
        await survivor.operations.recoverSagas();
        answer = await returns.receive(same);
        return answer.__typename !== 'StillWorking';
      });

      expect(answer).toMatchObject(
        refused
          ? { __typename: 'ReturnNotRefunded', reason: 'EXCEEDS_CAPTURED' }
          : { __typename: 'ReceiveReturnSuccess', replayed: true, return: { status: 'CLOSED' } },
      );
      await eventually(async () => {
        await survivor.operations.recoverSagas();
        return (await db.pool.query(`SELECT FROM saga WHERE status NOT IN ('DONE', 'REFUSED')`)).rowCount === 0;
      });
      const { rows } = await db.pool.query('SELECT status FROM order_return');
      expect(rows).toEqual([{ status: refused ? 'APPROVED' : 'CLOSED' }]);
      expect(neighbours.refunded(order.id)).toBe(refused ? 5000 : 5470);
      expect(neighbours.sold(atlas)).toBe(refused ? 3 : 0);
      if (!refused) await eventually(() => neighbours.mails.has(`${asked.returnId}:return-received`));
      await checkInvariants(db, neighbours);
    },
  );
});
