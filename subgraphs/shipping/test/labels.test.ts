import { rowsScanned } from '@cartograph/runtime/testing/rows-scanned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ada,
  address,
  BUY,
  fulfilment,
  openShop,
  orders,
  plan,
  planAndLabel,
  type Shop,
  shipmentOf,
  staff,
  until,
} from './shop.ts';

const buy = async (shop: Shop, id: string, key = 'key-1') =>
  (await shop.as(fulfilment)(BUY, { id, key })).data.buyShipmentLabel;
const CANCEL = /* GraphQL */ `
  mutation ($id: ID!) {
    cancelShipment(shipmentId: $id) { __typename ... on UserError { message } ... on ShipmentStatusConflict { status } }
  }
`;
const cancel = async (shop: Shop, id: string) => (await shop.as(fulfilment)(CANCEL, { id })).data.cancelShipment;
const labels = async (shop: Shop, where = 'TRUE'): Promise<number> =>
  (await shop.db.pool.query(`SELECT count(*) AS n FROM labels WHERE ${where}`)).rows[0].n;

/** One shop for all tests of refusals. */
let calm: Shop;
beforeAll(async () => {
  calm = await openShop();
});
afterAll(() => calm[Symbol.asyncDispose]());

describe('buying labels', () => {
  it('happens by itself after the plan, and orders hears of it', async () => {
    await using shop = await openShop({ autoBuyLabels: true, relay: true });
    const { id, orderId } = await plan(shop);
    await until(async () => shop.told.length > 0);
    expect(shop.told).toEqual([
      { orderId, shipmentId: id, status: 'LABEL_PURCHASED', eventId: expect.stringMatching(/^event:/) },
    ]);
    expect(await shipmentOf(shop, id)).toMatchObject({ status: 'LABEL_PURCHASED', trackingNumber: 'SBX000000000001' });
  });

  it('does not take a number that another parcel has, and says so', async () => {
    await using shop = await openShop();
    const { trackingNumber } = await planAndLabel(shop);
    const { id } = await plan(shop);
    // The next is counted from the start again.
    shop.carrier.sold.clear();
    const answer = await buy(shop, id);
    expect(answer).toMatchObject({ __typename: 'LabelRefused', message: expect.stringContaining(trackingNumber) });
    expect(await shipmentOf(shop, id)).toMatchObject({ status: 'PLANNED', problem: answer.message });
  });

  it('waits for staff where the setting is off', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop);
    expect((await shop.db.pool.query('SELECT 1 FROM outbox')).rowCount).toBe(0);
    expect(await buy(shop, id)).toMatchObject({
      __typename: 'BuyShipmentLabelSuccess',
      shipment: { status: 'LABEL_PURCHASED' },
    });
  });

  it('buys one label, however often and by whomever it is asked at once', async () => {
    await using shop = await openShop({ autoBuyLabels: true, relay: true });
    const { id } = await plan(shop);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => buy(shop, id, `key-${n}`)));
    expect(new Set(answers.map(({ shipment }) => shipment.trackingNumber)).size).toBe(1);
    expect([shop.carrier.sold.size, await labels(shop)]).toEqual([1, 1]);
  });

  it('takes a statement to read what is needed and note what is asked, and one to keep the label', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop);
    const before = shop.db.statements.count;
    expect(await shop.operations.buyLabels(id)).toBeNull();
    expect(shop.db.statements.count - before).toBe(2);
    expect(await shipmentOf(shop, id)).toMatchObject({ status: 'LABEL_PURCHASED', trackingNumber: 'SBX000000000001' });
  });

  it('reads the parcels of its shipment, however many there are of others', async () => {
    await using shop = await openShop();
    const { pool } = shop.db;
    const { id } = await plan(shop);
    await pool.query(
      `
      WITH others AS (
        INSERT INTO shipments SELECT (jsonb_populate_record(s, jsonb_build_object('id', 'Shipment:' || n))).*
        FROM shipments s, generate_series(1, 1000) n WHERE s.id = $1 RETURNING id)
      INSERT INTO parcels (id, shipment_id, number, weight_grams, status) SELECT 'Parcel:' || id, id, 1, 1, 'PLANNED' FROM others`,
      [id],
    );
    await pool.query('ANALYZE parcels');
    const moves = JSON.stringify([{ parcels: [], status: 'PLANNED' }]);
    expect(await rowsScanned(pool, 'parcels', 'SELECT move_parcels($1, $2)', [id, moves])).toBe(0);
  });

  it('buys one for each parcel, and the shipment is labelled with the last', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop, { weightGrams: 70_000 });
    shop.carrier.trouble.push(async () => {}, 'be down');
    const { errors } = await shop.as(fulfilment)(BUY, { id, key: 'k' });
    expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(await shipmentOf(shop, id)).toMatchObject({ status: 'PLANNED' });
    expect((await buy(shop, id, 'k')).shipment.status).toBe('LABEL_PURCHASED');
    expect([shop.carrier.sold.size, await labels(shop)]).toEqual([3, 3]);
  });

  it('meets the same label after an answer that was lost', async () => {
    await using shop = await openShop({ autoBuyLabels: true, relay: true });
    shop.carrier.trouble.push('lose the answer');
    const { id } = await plan(shop);
    await until(async () => (await shipmentOf(shop, id)).status === 'LABEL_PURCHASED');
    expect([shop.carrier.requests.length, shop.carrier.sold.size, await labels(shop)]).toEqual([2, 1, 1]);
  });

  it('keeps a refusal with the shipment, and goes on when the address is corrected', async () => {
    await using shop = await openShop({ autoBuyLabels: true, relay: true });
    const { id } = await plan(shop, { address: { ...address, postalCode: '101' } });
    await until(async () => (await shipmentOf(shop, id)).problem !== null);
    expect(await buy(shop, id)).toEqual({ __typename: 'LabelRefused', message: '"101" is not a postal code of DE.' });
    const correct = /* GraphQL */ `
      mutation ($input: CorrectShipmentAddressInput!) {
        correctShipmentAddress(input: $input) {
          __typename
          ... on CorrectShipmentAddressSuccess { shipment { problem address { postalCode } } }
        }
      }
    `;
    const { data } = await shop.as(staff('SUPPORT'))(correct, { input: { shipmentId: id, address } });
    expect(data.correctShipmentAddress.shipment).toEqual({ problem: null, address: { postalCode: '10115' } });
    await until(async () => (await shipmentOf(shop, id)).status === 'LABEL_PURCHASED');
    const late = await shop.as(fulfilment)(correct, { input: { shipmentId: id, address } });
    expect(late.data.correctShipmentAddress.__typename).toBe('ShipmentStatusConflict');
  });

  it('gives back a label whose address was corrected meanwhile, and buys another', async () => {
    await using shop = await openShop({ relay: true });
    const { id } = await plan(shop);
    shop.carrier.trouble.push(async () => {
      await shop.operations.correctShipmentAddress({ shipmentId: id, address: { ...address, line1: 'Elsewhere 2' } });
    });
    expect(await buy(shop, id)).toMatchObject({ __typename: 'ShipmentStatusConflict', status: 'PLANNED' });
    await until(async () => shop.carrier.voided.has('lbl_1'));
    expect((await buy(shop, id)).shipment.trackingNumber).toBe('SBX000000000002');
    expect(shop.carrier.requests.at(-1)?.to.line1).toBe('Elsewhere 2');
  });

  it.each([
    ['a key that was used for another shipment', 'InvalidInput'],
    ['an unknown shipment', 'NotFound'],
    ['an id that is none', 'NotFound'],
    ['an empty key', 'InvalidInput'],
  ])('refuses %s', async (what, kind) => {
    const shop = calm;
    const { id } = await planAndLabel(shop);
    await buy(shop, id, `used ${id}`);
    const sold = shop.carrier.sold.size;
    const other = await plan(shop);
    const target = what === 'an unknown shipment' ? 'Shipment:01JNONE0000000000000000000' : other.id;
    const answer = await buy(
      shop,
      what === 'an id that is none' ? '\u0000' : target,
      what === 'an empty key' ? '' : what.startsWith('a key') ? `used ${id}` : 'fresh',
    );
    expect(answer.__typename).toBe(kind);
    expect(shop.carrier.sold.size).toBe(sold);
  });
});

describe('cancelling a shipment', () => {
  it('gives its label back', async () => {
    await using shop = await openShop({ relay: true });
    const { id, orderId } = await planAndLabel(shop);
    expect((await cancel(shop, id)).__typename).toBe('CancelShipmentSuccess');
    await until(async () => (await labels(shop, 'voided_at IS NOT NULL')) === 1);
    expect([...shop.carrier.voided]).toEqual(['lbl_1']);
    await until(async () => shop.told.some(({ status }) => status === 'CANCELLED'));
    expect(shop.told.every((change) => change.orderId === orderId)).toBe(true);
  });

  it('while its label is being bought leaves no label that anybody pays for', async () => {
    await using shop = await openShop({ relay: true });
    for (let round = 0; round < 10; round += 1) {
      const { id } = await plan(shop);
      // Once in the middle of the purchase for sure, otherwise whenever the two meet.
      if (round === 0) {
        shop.carrier.trouble.push(async () => void (await shop.operations.cancelShipment(id)));
        expect(await buy(shop, id, `k${round}`)).toMatchObject({ status: 'CANCELLED' });
      } else await Promise.all([buy(shop, id, `k${round}`), cancel(shop, id)]);
      expect((await shipmentOf(shop, id)).status).toBe('CANCELLED');
    }
    await until(async () => (await labels(shop, 'voided_at IS NULL')) === 0);
    expect(shop.carrier.voided.size).toBe(shop.carrier.sold.size);
  });

  it('is refused once it has left', async () => {
    await using shop = await openShop();
    const { id } = await planAndLabel(shop);
    await shop.operations.markHandedOver(id);
    expect(await cancel(shop, id)).toEqual({
      __typename: 'ShipmentStatusConflict',
      message: 'It has left the warehouse.',
      status: 'HANDED_OVER',
    });
  });

  it('shows when the carrier does not take the label back', async () => {
    await using shop = await openShop({ relay: true });
    const { id } = await planAndLabel(shop);
    shop.carrier.refusesVoid = true;
    await cancel(shop, id);
    await until(async () => (await shipmentOf(shop, id)).problem?.includes('does not take back label lbl_1'));
  });
});

describe('handing over', () => {
  const HAND_OVER = /* GraphQL */ `
    mutation ($id: ID!) {
      markHandedOver(shipmentId: $id) {
        __typename
        ... on MarkHandedOverSuccess { shipment { status handedOverAt deliveredAt } }
        ... on ShipmentStatusConflict { status }
      }
    }
  `;
  const handOver = async (shop: Shop, id: string) => (await shop.as(fulfilment)(HAND_OVER, { id })).data.markHandedOver;

  it('needs a label, and a repeat changes nothing', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop);
    expect(await handOver(shop, id)).toEqual({ __typename: 'ShipmentStatusConflict', status: 'PLANNED' });
    await buy(shop, id);
    const first = await handOver(shop, id);
    expect(first.shipment).toEqual({
      status: 'HANDED_OVER',
      handedOverAt: '2026-03-02T09:00:00.000Z',
      deliveredAt: null,
    });
    expect(await handOver(shop, id)).toEqual(first);
  });

  it('of a pick-up is the delivery', async () => {
    await using shop = await openShop();
    const { id } = await plan(shop, { methodId: 'ShippingMethod:01JDEM0P1CKVP0000000000000' });
    expect((await handOver(shop, id)).shipment).toMatchObject({
      status: 'DELIVERED',
      deliveredAt: '2026-03-02T09:00:00.000Z',
    });
  });
});

describe('the label', () => {
  const LABEL = /* GraphQL */ `
    query ($id: ID!) {
      shipment(id: $id) { parcels { label { trackingNumber service contentType contentBase64 cost { amount } } } }
    }
  `;

  it('is printed by staff who may', async () => {
    await using shop = await openShop();
    const { id } = await planAndLabel(shop);
    const { data } = await shop.as(fulfilment)(LABEL, { id });
    const [{ label }] = data.shipment.parcels;
    expect(label).toMatchObject({ contentType: 'application/pdf', service: 'ground', cost: { amount: '3.35' } });
    expect(Buffer.from(label.contentBase64, 'base64').toString()).toMatch(/^%PDF-/);
  });

  it.each([
    ['its buyer', ada],
    ['staff of another kind', staff('CATALOGUE')],
    ['neighbours', orders],
  ])('is refused to %s', async (_who, viewer) => {
    const shop = calm;
    const { id } = await planAndLabel(shop);
    const { data, errors } = await shop.as(viewer)(LABEL, { id });
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(JSON.stringify(data)).not.toContain('JVBERi');
    expect(await shop.ports.labels.currentOf(viewer, ['anything'])).toEqual([]);
  });

  it.each([
    ['buyShipmentLabel(shipmentId: "x", key: "k") { __typename }'],
    ['cancelShipment(shipmentId: "x") { __typename }'],
    ['markHandedOver(shipmentId: "x") { __typename }'],
    ['updateShippingMethod(input: { id: "x", active: false }) { __typename }'],
  ])('and %s are for staff', async (field) => {
    const shop = calm;
    for (const viewer of [ada, staff('CATALOGUE'), orders])
      expect((await shop.as(viewer)(`mutation { ${field} }`)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
