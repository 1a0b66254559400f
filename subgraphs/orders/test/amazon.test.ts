import { GERMANY } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { money } from '@cartograph/kernel/money';
import { describe, expect, it } from 'vitest';
import { toChannelOrder } from '../src/adapters/amazon/orders.ts';
import { readChannel } from '../src/adapters/amazon/provider.ts';
import { readConfig } from '../src/config.ts';
import type { ChannelMessage } from '../src/domain/channel-message.ts';
import { openAmazon } from './amazon-shop.ts';
import { listed, openChannelShop } from './open-channel.ts';
import { checkInvariants, eventually } from './open-shop.ts';
import { describeSalesChannel } from './sales-channel.contract.ts';

describe.runIf(hasContracts())('Amazon', () => {
  describeSalesChannel('Amazon', async () => {
    const amazon = await openAmazon();
    const { orders, double } = amazon;
    return {
      channel: amazon.channel,
      sell: (lines, state = 'READY') =>
        orders.sell({
          items: lines.map((line) => ({ ...line, price: '25.00' })),
          status: state === 'READY' ? 'UNSHIPPED' : 'PENDING',
        }),
      collect: orders.collect,
      cancel: orders.cancel,
      setPageSize: orders.setPageSize,
      workOff: double.feeds.process,
      shown(id) {
        const { alias, status, packages, items } = orders.order(id);
        return {
          ...{ orderNumber: alias, isCancelled: status === 'CANCELLED' },
          parcels: packages.map(({ tracking }) => tracking),
          refunded: items.reduce((all, { refunded }) => all + refunded, 0),
        };
      },
      loseAnswer: () => double.faults.add({ operation: 'createFeed', at: 'after', does: 'cut' }),
      // Five, which is as often as a call is made.
      limit: () => double.faults.add({ operation: 'searchOrders', at: 'before', does: LIMITED, times: 5 }),
      [Symbol.asyncDispose]: () => amazon[Symbol.asyncDispose](),
    };
  });

  it('is asked for no more of its buyers than a parcel needs, and for what it does not send itself', async () => {
    await using amazon = await openAmazon();
    const ours = amazon.orders.sell({ items: [SHIRT] });
    amazon.orders.sell({ items: [SHIRT], fulfilledBy: 'AMAZON' });
    const { orders } = await amazon.channel.changedOrders(new Date(0), null);
    expect(orders.map(({ externalId }) => externalId)).toEqual([ours]);
    const [call] = amazon.double.server.calls.filter(({ operation }) => operation === 'searchOrders');
    expect(call?.query).toMatchObject({
      ...{
        includedData: ['RECIPIENT', 'PROCEEDS', 'FULFILLMENT'],
        fulfilledBy: ['MERCHANT'],
        marketplaceIds: [GERMANY],
      },
    });
    expect(JSON.stringify(orders)).not.toContain('marketplace.amazon.de');
  });

  it('tells until when its answer is complete', async () => {
    await using amazon = await openAmazon();
    amazon.orders.setLag(120_000);
    const { completeUntil } = await amazon.channel.changedOrders(new Date(0), null);
    expect(Date.now() - (completeUntil?.getTime() ?? 0)).toBeGreaterThanOrEqual(120_000);
  });

  it('is told in documents that hold any letters', async () => {
    await using amazon = await openAmazon();
    const id = amazon.orders.sell({ items: [SHIRT] });
    const news = { kind: 'ACKNOWLEDGED', orderNumber: 'A&B <"1">' } as const;
    const messages: ChannelMessage[] = [{ id: 'one', channel: 'amazon', orderId: 'Order:1', externalId: id, news }];
    const sent = await amazon.channel.send('ACKNOWLEDGED', messages, null);
    amazon.double.feeds.process();
    expect('receipt' in sent && (await amazon.channel.outcome(sent.receipt, messages))).toEqual([
      { id: 'one', problem: null },
    ]);
    expect(amazon.orders.order(id).alias).toBe('A&B <"1">');
    const [feed] = amazon.double.feeds.all();
    expect(feed).toMatchObject({ feedType: 'POST_ORDER_ACKNOWLEDGEMENT_DATA', marketplaceIds: [GERMANY] });
  });

  it('that loses a feed, or refuses one, has taken none of its messages', async () => {
    await using amazon = await openAmazon();
    const id = amazon.orders.sell({ items: [SHIRT] });
    const news = { kind: 'ACKNOWLEDGED', orderNumber: 'ABCD1234' } as const;
    const messages: ChannelMessage[] = [{ id: 'one', channel: 'amazon', orderId: 'Order:1', externalId: id, news }];
    const sent = await amazon.channel.send('ACKNOWLEDGED', messages, null);
    amazon.double.feeds.lose('FATAL');
    expect('receipt' in sent && (await amazon.channel.outcome(sent.receipt, messages))).toEqual([
      { id: 'one', problem: 'Amazon ended it as FATAL.' },
    ]);
    amazon.double.feeds.lose('gone');
    expect('receipt' in sent && (await amazon.channel.outcome(sent.receipt, messages))).toMatchObject([
      { id: 'one', problem: expect.stringMatching(/^Amazon knows no feed/) },
    ]);
    const body = { errors: [{ code: 'InvalidInput', message: 'Not so.' }] };
    amazon.double.faults.add({ operation: 'createFeed', at: 'before', does: { status: 400, body } });
    expect(await amazon.channel.send('ACKNOWLEDGED', messages, null)).toEqual({
      results: [{ id: 'one', problem: 'Not so. (InvalidInput)' }],
    });
  });

  it('sells, and is told of it, through all of orders, with every call failing once', async () => {
    await using amazon = await openAmazon();
    const { orders, double } = amazon;
    await using one = await openChannelShop({ channels: [amazon.channel] });
    const atlas = one.addVariant(3);
    const item = (quantity: number) => ({ sku: atlas.sku, quantity, price: '19.90' });
    const paid = orders.sell({ items: [item(2)], shipping: '4.90', tax: '1.10' });
    const pending = orders.sell({ items: [item(1)], status: 'PENDING' });
    double.faults.add({ operation: 'searchOrders', at: 'after', does: 'cut' });
    await one.takeIn();
    // What is taken in at once competes: the last one comes when the others have their goods.
    const late = orders.sell({ items: [item(1)] });
    await one.makeDue();
    await one.takeIn();
    expect((await listed(one)).map(({ externalId, status }: any) => [externalId, status])).toEqual([
      [late, 'REFUSED'],
      [pending, 'WAITING'],
      [paid, 'PLACED'],
    ]);
    expect(await one.orders()).toContainEqual(expect.objectContaining({ external_id: paid, total_minor: 4580 }));

    double.faults.add({ operation: 'createFeedDocument', at: 'before', does: LIMITED });
    double.faults.add({ operation: 'createFeed', at: 'after', does: 'cut' });
    double.faults.add({ operation: 'getFeed', at: 'after', does: 'cut' });
    await eventually(async () => (await one.db.pool.query('SELECT FROM channel_message')).rowCount === 2);
    await eventually(async () => {
      await one.makeDue();
      await one.shop.operations.tellChannels().catch(() => {});
      double.feeds.process();
      return (await one.db.pool.query('SELECT FROM channel_message WHERE told_at IS NULL')).rowCount === 0;
    });
    const [{ order }] = await listed(one, ['PLACED']);
    expect(orders.order(paid).alias).toBe((await one.orders()).find(({ id }: any) => id === order.id)?.number);
    expect(orders.order(late)).toMatchObject({ status: 'CANCELLED', cancelReason: 'NoInventory' });
    expect(double.feeds.all()).toHaveLength(2);

    orders.collect(pending);
    await one.makeDue();
    await one.takeIn();
    expect((await listed(one, ['PLACED'])).map(({ externalId }: any) => externalId)).toEqual([pending, paid]);
    expect(one.neighbours.sold(atlas.id)).toBe(3);
    await checkInvariants(one.db, one.neighbours);
  });
});

const SHIRT = { sku: 'SHIRT', quantity: 1, price: '25.00' };
const LIMITED = {
  status: 429,
  body: { errors: [{ code: 'QuotaExceeded', message: 'Too often.' }] },
};

describe('an order of Amazon', () => {
  const order = (more: object) =>
    toChannelOrder({
      ...{ orderId: '302-1', lastUpdatedTime: '2026-11-26T12:00:00Z', orderItems: [] },
      ...more,
    });
  const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });

  it('has discounts with and without a minus, and charges besides the goods', () => {
    const breakdowns = [
      { type: 'ITEM', subtotal: eur('20.00') },
      { type: 'DISCOUNT', subtotal: eur('-2.00') },
      { type: 'SHIPPING', subtotal: eur('4.00') },
      { type: 'GIFT_WRAP', subtotal: eur('1.00') },
      {
        ...{ type: 'TAX', subtotal: eur('4.00') },
        detailedBreakdowns: [
          { subtype: 'ITEM', value: eur('3.00') },
          { subtype: 'SHIPPING', value: eur('1.00') },
        ],
      },
    ];
    const item = { orderItemId: '1', quantityOrdered: 2, product: { sellerSku: 'A' }, proceeds: { breakdowns } };
    expect(order({ proceeds: { grandTotal: eur('27.00') }, orderItems: [item] })).toMatchObject({
      lines: [{ subtotal: money(2000, 'EUR'), discount: money(200, 'EUR'), tax: money(300, 'EUR') }],
      amounts: { total: money(2700, 'EUR'), shipping: money(500, 'EUR'), tax: money(400, 'EUR') },
    });
  });

  it('that cannot be read hides no other: its amounts are not told', () => {
    expect(order({ proceeds: { grandTotal: eur('27.001') } })).toMatchObject({ amounts: null });
    expect(order({ proceeds: { grandTotal: { amount: '27.00', currencyCode: 'nothing' } } }).amounts).toBeNull();
  });

  it('counts what was not cancelled of it', () => {
    const item = {
      ...{ orderItemId: '1', quantityOrdered: 3, product: { sellerSku: 'A' } },
      fulfillment: { quantityFulfilled: 0, quantityUnfulfilled: 2 },
    };
    expect(order({ orderItems: [item] }).lines).toMatchObject([{ quantity: 2 }]);
  });
});

describe('the setting SALES_CHANNELS', () => {
  const env = {
    ...{ ENVELOPE_SECRET: 'x'.repeat(32), DATABASE_URL: 'postgres://localhost/orders', SALES_CHANNELS: 'amazon' },
    ...{ AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.0123', AMAZON_CLIENT_SECRET: '0123456789abcdef' },
    ...{ AMAZON_REFRESH_TOKEN: 'Atzr|0123', AMAZON_SELLER_ID: 'A3TH9S8BH6GOGM', AMAZON_REGION: 'eu' },
    ...{
      AMAZON_MARKETPLACES: 'A1PA6795UKMFR9=EUR/DE',
      AMAZON_SHIPPING_METHOD: 'ShippingMethod:01JDEM00000000000000000001',
    },
  };

  it('connects Amazon with a method for its parcels, and looks once in three minutes', () => {
    expect(readConfig(env).channels).toMatchObject([{ name: 'amazon' }]);
    expect(readChannel(env)).toMatchObject({
      ...{ shippingMethodId: 'ShippingMethod:01JDEM00000000000000000001', lookEveryMs: 180_000 },
    });
    expect(readConfig({ ...env, SALES_CHANNELS: '' }).channels).toEqual([]);
  });

  it.each([
    ['SALES_CHANNELS', 'ebay'],
    ['AMAZON_SHIPPING_METHOD', 'standard'],
    ['AMAZON_REFRESH_TOKEN', 'secret-of-somebody'],
  ])('stops the start by the name of what is malformed: %s', (name, value) => {
    expect(() => readConfig({ ...env, [name]: value })).toThrow(new RegExp(`^${name} `));
  });
});
