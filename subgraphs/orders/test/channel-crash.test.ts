import type { SagaPoint } from '@cartograph/runtime/saga-drive';
import { describe, expect, it } from 'vitest';
import { createFakeChannel } from './fake-channel.ts';
import { type ChannelShop, openChannelShop, takeIn } from './open-channel.ts';
import { checkInvariants, eventually, newCustomer, orderOf, place } from './open-shop.ts';

const STEPS = ['hold', 'authorize', 'confirm', 'fulfil'].flatMap((step) => [
  [step, 'before run'] as const,
  [step, 'after run'] as const,
]);

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

const settled = async (one: ChannelShop) =>
  eventually(async () => {
    await one.shop.operations.recoverSagas();
    await one.makeDue();
    await one.takeIn().catch(() => {});
    const rows = await one.rows();
    const open = await one.db.pool.query(`SELECT FROM saga WHERE status NOT IN ('DONE', 'REFUSED')`);
    const isAtRest = ({ status }: { status: string }) => ['PLACED', 'REFUSED', 'CANCELLED'].includes(status);
    return open.rowCount === 0 && rows.every(isAtRest);
  });

describe('a process that ends while it takes an order of a channel in', () => {
  it.each(STEPS)('at %s, %s: another finishes it, once', async (step, at) => {
    await using one = await openChannelShop();
    const atlas = one.addVariant(3);
    one.fake.sell({ lines: [{ sku: atlas.sku, quantity: 2 }] });
    const death = dieAt(step, at);
    {
      await using dying = await one.open({ leaseMs: 200, probe: death.probe, checkout: { deadlineMs: 200 } });
      await takeIn(dying).catch(() => {});
      await eventually(() => death.died());
    }
    await one.endLeases();
    await settled(one);
    expect(await one.orders()).toMatchObject([{ status: 'CONFIRMED' }]);
    expect(one.neighbours.sold(atlas.id)).toBe(2);
    expect(one.neighbours.available(atlas.id)).toBe(1);
    expect(one.neighbours.accounts.size).toBe(1);
    await checkInvariants(one.db, one.neighbours);
  });

  it('between the hold and the note of it: the next one holds the same goods, and no others', async () => {
    await using one = await openChannelShop();
    const atlas = one.addVariant(3);
    const id = one.fake.sell({ lines: [{ sku: atlas.sku, quantity: 2 }], state: 'PENDING' });
    const killed = () => Promise.reject(new Error('killed'));
    await using dying = await one.open({
      ports: ({ channelOrders }) => ({ channelOrders: { ...channelOrders, settle: killed } }),
    });
    await expect(takeIn(dying)).rejects.toThrow();
    expect(one.neighbours.available(atlas.id)).toBe(1);
    await one.endLeases();
    await one.takeIn();
    expect(one.neighbours.available(atlas.id)).toBe(1);
    one.fake.collect(id);
    await one.makeDue();
    await settled(one);
    expect(one.neighbours.sold(atlas.id)).toBe(2);
    expect(one.neighbours.available(atlas.id)).toBe(1);
    await checkInvariants(one.db, one.neighbours);
  });

  it('between two pages: the next look stores all of them', async () => {
    await using one = await openChannelShop({}, createFakeChannel({ pageSize: 1 }));
    const { sku } = one.addVariant(5);
    for (let count = 0; count < 3; count += 1) one.fake.sell({ lines: [{ sku }] });
    let pages = 0;
    await using dying = await one.open({
      ports: ({ channelOrders }) => ({
        channelOrders: {
          ...channelOrders,
          store: async (channel, orders) => {
            pages += 1;
            if (pages === 2) throw new Error('killed');
            await channelOrders.store(channel, orders);
          },
          failLook: () => Promise.reject(new Error('killed')),
        },
      }),
    });
    await expect(dying.operations.lookAtChannels()).rejects.toThrow();
    expect(await one.rows()).toHaveLength(1);
    await one.endLeases();
    await settled(one);
    expect(await one.orders()).toHaveLength(3);
  });
});

describe('two processes at once', () => {
  it('take each order in once', async () => {
    await using one = await openChannelShop();
    await using other = await one.open();
    const atlas = one.addVariant(20);
    for (let count = 0; count < 10; count += 1) one.fake.sell({ lines: [{ sku: atlas.sku }] });
    await Promise.all([takeIn(one.shop), takeIn(other), takeIn(one.shop), takeIn(other)]);
    await settled(one);
    const orders = await one.orders();
    expect(orders).toHaveLength(10);
    expect(new Set(orders.map(({ external_id }: { external_id: string }) => external_id)).size).toBe(10);
    expect(one.neighbours.sold(atlas.id)).toBe(10);
    await checkInvariants(one.db, one.neighbours);
  });

  it('take it in once also when one of them slept for longer than it had it for', async () => {
    await using one = await openChannelShop();
    const atlas = one.addVariant(5);
    one.fake.sell({ lines: [{ sku: atlas.sku }] });
    let wake: () => void = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await using sleeper = await one.open({
      ports: ({ products }) => ({
        products: {
          ...products,
          variantsBySku: async (skus) => {
            await asleep;
            return products.variantsBySku(skus);
          },
        },
      }),
    });
    const sleeping = takeIn(sleeper);
    await eventually(async () => (await one.rows()).some(({ claim }: { claim: number }) => Number(claim) === 1));
    await one.endLeases();
    await one.takeIn();
    expect(await one.orders()).toHaveLength(1);
    wake();
    await sleeping;
    await settled(one);
    expect(await one.orders()).toHaveLength(1);
    expect(one.neighbours.sold(atlas.id)).toBe(1);
    expect((await one.rows())[0].status).toBe('PLACED');
    await checkInvariants(one.db, one.neighbours);
  });

  it('and buyers of the shop share the last pieces: each is sold to one of them', async () => {
    await using one = await openChannelShop({ checkout: { deadlineMs: 10_000 } });
    await using other = await one.open({ checkout: { deadlineMs: 10_000 } });
    const atlas = one.addVariant(8);
    for (let count = 0; count < 8; count += 1) one.fake.sell({ lines: [{ sku: atlas.sku }] });
    const buyers = Array.from({ length: 8 }, () => place(one.shop, newCustomer(), orderOf(atlas.id)));
    const [answers] = await Promise.all([Promise.all(buyers), takeIn(one.shop), takeIn(other)]);
    await settled(one);
    const bought = answers.filter(({ __typename }) => __typename === 'PlaceOrderSuccess').length;
    const placed = (await one.rows()).filter(({ status }: { status: string }) => status === 'PLACED').length;
    expect(bought + placed).toBe(8);
    expect(one.neighbours.sold(atlas.id)).toBe(8);
    expect(one.neighbours.available(atlas.id)).toBe(0);
    const { rows } = await one.db.pool.query(`SELECT FROM channel_message WHERE kind = 'CANCELLED'`);
    expect(rows).toHaveLength(8 - placed);
    await checkInvariants(one.db, one.neighbours);
  });
});

it('what a part of the shop gave no answer to is tried anew, and is one order in the end', async () => {
  await using one = await openChannelShop({ maxAttempts: 2, checkout: { deadlineMs: 5_000 } });
  const atlas = one.addVariant(3);
  one.fake.sell({ lines: [{ sku: atlas.sku }] });
  one.neighbours.failing.set('payments.authorize', { at: 'before', times: 1e9 });
  await eventually(async () => {
    await one.makeDue();
    await one.takeIn();
    return (await one.rows())[0].problem === 'NO_ANSWER';
  });
  expect(await one.rows()).toMatchObject([{ status: 'STUCK' }]);
  expect(one.neighbours.available(atlas.id)).toBe(3);
  one.neighbours.failing.clear();
  await settled(one);
  expect((await one.orders()).map(({ status }: { status: string }) => status).sort()).toEqual(['CONFIRMED', 'REFUSED']);
  expect(one.neighbours.sold(atlas.id)).toBe(1);
  expect((await one.db.pool.query(`SELECT FROM channel_message WHERE kind = 'CANCELLED'`)).rowCount).toBe(0);
  await checkInvariants(one.db, one.neighbours);
});
