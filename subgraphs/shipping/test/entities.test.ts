import { ANONYMOUS } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, bob, guest, line, openShop, orders, plan, type Shop, staff } from './shop.ts';

/** One shop for all tests that only read. */
let calm: Shop;
beforeAll(async () => {
  calm = await openShop();
});
afterAll(() => calm[Symbol.asyncDispose]());

const ENTITIES = (selection: string) => /* GraphQL */ `
  query ($keys: [_Any!]!) { _entities(representations: $keys) { ${selection} } }
`;

/** Runs a query and says how many statements it took. */
async function counted<T>(shop: Shop, work: () => Promise<T>): Promise<readonly [T, number]> {
  const before = shop.db.statements.count;
  const answer = await work();
  return [answer, shop.db.statements.count - before];
}

const cart = (n: number, more: object = {}) => ({
  __typename: 'Cart',
  id: `Cart:${n}`,
  destination: { countryCode: n % 2 ? 'DE' : 'US', postalCode: '10115', region: null },
  weightGrams: 500 + n,
  subtotal: { amount: '20.00', currencyCode: 'EUR' },
  requiresShipping: true,
  ...more,
});
const CARTS = ENTITIES('... on Cart { id shippingQuotes { method { id name } price { amount } estimate { latest } } }');

describe('carts', () => {
  it('get their quotes in one statement, however many they are', async () => {
    const shop = calm;
    for (const size of [1, 100]) {
      const keys = Array.from({ length: size }, (_, n) => cart(n));
      const [{ data, errors }, statements] = await counted(shop, () => shop.as(ada)(CARTS, { keys }));
      expect(errors).toBeUndefined();
      expect(data._entities.every(({ shippingQuotes }: any) => shippingQuotes.length === 3)).toBe(true);
      expect(statements).toBe(1);
    }
  });

  it('have no quotes without a destination, or with nothing to send', async () => {
    const shop = calm;
    const keys = [cart(1, { destination: null }), cart(2, { requiresShipping: false })];
    const [{ data }, statements] = await counted(shop, () => shop.as(ada)(CARTS, { keys }));
    expect(data._entities.map(({ shippingQuotes }: any) => shippingQuotes)).toEqual([[], []]);
    expect(statements).toBe(0);
  });
});

describe('products', () => {
  const PRODUCTS = ENTITIES(
    '... on Product { id deliveryEstimate(countryCode: "DE", postalCode: "10115") { earliest latest } }',
  );

  it('know when they arrive by the quickest delivery, in one statement', async () => {
    const shop = calm;
    const product = (n: number, more: object = {}) => ({
      ...{ __typename: 'Product', id: `Product:${n}`, weightGrams: n, requiresShipping: true },
      ...more,
    });
    const keys = [...Array.from({ length: 98 }, (_, n) => product(n)), product(98, { requiresShipping: false })];
    keys.push(product(99, { weightGrams: 99_000 }));
    const [{ data }, statements] = await counted(shop, () => shop.as(ANONYMOUS)(PRODUCTS, { keys }));
    expect(data._entities[0].deliveryEstimate).toEqual({ earliest: '2026-03-03', latest: '2026-03-03' });
    expect(data._entities[98].deliveryEstimate).toBeNull();
    expect(data._entities[99].deliveryEstimate).toBeNull();
    expect(statements).toBe(1);
  });
});

const SHIPMENTS = /* GraphQL */ `
  id
  status
  order { id }
  method { name rateTables { zone { name areas { countryCode } } tiers { upToGrams price { amount } } } }
  lines { quantity orderLine { id } variant { id } }
  parcels { id weightGrams status trackingNumber }
  trackingEvents(first: 5) { nodes { id } }
  pickupLocation { name }
`;

describe('orders', () => {
  it('list their shipments in a constant number of statements', async () => {
    await using shop = await openShop();
    const orderIds: string[] = [];
    for (let n = 0; n < 30; n += 1) orderIds.push((await plan(shop, { lines: [line(1), line(2, 3, 'B')] })).orderId);
    const key = (id: string) => ({ __typename: 'Order', id });
    const ask = (selection: string, ids: string[]) =>
      counted(shop, () =>
        shop.as(ada)(ENTITIES(`... on Order { shipments { ${selection} } }`), { keys: ids.map(key) }),
      );
    const [, one] = await ask('id status trackingNumber address { city } latestDelivery', orderIds.slice(0, 1));
    const [many, thirty] = await ask('id status trackingNumber address { city } latestDelivery', orderIds);
    expect(many.data._entities.every(({ shipments }: any) => shipments.length === 2)).toBe(true);
    expect([one, thirty]).toEqual([1, 1]);
    // Methods and lines come with them.
    const [withBoth, both] = await ask('id method { id name carrier } lines { quantity variant { id } }', orderIds);
    expect(withBoth.data._entities[29].shipments[1]).toMatchObject({
      method: { carrier: 'SANDBOX' },
      lines: [{ quantity: 3 }],
    });
    expect(both).toBe(1);
    const [first, whole] = await ask(SHIPMENTS, orderIds.slice(0, 1));
    const [all, wholeOfAll] = await ask(SHIPMENTS, orderIds);
    expect([first.errors, all.errors]).toEqual([undefined, undefined]);
    expect(wholeOfAll).toBe(whole);
  });

  it('show their shipments to their buyer, staff and services alone, by every route', async () => {
    await using shop = await openShop();
    const { id, orderId } = await plan(shop);
    const { trackingNumber } = await labelled(shop, id);
    const routes = /* GraphQL */ `
      query ($id: ID!, $number: String!, $keys: [_Any!]!) {
        shipment(id: $id) { id }
        shipmentByTracking(trackingNumber: $number) { id }
        _entities(representations: $keys) { ... on Shipment { id } ... on Order { shipments { id } } }
      }
    `;
    const keys = [
      { __typename: 'Shipment', id },
      { __typename: 'Order', id: orderId },
    ];
    const seen = async (viewer: Parameters<Shop['as']>[0]) => {
      const { data } = await shop.as(viewer)(routes, { id, number: trackingNumber, keys });
      return [
        data.shipment?.id,
        data.shipmentByTracking?.id,
        data._entities[0]?.id,
        data._entities[1].shipments[0]?.id,
      ];
    };
    const everything = [id, id, id, id];
    const nothing = [undefined, undefined, undefined, undefined];
    expect(await seen(ada)).toEqual(everything);
    expect(await seen(staff('SUPPORT'))).toEqual(everything);
    expect(await seen(orders)).toEqual(everything);
    expect(await seen(bob)).toEqual(nothing);
    expect(await seen(guest)).toEqual(nothing);
    expect(await seen({ ...bob, guestId: ada.kind === 'customer' ? 'Guest:other' : '' } as typeof bob)).toEqual(
      nothing,
    );
    const stranger = await shop.as(ANONYMOUS)(ENTITIES('... on Shipment { id } ... on Order { shipments { id } }'), {
      keys,
    });
    expect(stranger.data._entities).toEqual([null, { shipments: [] }]);
  });

  it('of a guest stay visible after the guest has signed in', async () => {
    await using shop = await openShop();
    const guestId = 'Guest:01JGVEST000000000000000000';
    const { id } = await plan(shop, { buyerId: guestId });
    const read = 'query ($id: ID!) { shipment(id: $id) { id } }';
    expect((await shop.as(guest)(read, { id })).data.shipment).toEqual({ id });
    expect(
      (await shop.as({ kind: 'customer', customerId: 'Customer:x', guestId })(read, { id })).data.shipment,
    ).toEqual({ id });
    expect((await shop.as(ada)(read, { id })).data.shipment).toBeNull();
  });

  it('ask strangers to show who they are', async () => {
    const shop = calm;
    const { errors } = await shop.as(ANONYMOUS)('query ($id: ID!) { shipment(id: $id) { id } }', {
      id: newId('Shipment'),
    });
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it.each(['Shipment:1', 'Order:01JADA00000000000000000000', "'", '\u0000', ''])(
    'read %j as no shipment',
    async (id) => {
      const shop = calm;
      const read =
        'query ($id: ID!, $number: String!) { shipment(id: $id) { id } shipmentByTracking(trackingNumber: $number) { id } }';
      const { data, errors } = await shop.as(ada)(read, { id, number: id });
      expect(errors).toBeUndefined();
      expect(data).toEqual({ shipment: null, shipmentByTracking: null });
    },
  );
});

describe('what is internal', () => {
  it.each([
    ['customers', ada, 'FORBIDDEN'],
    ['strangers', ANONYMOUS, 'UNAUTHENTICATED'],
    ['staff', staff('ADMIN'), 'FORBIDDEN'],
  ])('is closed to %s', async (_who, viewer, code) => {
    const shop = calm;
    const cancel = 'mutation ($id: ID!) { cancelShipments(orderId: $id) }';
    const { errors } = await shop.as(viewer)(cancel, { id: newId('Order') });
    expect(errors?.[0]?.extensions.code).toBe(code);
  });
});

async function labelled(shop: Shop, id: string): Promise<{ readonly trackingNumber: string }> {
  await shop.operations.buyLabels(id);
  const [row] = await shop.ports.shipments.findByIds(orders, [id]);
  return { trackingNumber: row?.trackingNumber ?? '' };
}
