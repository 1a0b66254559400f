import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createPurchaseStore } from '../src/datasources/purchase-store.ts';

const settled = () => 0;

describe('whoever buys a label from a carrier without keys', () => {
  it('is alone under a key, and the next finds what was written down', async () => {
    await using db = await testDatabase('shipping');
    const purchases = createPurchaseStore(db.pool);
    let now = 0;
    let most = 0;
    const buy = () =>
      purchases.alone('UPS', 'parcel-1:0', settled, async ({ isFirst, note, write }) => {
        now += 1;
        most = Math.max(most, now);
        if (!note) await write({ label: 'first' });
        now -= 1;
        return [isFirst, note];
      });
    const found = await Promise.all([buy(), buy(), buy()]);
    expect(most).toBe(1);
    expect(found.filter(([isFirst]) => isFirst)).toEqual([[true, null]]);
    expect(found.filter(([isFirst]) => !isFirst)).toEqual([false, false].map((no) => [no, { label: 'first' }]));
  });

  it('does not wait for buyers under other keys or of other carriers', async () => {
    await using db = await testDatabase('shipping');
    const purchases = createPurchaseStore(db.pool, { waitMs: 0 });
    const inside = (carrier: string, key: string) => purchases.alone(carrier, key, settled, async () => 'bought');
    const bought = await purchases.alone('UPS', 'a', settled, async () => [
      await inside('UPS', 'b'),
      await inside('EASYPOST', 'a'),
    ]);
    expect(bought).toEqual(['bought', 'bought']);
    await purchases.alone('UPS', 'a', settled, () =>
      expect(inside('UPS', 'a')).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' }),
    );
  });

  it('keeps the next away after a failure until what was under way has settled', async () => {
    await using db = await testDatabase('shipping');
    const purchases = createPurchaseStore(db.pool, { waitMs: 0 });
    const fail = (settleMs: number) =>
      purchases.alone(
        'UPS',
        'a',
        () => settleMs,
        () => Promise.reject(new Error('no answer')),
      );
    await expect(fail(0)).rejects.toThrow('no answer');
    await expect(fail(60_000)).rejects.toThrow('no answer');
    await expect(fail(0)).rejects.not.toThrow('no answer');
  });

  it('that died holds the key until its time is over, and what it writes then is refused', async () => {
    await using db = await testDatabase('shipping');
    const short = createPurchaseStore(db.pool, { leaseMs: 1 });
    const late = short.alone('UPS', 'a', settled, async ({ write }) => {
      await short.alone('UPS', 'a', settled, async (next) => {
        expect(next.isFirst).toBe(false);
        await next.write({ label: 'second' });
      });
      await write({ label: 'late' });
    });
    await expect(late).rejects.toMatchObject({ name: 'Unavailable' });
    expect((await db.pool.query('SELECT note FROM label_purchases')).rows).toEqual([{ note: { label: 'second' } }]);
  });
});
