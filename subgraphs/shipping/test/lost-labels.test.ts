import { describe, expect, it } from 'vitest';
import { address, BUY, fulfilment, openShop, plan, type Shop, until } from './shop.ts';

type Trouble = Shop['carrier']['trouble'][number];

const buy = (shop: Shop, id: string) => shop.as(fulfilment)(BUY, { id, key: 'key-1' });

/** A planned shipment of whose label nobody knows whether it was bought. */
async function planAndLose(shop: Shop, trouble: Trouble = 'lose the answer'): Promise<string> {
  const { id } = await plan(shop);
  shop.carrier.trouble.push(trouble);
  expect((await buy(shop, id)).errors?.[0]?.extensions.code).toMatch(/^(SERVICE_UNAVAILABLE|DEADLINE_EXCEEDED)$/);
  return id;
}

describe('a label that may have been bought', () => {
  it.each(['lose the answer', 'be down'] as const)('goes back when its shipment is cancelled: %s', async (trouble) => {
    await using shop = await openShop({ relay: true });
    const id = await planAndLose(shop, trouble);
    await shop.operations.cancelShipment(id);
    const back = async () =>
      (await shop.db.pool.query('SELECT FROM labels WHERE voided_at IS NOT NULL')).rowCount === 1;
    await until(back);
    expect([...shop.carrier.voided]).toEqual([...shop.carrier.sold.values()].map(({ reference }) => reference));
    expect((await shop.db.pool.query('SELECT FROM label_requests')).rowCount).toBe(0);
  });

  it('goes back when its address is corrected, and another is bought', async () => {
    await using shop = await openShop({ relay: true });
    const id = await planAndLose(shop);
    await shop.operations.correctShipmentAddress({ shipmentId: id, address: { ...address, line1: 'Elsewhere 2' } });
    await until(async () => shop.carrier.voided.has('lbl_1'));
    expect((await buy(shop, id)).data.buyShipmentLabel.shipment.trackingNumber).toBe('SBX000000000002');
    expect(shop.carrier.voided.size).toBe(1);
  });

  it('is asked for by the very same request, also where its method means another service by now', async () => {
    await using shop = await openShop();
    const id = await planAndLose(shop);
    await shop.db.pool.query(`UPDATE methods SET carrier_service = carrier_service || '-2'`);
    expect((await buy(shop, id)).data.buyShipmentLabel.shipment.status).toBe('LABEL_PURCHASED');
    const [first, second] = shop.carrier.requests;
    expect(second).toEqual(first);
  });
});

it('a shipment that is cancelled between two of its labels gets no other', async () => {
  await using shop = await openShop({ relay: true });
  const { id } = await plan(shop, { weightGrams: 70_000 });
  shop.carrier.trouble.push(async () => void (await shop.operations.cancelShipment(id)));
  expect((await buy(shop, id)).data.buyShipmentLabel).toMatchObject({ status: 'CANCELLED' });
  await until(async () => shop.carrier.voided.size === 1);
  expect(new Set(shop.carrier.requests.map(({ key }) => key)).size).toBe(1);
});
