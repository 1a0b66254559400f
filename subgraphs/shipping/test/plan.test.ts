import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { ada, address, line, openShop, orders, PICKUP, PLAN, plan, planInput, type Shop } from './shop.ts';

const count = async (shop: Shop, table: string): Promise<number> =>
  (await shop.db.pool.query(`SELECT count(*) AS n FROM ${table}`)).rows[0].n;
const send = (shop: Shop, more: object = {}) => shop.as(orders)(PLAN, { input: planInput(more) });
const CANCEL = 'mutation ($id: ID!) { cancelShipments(orderId: $id) }';
const cancel = async (shop: Shop, id: string) => (await shop.as(orders)(CANCEL, { id })).data.cancelShipments;

describe('planning a shipment', () => {
  it('takes one statement and makes shipment, lines, parcels and the order for a label', async () => {
    await using shop = await openShop({ autoBuyLabels: true });
    await plan(shop);
    const before = shop.db.statements.count;
    await plan(shop, { lines: [line(1, 2), line(2, 1, 'B')], weightGrams: 3_000 });
    expect(shop.db.statements.count - before).toBe(1);
    const { rows } = await shop.db.pool.query(
      `SELECT s.warehouse_id AS warehouse, s.weight_grams AS grams, earliest_delivery::text AS earliest,
         latest_delivery::text AS latest, (SELECT count(*) FROM shipment_lines l WHERE l.shipment_id = s.id) AS lines
       FROM shipments s ORDER BY s.id OFFSET 1`,
    );
    const promise = { earliest: '2026-03-03', latest: '2026-03-05', lines: 1 };
    expect(rows).toEqual([
      { warehouse: 'Warehouse:A', grams: 2_000, ...promise },
      { warehouse: 'Warehouse:B', grams: 1_000, ...promise },
    ]);
    expect(await count(shop, `outbox WHERE topic = 'carrier.buyLabel'`)).toBe(3);
  });

  it('twice gives the first plan', async () => {
    await using shop = await openShop();
    const orderId = newId('Order');
    const first = await plan(shop, { orderId });
    const before = shop.db.statements.count;
    expect(await plan(shop, { orderId, weightGrams: 9_000, lines: [line(1), line(2, 1, 'B')] })).toEqual(first);
    expect(shop.db.statements.count - before).toBe(1);
    expect(await count(shop, 'shipments')).toBe(1);
  });

  it('by many at once makes one plan', async () => {
    await using shop = await openShop({ autoBuyLabels: true });
    const orderId = newId('Order');
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await plan(shop, { orderId, lines: [line(1), line(2, 1, 'B')] })).id),
    );
    expect(new Set(ids).size).toBe(1);
    expect([await count(shop, 'shipments'), await count(shop, 'parcels'), await count(shop, 'outbox')]).toEqual([
      2, 2, 2,
    ]);
  });

  it('merges what one order line takes from one warehouse', async () => {
    await using shop = await openShop();
    await plan(shop, { lines: [line(1, 2), line(1, 3), line(1, 1, 'B')] });
    const { rows } = await shop.db.pool.query('SELECT quantity FROM shipment_lines ORDER BY quantity DESC');
    expect(rows).toEqual([{ quantity: 5 }, { quantity: 1 }]);
  });

  it('packs what is too heavy for one parcel into several', async () => {
    await using shop = await openShop();
    await plan(shop, { weightGrams: 70_001 });
    const { rows } = await shop.db.pool.query('SELECT number, weight_grams AS grams FROM parcels ORDER BY number');
    expect(rows).toEqual([
      { number: 1, grams: 23_334 },
      { number: 2, grams: 23_334 },
      { number: 3, grams: 23_333 },
    ]);
  });

  it('sends a pick-up to the location nearest by postal code, or to the one that was chosen', async () => {
    await using shop = await openShop({ autoBuyLabels: true });
    const pickup = async (more: object) => {
      const { id } = await plan(shop, { methodId: PICKUP, ...more });
      const read = 'query ($id: ID!) { shipment(id: $id) { pickupLocation { name } } }';
      return (await shop.as(ada)(read, { id })).data.shipment.pickupLocation.name;
    };
    expect(await pickup({ address: { ...address, postalCode: '80331' } })).toBe('München Glockenbach');
    const [location] = (await shop.db.pool.query(`SELECT id FROM pickup_locations WHERE name LIKE 'Hamburg%'`)).rows;
    expect(await pickup({ pickupLocationId: location.id })).toBe('Hamburg Altona');
    expect(await count(shop, 'outbox')).toBe(0);
  });

  it.each([
    ['an unknown method', { methodId: 'ShippingMethod:01JNONE0000000000000000000' }, /methodId/],
    ['no lines', { lines: [] }, /lines/],
    ['no pieces', { lines: [line(1, 0)] }, /quantity/],
    ['a negative weight', { weightGrams: -1 }, /weightGrams/],
    ['a pick-up where no location is', { methodId: PICKUP, address: { ...address, countryCode: 'FR' } }, /pick-up/],
  ])('of %s is refused and leaves nothing behind', async (_what, more, message) => {
    await using shop = await openShop();
    const { errors } = await send(shop, more);
    expect(errors?.[0]?.message).toMatch(message);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect([await count(shop, 'shipment_plans'), await count(shop, 'shipments')]).toEqual([0, 0]);
  });
});

describe('cancelling an order’s shipments', () => {
  it('cancels them all, as often as it is asked', async () => {
    await using shop = await openShop();
    const { orderId } = await plan(shop, { lines: [line(1), line(2, 1, 'B')] });
    expect(await cancel(shop, orderId)).toBe(true);
    expect(await cancel(shop, orderId)).toBe(true);
    expect(await count(shop, `shipments WHERE status = 'CANCELLED'`)).toBe(2);
    expect(await count(shop, `outbox WHERE topic = 'orders.shipmentChanged'`)).toBe(2);
  });

  it('before the plan has come bars the plan', async () => {
    await using shop = await openShop();
    const orderId = newId('Order');
    expect(await cancel(shop, orderId)).toBe(true);
    expect((await send(shop, { orderId })).errors?.[0]?.extensions.code).toBe('CONFLICT');
    expect(await count(shop, 'shipments')).toBe(0);
  });

  it('at the moment of the plan leaves nothing planned', async () => {
    await using shop = await openShop();
    for (let round = 0; round < 15; round += 1) {
      const orderId = newId('Order');
      const [cancelled] = await Promise.all([cancel(shop, orderId), send(shop, { orderId })]);
      expect(cancelled).toBe(true);
    }
    expect(await count(shop, `shipments WHERE status <> 'CANCELLED'`)).toBe(0);
  });

  it('changes nothing when one has left', async () => {
    await using shop = await openShop();
    const { orderId, id } = await plan(shop, { lines: [line(1), line(2, 1, 'B')] });
    await shop.operations.buyLabels(id);
    await shop.operations.markHandedOver(id);
    expect(await cancel(shop, orderId)).toBe(false);
    expect(await count(shop, `shipments WHERE status = 'CANCELLED'`)).toBe(0);
    expect(await count(shop, 'shipment_plans WHERE cancelled_at IS NOT NULL')).toBe(0);
  });
});
