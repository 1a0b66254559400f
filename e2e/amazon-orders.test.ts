import { type AmazonDouble, openAmazonDouble } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { type AmazonOrders, createAmazonOrders } from '@cartograph/amazon-sp-api/testing/amazon-orders';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AskAs, openShop, type Shop } from './src/graph.ts';
import { findGoods, leaveStock, orderInput, settle } from './src/shop-operations.ts';

const WAIT = { timeout: 60_000, interval: 200 };
const SOLD = /* GraphQL */ `
  {
    channelOrders(first: 100) {
      nodes {
        externalId status problem
        order { id number status total { amount } shipments { id status trackingNumber } payment { channel status capturedAmount { amount } refundedAmount { amount } } }
      }
    }
  }
`;
const BOOKS =
  '{ ledgerBalances { account balance { amount currencyCode } } reconciliation { balanced differences { message } } }';

/** The whole shop on real databases, and Amazon's double where Amazon would be. */
describe.runIf(hasContracts())('orders of Amazon', () => {
  let orders: AmazonOrders;
  let amazon: AmazonDouble;
  let shop: Shop;
  let staff: AskAs;
  beforeAll(async () => {
    orders = createAmazonOrders();
    amazon = await openAmazonDouble(orders);
    for (const [type, work] of Object.entries(orders.feedTypes)) amazon.feeds.understand(type, work);
    amazon.feeds.processAtOnce();
    amazon.limits.set('searchOrders', { rate: 20, burst: 50 });
    amazon.limits.set('createFeed', { rate: 20, burst: 50 });
    shop = await openShop({
      ...amazon.env,
      ...{ SALES_CHANNELS: 'amazon', AMAZON_ORDERS_SECONDS: '1' },
      AMAZON_SHIPPING_METHOD: 'ShippingMethod:01JDEM0STANDARD00000000000',
    });
    staff = await shop.signInStaff();
  }, 120_000);
  afterAll(async () => {
    await shop?.[Symbol.asyncDispose]();
    await amazon?.[Symbol.asyncDispose]();
  });

  const sold = async (ids: readonly string[]) => {
    const { data } = await staff(SOLD);
    return data.channelOrders.nodes.filter(({ externalId }: { externalId: string }) => ids.includes(externalId));
  };

  it('are sent by us, and Amazon hears our number and what has left', async () => {
    const { variants } = await findGoods(staff);
    const { sku = '' } = variants.find(({ availableQuantity }) => availableQuantity > 3) ?? {};
    const id = orders.sell({ items: [{ sku, quantity: 1, price: '33.00' }], shipping: '3.00' });
    const shipment = await vi.waitFor(async () => {
      const [{ order }] = await sold([id]);
      expect(order.shipments).toMatchObject([{ status: 'LABEL_PURCHASED' }]);
      return order.shipments[0];
    }, WAIT);
    await staff('mutation ($id: ID!) { markHandedOver(shipmentId: $id) { __typename } }', { id: shipment.id });
    await vi.waitFor(() => {
      const { status, packages } = orders.order(id);
      expect([status, packages.map(({ tracking }) => tracking)]).toEqual(['SHIPPED', [shipment.trackingNumber]]);
    }, WAIT);
    const [{ order, status }] = await sold([id]);
    expect(status).toBe('PLACED');
    expect(order).toMatchObject({
      total: { amount: '36.00' },
      payment: { channel: 'amazon', status: 'CAPTURED', capturedAmount: { amount: '36.00' } },
    });
    expect(orders.order(id).alias).toBe(order.number);
  }, 120_000);

  it('that are cancelled there are cancelled here, and the goods and the money go back', async () => {
    const { variants } = await findGoods(staff);
    const { id: variantId, sku = '' } = variants.find(({ availableQuantity }) => availableQuantity > 5) ?? {};
    const left = async () =>
      (await staff('query ($id: ID!) { variant(id: $id) { availableQuantity } }', { id: variantId })).data.variant;
    const before = await left();
    const owed = (await books()).CHANNELS;
    const id = orders.sell({ items: [{ sku, quantity: 2, price: '10.00' }] });
    await vi.waitFor(async () => expect(await sold([id])).toMatchObject([{ status: 'PLACED' }]), WAIT);
    orders.cancel(id);
    await vi.waitFor(async () => {
      const [{ status, order }] = await sold([id]);
      expect([status, order.status, order.payment.status]).toEqual(['CANCELLED', 'CANCELLED', 'REFUNDED']);
    }, WAIT);
    expect(await left()).toEqual(before);
    expect((await books()).CHANNELS).toBe(owed);
  }, 120_000);

  it('and buyers of the shop share the last pieces: they are sold exactly, and the books agree', async () => {
    const { variants } = await findGoods(staff);
    const { id: variantId = '', sku = '' } = variants.filter(({ backorder }) => !backorder).at(-1) ?? {};
    await leaveStock(staff, variantId, 6);
    const guests = await Promise.all(Array.from({ length: 10 }, () => shop.guest()));
    const inputs = await Promise.all(guests.map(() => orderInput(staff, { lines: [{ variantId, quantity: 1 }] })));
    const before = Number((await books()).CHANNELS ?? 0);

    const ids = Array.from({ length: 10 }, (_, index) =>
      orders.sell({
        items: [{ sku, quantity: 1, price: '20.00' }],
        status: index % 2 === 0 ? 'UNSHIPPED' : 'PENDING',
      }),
    );
    await vi.waitFor(async () => expect(await sold(ids)).not.toHaveLength(0), WAIT);
    for (const id of ids) orders.collect(id);
    const answers = await Promise.all(inputs.map((input, index) => settle(guests[index] as AskAs, input)));
    const bought = answers.filter(({ __typename }) => __typename === 'PlaceOrderSuccess').length;
    await vi.waitFor(async () => {
      const states = (await sold(ids)).map(({ status }: { status: string }) => status);
      expect(states).toHaveLength(10);
      for (const status of states) expect(['PLACED', 'REFUSED', 'CANCELLED']).toContain(status);
    }, WAIT);

    const placed = (await sold(ids)).filter(({ status }: { status: string }) => status === 'PLACED');
    expect(bought + placed.length).toBe(6);
    const { data } = await staff('query ($id: ID!) { variant(id: $id) { availableQuantity } }', { id: variantId });
    expect(data.variant.availableQuantity).toBe(0);
    const isCancelled = (id: string) => orders.order(id).cancelReason === 'NoInventory';
    await vi.waitFor(() => expect(ids.filter(isCancelled)).toHaveLength(10 - placed.length), WAIT);
    expect(Number((await books()).CHANNELS)).toBe(before + placed.length * 20);
  }, 180_000);

  const books = async (): Promise<Readonly<Record<string, string>>> => {
    const { data } = await staff(BOOKS);
    expect(data.reconciliation).toMatchObject({ balanced: true, differences: [] });
    const inEuros = data.ledgerBalances.filter(({ balance }: any) => balance.currencyCode === 'EUR');
    return Object.fromEntries(inEuros.map(({ account, balance }: any) => [account, balance.amount]));
  };
});
