import { describe, expect, it } from 'vitest';
import { fulfilment, line, openShop, orders, plan, planAndLabel, type Shop, shipmentOf, staff } from './shop.ts';

const REPLAN = /* GraphQL */ `
  mutation ($input: ReplanShipmentInput!) {
    replanShipment(input: $input) {
      __typename
      ... on ReplanShipmentSuccess {
        shipments { id status weightGrams warehouse { id } lines { quantity orderLine { id } } parcels { id } }
      }
      ... on ShipmentStatusConflict { status }
      ... on UserError { message }
    }
  }
`;
const HAND_OVER = 'mutation ($id: ID!) { markHandedOver(shipmentId: $id) { __typename } }';
const CANCEL = 'mutation ($id: ID!) { cancelShipments(orderId: $id) }';
const CANCEL_ONE = 'mutation ($id: ID!) { cancelShipment(shipmentId: $id) { __typename } }';
const TAKE_OUT = /* GraphQL */ `
  mutation ($orderId: ID!, $key: String!, $lines: [ShipmentPieceInput!]!) {
    takeOutOfShipments(orderId: $orderId, key: $key, lines: $lines)
  }
`;

const part = (...pieces: readonly [number, number][]) => ({
  lines: pieces.map(([n, quantity]) => ({ orderLineId: `OrderLine:${n}`, quantity })),
});

let keys = 0;
async function replan(shop: Shop, shipmentId: string, parts: readonly object[], changes: object = {}) {
  keys += 1;
  const input = { shipmentId, parts, key: `replan-${keys}`, ...changes };
  return (await shop.as(fulfilment)(REPLAN, { input })).data.replanShipment;
}
const takeOut = async (shop: Shop, orderId: string, key: string, ...pieces: readonly [number, number][]) =>
  (await shop.as(orders)(TAKE_OUT, { orderId, key, lines: part(...pieces).lines })).data.takeOutOfShipments;

/** What every open shipment of an order holds, by order line. */
async function held(shop: Shop, orderId: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await shop.db.pool.query<{ line: string; quantity: number }>(
    `SELECT l.order_line_id AS line, sum(l.quantity)::int AS quantity FROM shipment_lines l
     JOIN shipments s ON s.id = l.shipment_id WHERE s.order_id = $1 AND s.status <> 'CANCELLED' GROUP BY 1`,
    [orderId],
  );
  return Object.fromEntries(rows.map(({ line: id, quantity }) => [id, quantity]));
}

describe('a shipment that is split', () => {
  it('makes way for its parts, which hold the same and weigh the same together', async () => {
    await using shop = await openShop();
    const { id, orderId } = await plan(shop, { lines: [line(1, 3), line(2, 1)], weightGrams: 4000 });
    const answer = await replan(shop, id, [part([1, 1]), part([1, 2], [2, 1])]);
    expect(answer.shipments).toMatchObject([
      { status: 'PLANNED', weightGrams: 1000, warehouse: { id: 'Warehouse:A' }, lines: [{ quantity: 1 }] },
      { status: 'PLANNED', weightGrams: 3000, lines: [{ quantity: 2 }, { quantity: 1 }], parcels: [{}] },
    ]);
    expect((await shipmentOf(shop, id)).status).toBe('CANCELLED');
    expect(await held(shop, orderId)).toEqual({ 'OrderLine:1': 3, 'OrderLine:2': 1 });
  });

  it('gives its label back, and its parts get labels of their own', async () => {
    await using shop = await openShop({ autoBuyLabels: true });
    const { id } = await planAndLabel(shop, { lines: [line(1, 2)] });
    await replan(shop, id, [part([1, 1]), part([1, 1])]);
    const { rows } = await shop.db.pool.query<{ topic: string }>(
      `SELECT topic FROM outbox WHERE topic LIKE 'carrier.%' AND payload->>'shipmentId' IS DISTINCT FROM $1 ORDER BY topic`,
      [id],
    );
    expect(rows.map(({ topic }) => topic)).toEqual(['carrier.buyLabel', 'carrier.buyLabel', 'carrier.voidLabel']);
  });

  it('is split once, however often and under however many keys it is asked', async () => {
    await using shop = await openShop();
    const { id, orderId } = await plan(shop, { lines: [line(1, 2)] });
    const parts = [part([1, 1]), part([1, 1])];
    const answers = await Promise.all([
      ...[1, 2, 3].map(() => replan(shop, id, parts, { key: 'same-key' })),
      ...[1, 2, 3].map(() => replan(shop, id, parts)),
    ]);
    for (const { __typename } of answers) expect(__typename).toBe('ReplanShipmentSuccess');
    expect(await held(shop, orderId)).toEqual({ 'OrderLine:1': 2 });
    expect((await replan(shop, id, [part([1, 2])])).__typename).toBe('ShipmentStatusConflict');
  });

  it.each([
    ['less than it holds', [part([1, 1])]],
    ['more than it holds', [part([1, 2]), part([1, 1])]],
    ['something else', [part([1, 2], [9, 1])]],
    ['nothing', []],
    ['an empty part', [part([1, 2]), part()]],
    ['a negative part', [part([1, 3]), part([1, -1])]],
  ])('is left as it is when the parts hold %s', async (_what, parts) => {
    await using shop = await openShop();
    const { id } = await plan(shop, { lines: [line(1, 2)] });
    expect((await replan(shop, id, parts)).__typename).toBe('InvalidInput');
    expect((await shipmentOf(shop, id)).status).toBe('PLANNED');
  });

  it('has one outcome when the carrier takes it, its order is cancelled and it is split at once', async () => {
    await using shop = await openShop();
    for (let round = 0; round < 5; round += 1) {
      const { id, orderId } = await planAndLabel(shop, { lines: [line(1, 2)] });
      const [split, handed, cancelled] = await Promise.all([
        replan(shop, id, [part([1, 1]), part([1, 1])]),
        shop.as(fulfilment)(HAND_OVER, { id }),
        shop.as(orders)(CANCEL, { id: orderId }),
      ]);
      const left = handed.data.markHandedOver.__typename === 'MarkHandedOverSuccess';
      const called = cancelled.data.cancelShipments as boolean;
      expect(left && called).toBe(false);
      if (left) expect(split.__typename).toBe('ShipmentStatusConflict');
      // A split before the cancellation is cancelled with it, one after it is refused.
      expect(await held(shop, orderId)).toEqual(called ? {} : { 'OrderLine:1': 2 });
    }
  });

  it('may have been called off before, and is then sent anew, unless its order was cancelled', async () => {
    await using shop = await openShop();
    const { id, orderId } = await plan(shop, { lines: [line(1, 2)] });
    await shop.as(fulfilment)(CANCEL_ONE, { id });
    expect(await held(shop, orderId)).toEqual({});
    expect((await replan(shop, id, [part([1, 2])])).shipments).toMatchObject([{ status: 'PLANNED' }]);
    expect(await held(shop, orderId)).toEqual({ 'OrderLine:1': 2 });

    const other = await plan(shop, { lines: [line(1, 2)] });
    await shop.as(orders)(CANCEL, { id: other.orderId });
    expect(await replan(shop, other.id, [part([1, 2])])).toMatchObject({ status: 'CANCELLED' });
    expect(await held(shop, other.orderId)).toEqual({});
  });

  it('is for staff with that duty', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop, { lines: [line(1, 2)] });
    const input = { shipmentId: id, parts: [part([1, 2])], key: 'a-key' };
    const { errors } = await shop.as(staff('SUPPORT'))(REPLAN, { input });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('pieces that are not to be sent', () => {
  it('are taken out of what has not left, once per key', async () => {
    await using shop = await openShop();
    const { orderId } = await plan(shop, { lines: [line(1, 3), line(2, 1, 'B')] });
    expect(await Promise.all([1, 2, 3].map(() => takeOut(shop, orderId, 'edit-1', [1, 1], [2, 1])))).toEqual([
      true,
      true,
      true,
    ]);
    expect(await held(shop, orderId)).toEqual({ 'OrderLine:1': 2 });
    expect(await takeOut(shop, orderId, 'edit-2', [1, 3])).toBe(false);
    expect(await held(shop, orderId)).toEqual({ 'OrderLine:1': 2 });
  });

  it('are not sent anew either, when a shipment held nothing else', async () => {
    await using shop = await openShop();
    const { orderId } = await plan(shop, { lines: [line(1, 3), line(2, 1, 'B')] });
    await takeOut(shop, orderId, 'edit-1', [2, 1]);
    const { rows } = await shop.db.pool.query<{ id: string }>(
      `SELECT id FROM shipments WHERE warehouse_id = 'Warehouse:B'`,
    );
    expect(await replan(shop, rows[0]?.id ?? '', [part([2, 1])])).toMatchObject({
      __typename: 'ShipmentStatusConflict',
      message: 'What it held was taken out of the order.',
    });
    expect(await held(shop, orderId)).toEqual({ 'OrderLine:1': 3 });
  });

  it('stay when one of them has left, and when the order was cancelled', async () => {
    await using shop = await openShop();
    const { id, orderId } = await planAndLabel(shop, { lines: [line(1, 2), line(2, 1, 'B')] });
    await shop.as(fulfilment)(HAND_OVER, { id });
    expect(await takeOut(shop, orderId, 'edit-1', [1, 1], [2, 1])).toBe(false);
    expect(await held(shop, orderId)).toEqual({ 'OrderLine:1': 2, 'OrderLine:2': 1 });
    const other = await plan(shop, { lines: [line(1, 2)] });
    await shop.as(orders)(CANCEL, { id: other.orderId });
    expect(await takeOut(shop, other.orderId, 'edit-2', [1, 1])).toBe(false);
  });
});

describe('the database', () => {
  it('lets a shipment take the place of one that was called off, and of no other', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop);
    const copy = `INSERT INTO shipments SELECT (jsonb_populate_record(s, jsonb_build_object('id', 'Shipment:2', 'replaces', id))).*
      FROM shipments s WHERE id = $1`;
    await expect(shop.db.pool.query(copy, [id])).rejects.toMatchObject({ constraint: 'shipments_replaced' });
  });
});
