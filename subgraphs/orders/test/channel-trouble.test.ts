import { describe, expect, it } from 'vitest';
import type { ChannelOrder } from '../src/domain/channel-order.ts';
import { createFakeChannel } from './fake-channel.ts';
import { listed, openChannelShop, tell } from './open-channel.ts';
import { checkInvariants, eventually, staff } from './open-shop.ts';

describe('an order that cannot be taken in as it is', () => {
  it('with a SKU that nobody knows is seen by staff, and taken in when there is one', async () => {
    await using one = await openChannelShop();
    const next = `SKU-${one.neighbours.variantCount() + 1}`;
    one.fake.sell({ lines: [{ sku: next }] });
    await one.takeIn();
    expect(await listed(one, ['STUCK'])).toMatchObject([
      { status: 'STUCK', problem: 'UNKNOWN_SKU', message: `No variant has the SKU ${next}.`, order: null },
    ]);
    expect(Date.parse((await listed(one))[0].nextAttemptAt)).toBeGreaterThan(Date.now() - 60_000);
    expect(one.addVariant(1).sku).toBe(next);
    await one.makeDue();
    await one.takeIn();
    expect(await listed(one)).toMatchObject([{ status: 'PLACED', problem: null, order: { status: 'CONFIRMED' } }]);
  });

  it('is never taken in at a sum of our own', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(5);
    const id = one.fake.sell({ lines: [{ sku, price: 2500 }], shipping: 100 });
    const amounts = one.fake.orders.get(id)?.amounts;
    one.fake.change(id, { amounts: amounts ? { ...amounts, total: { minor: 2599, currency: 'EUR' } } : null });
    await one.takeIn();
    expect(await listed(one)).toMatchObject([
      {
        status: 'STUCK',
        problem: 'BAD_AMOUNTS',
        message: 'Its parts make 2600 and its total 2599, in minor units of EUR.',
      },
    ]);
  });

  it('without an address waits for one', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(5);
    const id = one.fake.sell({ lines: [{ sku }] });
    const { address } = one.fake.orders.get(id) ?? {};
    one.fake.change(id, { address: null });
    await one.takeIn();
    expect(await listed(one)).toMatchObject([{ status: 'STUCK', problem: 'BAD_ADDRESS' }]);
    one.fake.change(id, { address: address ?? null });
    await one.makeDue();
    await one.takeIn();
    expect(await listed(one)).toMatchObject([{ status: 'PLACED' }]);
  });

  it('keeps no other from being taken in', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(5);
    one.fake.sell({ lines: [{ sku: 'nobody knows' }] });
    one.fake.sell({ lines: [{ sku }] });
    await one.takeIn();
    expect((await listed(one)).map(({ status }: any) => status)).toEqual(['PLACED', 'STUCK']);
  });

  it('whose goods are not there is cancelled there, with the reason, and seen by staff', async () => {
    await using one = await openChannelShop();
    const atlas = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku: atlas.sku, quantity: 2 }] });
    await one.takeIn();
    await tell(one, 1);
    expect(one.fake.told).toEqual([
      { kind: 'CANCELLED', externalId: id, reason: 'OUT_OF_STOCK', lines: [{ lineId: `${id}:1`, quantity: 2 }] },
    ]);
    expect(await listed(one)).toMatchObject([
      {
        status: 'REFUSED',
        problem: 'OUT_OF_STOCK',
        message: `Only 1 of 2 ${atlas.id} are there.`,
        order: { status: 'REFUSED' },
      },
    ]);
    expect(one.neighbours.available(atlas.id)).toBe(1);
    // The echo of it changes nothing.
    await one.makeDue();
    await one.takeIn();
    expect(await listed(one)).toMatchObject([{ status: 'CANCELLED' }]);
    await checkInvariants(one.db, one.neighbours);
  });

  it('that was sent without us is left alone, and said so', async () => {
    await using one = await openChannelShop();
    const atlas = one.addVariant(1);
    one.fake.sell({ lines: [{ sku: atlas.sku }], state: 'SHIPPED' });
    await one.takeIn();
    expect(await listed(one)).toMatchObject([{ status: 'LEFT_ALONE', problem: 'SENT_ELSEWHERE' }]);
    expect(await one.orders()).toEqual([]);
    expect(one.neighbours.available(atlas.id)).toBe(1);
  });
});

describe('an order that is cancelled at the channel', () => {
  it('before it is sent is cancelled here, once, and its goods and the money go back', async () => {
    await using one = await openChannelShop();
    const atlas = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku: atlas.sku }] });
    await one.takeIn();
    await tell(one, 1);
    one.fake.cancel(id);
    await one.makeDue();
    await Promise.all([one.takeIn(), one.takeIn()]);
    await eventually(async () => {
      await one.makeDue();
      await one.takeIn();
      return (await listed(one))[0].status === 'CANCELLED';
    });
    expect((await one.orders())[0]).toMatchObject({ status: 'CANCELLED', cancelled_by: 'BUYER' });
    expect(one.neighbours.available(atlas.id)).toBe(1);
    expect(one.neighbours.accounts.get((await one.orders())[0].id)?.status).toBe('voided');
    // The channel knows: it is told nothing, and nobody gets a mail.
    expect(one.fake.told.map(({ kind }) => kind)).toEqual(['ACKNOWLEDGED']);
    expect(one.neighbours.mails.size).toBe(0);
    await checkInvariants(one.db, one.neighbours);
  });

  it('after it was sent stays, and staff are told to have the goods back', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku }] });
    await one.takeIn();
    const [order] = await one.orders();
    const [shipment] = one.neighbours.shipments.get(order.id) ?? [];
    one.neighbours.shipments.set(order.id, [{ ...shipment, id: shipment?.id ?? '', status: 'IN_TRANSIT' }]);
    one.fake.cancel(id);
    await one.makeDue();
    await one.takeIn();
    expect(await listed(one)).toMatchObject([{ status: 'PLACED', problem: 'CANCELLED_AFTER_SHIPMENT' }]);
  });

  it('by our own staff is told to the channel', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku }] });
    await one.takeIn();
    await tell(one, 1);
    const [{ order }] = await listed(one);
    await one.shop.as(staff)(`mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }`, {
      input: { orderId: order.id, idempotencyKey: 'cancel-it-now' },
    });
    await tell(one, 2);
    expect(one.fake.told[1]).toMatchObject({ kind: 'CANCELLED', externalId: id, reason: 'OTHER' });
  });
});

describe('a look at a channel', () => {
  it('reads every page, and stores each order as it is', async () => {
    await using one = await openChannelShop({}, createFakeChannel({ pageSize: 2 }));
    const { sku } = one.addVariant(9);
    for (let count = 0; count < 7; count += 1) one.fake.sell({ lines: [{ sku }] });
    await one.takeIn();
    expect(await one.rows()).toHaveLength(7);
    expect(one.fake.calls.filter((call) => call === 'changedOrders')).toHaveLength(4);
  });

  it('that a limit cuts off goes on where it was, and forgets nothing', async () => {
    await using one = await openChannelShop({}, createFakeChannel({ pageSize: 1 }));
    const { sku } = one.addVariant(9);
    for (let count = 0; count < 4; count += 1) one.fake.sell({ lines: [{ sku }] });
    const { changedOrders } = one.fake.channel;
    const pages: (string | null)[] = [];
    // Two pages at a time, as a usage plan that is used up allows.
    one.fake.channel.changedOrders = (since, page) => {
      pages.push(page);
      if (pages.length % 3 === 0) one.fake.failing.set('changedOrders', { at: 'before', times: 1 });
      return changedOrders(since, page);
    };
    for (let look = 0; look < 3; look += 1) {
      await one.shop.operations.lookAtChannels().catch(() => {});
      await one.makeDue();
    }
    expect(pages).toEqual([null, '1', '2', '2', '3', null]);
    expect(await one.rows()).toHaveLength(4);
  });

  it('takes an older picture of an order for what it is', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku }], state: 'PENDING' });
    const early = one.fake.orders.get(id);
    one.fake.cancel(id);
    await one.takeIn();
    if (early) one.fake.orders.set(id, { ...early, changedAt: new Date(early.changedAt.getTime()) });
    await one.makeDue();
    await one.takeIn();
    expect(await listed(one)).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('remembers when it last saw an order, also when there was nothing new about it', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku }] });
    await one.takeIn();
    const first = one.fake.orders.get(id);
    one.fake.orders.set(id, {
      ...(first as ChannelOrder),
      changedAt: new Date((first?.changedAt.getTime() ?? 0) + 2_000),
    });
    await one.makeDue();
    await one.takeIn();
    // It was told in between, and comes late.
    const between = new Date((first?.changedAt.getTime() ?? 0) + 1_000);
    one.fake.orders.set(id, { ...(first as ChannelOrder), state: 'CANCELLED', changedAt: between });
    await one.makeDue();
    await one.takeIn();
    expect(await listed(one)).toMatchObject([{ status: 'PLACED', order: { status: 'CONFIRMED' } }]);
  });
});
