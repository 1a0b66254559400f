import { describe, expect, it } from 'vitest';
import { listed, openChannelShop, tell } from './open-channel.ts';
import { checkInvariants, newCustomer, orderOf, PLACE_ORDER, staff } from './open-shop.ts';

describe('an order of a sales channel', () => {
  it('becomes an order of ours at the channel’s prices, once, however often it is seen', async () => {
    await using one = await openChannelShop();
    const { fake, neighbours } = one;
    const atlas = one.addVariant(5);
    const id = fake.sell({ lines: [{ sku: atlas.sku, quantity: 2, price: 1111 }], shipping: 399, tax: 0 });
    await one.takeIn();
    fake.change(id, {});
    await one.makeDue();
    await one.takeIn();
    await one.makeDue();
    await one.takeIn();

    const orders = await one.orders();
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({
      ...{ channel: 'bazaar', external_id: id, status: 'CONFIRMED', email: '', currency: 'EUR' },
      ...{ subtotal_minor: 2222, shipping_minor: 399, total_minor: 2621, buyer_id: expect.stringMatching(/^Guest:/) },
    });
    expect(neighbours.sold(atlas.id)).toBe(2);
    expect(neighbours.accounts.get(orders[0].id)).toMatchObject({ channel: 'bazaar', status: 'captured' });
    expect(neighbours.plans.get(orders[0].id)).toMatchObject({ address: { name: 'Grace Hopper', city: 'Berlin' } });
    await checkInvariants(one.db, neighbours);
  });

  it('is shown to staff with its channel, found by it, and shown to nobody else', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku }] });
    await one.takeIn();
    const [{ order }] = await listed(one, ['PLACED']);
    expect(order).toMatchObject({ status: 'CONFIRMED', channel: { name: 'bazaar', externalId: id } });
    const FIND = 'query ($channel: String) { orders(filter: { channel: $channel }) { nodes { id } } }';
    const found = async (channel: string) => (await one.shop.as(staff)(FIND, { channel })).data.orders.nodes;
    expect(await found('bazaar')).toEqual([{ id: order.id }]);
    expect(await found('amazon')).toEqual([]);
    const ada = one.shop.as(newCustomer());
    expect((await ada('query ($id: ID!) { order(id: $id) { id } }', { id: order.id })).data.order).toBeNull();
    expect((await ada('{ channelOrders { nodes { externalId } } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('writes no mail and tells no CRM: the channel hears of it instead', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku }] });
    await one.takeIn();
    await tell(one, 1);
    const [order] = await one.orders();
    expect(one.fake.told).toEqual([{ kind: 'ACKNOWLEDGED', externalId: id, orderNumber: order.number }]);
    expect(one.neighbours.mails.size).toBe(0);
    expect(one.neighbours.recorded).toEqual([]);
  });

  it('keeps where it goes with the order alone', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku }] });
    await one.shop.operations.lookAtChannels();
    expect((await one.rows())[0].picture.address).toMatchObject({ name: 'Grace Hopper' });
    await one.shop.operations.takeInChannelOrders();
    expect((await one.rows())[0].picture.address).toBeNull();
    // Nor does news of it bring it back.
    one.fake.change(id, { service: 'Express' });
    await one.makeDue();
    await one.takeIn();
    expect((await one.rows())[0].picture).toMatchObject({ address: null, service: 'Express' });
  });

  it('is neither edited nor exchanged here: it was sold as it is', async () => {
    await using one = await openChannelShop();
    const { sku } = one.addVariant(2);
    one.fake.sell({ lines: [{ sku }] });
    await one.takeIn();
    const [{ order }] = await listed(one);
    const { data } = await one.shop.as(staff)(
      `mutation ($input: EditOrderInput!) { editOrder(input: $input) { __typename ... on OrderNotEditable { reason } } }`,
      {
        input: {
          orderId: order.id,
          idempotencyKey: 'edit-it-now',
          reason: 'The buyer called.',
          remove: [],
          add: [{ variantId: one.addVariant(1).id, quantity: 1 }],
        },
      },
    );
    expect(data.editOrder).toEqual({ __typename: 'OrderNotEditable', reason: 'CHANNEL' });
  });

  it('of which a line was sold twice is one line here, and told line by line there', async () => {
    await using one = await openChannelShop();
    const { sku, id: variantId } = one.addVariant(5);
    const id = one.fake.sell({
      lines: [
        { sku, quantity: 2, price: 1000 },
        { sku, quantity: 1, price: 1001 },
      ],
    });
    await one.takeIn();
    const { rows: lines } = await one.db.pool.query('SELECT * FROM order_line');
    // 30.01 for three is no whole price: what 10.01 each is too much is taken off.
    expect(lines).toMatchObject([
      { variant_id: variantId, quantity: 3, unit_price_minor: 1001, discount_minor: 2, total_minor: 3001 },
    ]);
    const [order] = await one.orders();
    expect(order.channel_lines).toEqual([
      { id: `${id}:1`, sku, quantity: 2 },
      { id: `${id}:2`, sku, quantity: 1 },
    ]);
  });
});

it('a buyer cannot choose to pay through a channel', async () => {
  await using one = await openChannelShop();
  const input = orderOf(one.addVariant(1).id, { payment: { channel: 'bazaar' } });
  const { data, errors } = await one.shop.as(newCustomer())(PLACE_ORDER, { input });
  expect(data?.placeOrder ?? null).toBeNull();
  expect(errors?.[0]?.message).toContain('Field "channel" is not defined by type "PlaceOrderPaymentInput"');
  expect(await one.orders()).toEqual([]);
});

describe('an order whose money the channel has yet to collect', () => {
  it('holds its goods, and is placed when they are to be sent', async () => {
    await using one = await openChannelShop();
    const { fake, neighbours } = one;
    const atlas = one.addVariant(1);
    const id = fake.sell({ lines: [{ sku: atlas.sku }], state: 'PENDING' });
    await one.takeIn();
    expect(neighbours.available(atlas.id)).toBe(0);
    expect(await one.orders()).toEqual([]);
    expect(await listed(one)).toMatchObject([{ status: 'WAITING', problem: null, order: null }]);

    // Held on, for as long as it takes.
    neighbours.passTime(500);
    await one.makeDue();
    await one.takeIn();
    neighbours.passTime(500);
    expect(neighbours.available(atlas.id)).toBe(0);

    fake.collect(id);
    await one.makeDue();
    await one.takeIn();
    expect(await listed(one)).toMatchObject([{ status: 'PLACED', order: { status: 'CONFIRMED' } }]);
    expect(neighbours.sold(atlas.id)).toBe(1);
    await checkInvariants(one.db, neighbours);
  });

  it('lets its goods go when it is cancelled', async () => {
    await using one = await openChannelShop();
    const atlas = one.addVariant(1);
    const id = one.fake.sell({ lines: [{ sku: atlas.sku }], state: 'PENDING' });
    await one.takeIn();
    one.fake.cancel(id);
    await one.makeDue();
    await one.takeIn();
    expect(one.neighbours.available(atlas.id)).toBe(1);
    expect(await listed(one)).toMatchObject([{ status: 'CANCELLED', order: null, nextAttemptAt: null }]);
    expect(await one.orders()).toEqual([]);
  });

  it('holds another quantity when the channel has changed it', async () => {
    await using one = await openChannelShop();
    const { fake, neighbours } = one;
    const atlas = one.addVariant(3);
    const id = fake.sell({ lines: [{ sku: atlas.sku, quantity: 3 }], state: 'PENDING' });
    await one.takeIn();
    const [line] = fake.orders.get(id)?.lines ?? [];
    fake.change(id, { lines: line ? [{ ...line, quantity: 1, subtotal: { minor: 2500, currency: 'EUR' } }] : [] });
    await one.makeDue();
    await one.takeIn();
    await one.makeDue();
    await one.takeIn();
    expect(neighbours.available(atlas.id)).toBe(2);
    fake.change(id, {
      ...{ state: 'READY', address: { name: 'Grace', line1: 'Torstr. 1', city: 'Berlin', countryCode: 'DE' } },
      amounts: {
        total: { minor: 2500, currency: 'EUR' },
        shipping: { minor: 0, currency: 'EUR' },
        tax: { minor: 0, currency: 'EUR' },
      },
    });
    await one.makeDue();
    await one.takeIn();
    expect(neighbours.sold(atlas.id)).toBe(1);
    expect(neighbours.available(atlas.id)).toBe(2);
  });
});
