import { describe, expect, it } from 'vitest';
import type { Carrier } from '../src/ports.ts';
import { carrierContract } from './carrier.contract.ts';
import { carrierJourney } from './carrier-journey.contract.ts';
import { openFakeWorld, openSandboxWorld } from './carrier-worlds.ts';
import { address, CARRIER_SECRET, openShop, plan, shipmentOf, until } from './shop.ts';

carrierContract('fake', openFakeWorld);
carrierContract('sandbox', () => openSandboxWorld());
carrierJourney('fake', openFakeWorld);
carrierJourney('sandbox', () => openSandboxWorld());

describe('with the sandbox carrier', () => {
  it('a plan becomes a label, moves by itself and arrives, and both ledgers agree', async () => {
    let shipping = '';
    const webhook = { url: () => shipping && new URL('/webhooks/sandbox', shipping).href, secret: CARRIER_SECRET };
    await using world = await openSandboxWorld({ tempoMs: 30, webhook });
    await using shop = await openShop({
      ...{ carrier: world.carrier, autoBuyLabels: true, relay: true },
      clock: () => new Date(),
    });
    shipping = shop.url;
    const { id } = await plan(shop);
    await until(async () => (await shipmentOf(shop, id)).status === 'DELIVERED');
    await until(async () => shop.told.at(-1)?.status === 'DELIVERED');
    const ours = (await shop.db.pool.query('SELECT reference, tracking_number FROM labels WHERE voided_at IS NULL'))
      .rows;
    const theirs = world.sandbox.ledger.flatMap((entry) => (entry.kind === 'label' ? [entry.label] : []));
    expect(ours).toEqual(theirs.map((label) => ({ reference: label.id, tracking_number: label.trackingNumber })));
  });

  it('an outage and an answer that is lost after the effect end in one label', async () => {
    const plans = ['before', 'after', undefined, 'before', 'after'] as const;
    let call = 0;
    await using world = await openSandboxWorld({ faults: () => plans[call++] });
    await using shop = await openShop({ carrier: world.carrier });
    const { id } = await plan(shop);
    for (let attempt = 0; attempt < 5; attempt += 1) await shop.operations.buyLabels(id).catch(() => {});
    expect((await shipmentOf(shop, id)).status).toBe('LABEL_PURCHASED');
    expect(world.sandbox.ledger.filter(({ kind }) => kind === 'label')).toHaveLength(1);
  });

  it('a cancelled shipment’s label is given back there too', async () => {
    await using world = await openSandboxWorld();
    await using shop = await openShop({ carrier: world.carrier, autoBuyLabels: true, relay: true });
    const { id, orderId } = await plan(shop);
    await until(async () => (await shipmentOf(shop, id)).status === 'LABEL_PURCHASED');
    expect(await shop.operations.cancelShipments(orderId)).toBe(true);
    await until(async () => world.sandbox.ledger.some(({ kind }) => kind === 'void'));
  });

  it('an address that the carrier refuses is shown to staff', async () => {
    await using world = await openSandboxWorld();
    await using shop = await openShop({ carrier: world.carrier, autoBuyLabels: true, relay: true });
    const { id } = await plan(shop, { address: { ...address, postalCode: '101' } });
    const { problem } = await until(async () => {
      const shipment = await shipmentOf(shop, id);
      return shipment.problem && shipment;
    });
    expect(problem).toBe('"101" is not a postal code of DE.');
  });

  it('is asked for its own prices', async () => {
    await using world = await openSandboxWorld();
    const carrier: Carrier = world.carrier;
    const from = { ...address, company: null, line2: null, region: null, phone: null };
    const rates = await carrier.rates?.({ from, to: from, weightGrams: 1000 });
    expect(rates).toEqual([
      { service: 'ground', price: { minor: 335, currency: 'EUR' }, businessDays: null },
      { service: 'express', price: { minor: 780, currency: 'EUR' }, businessDays: null },
    ]);
  });
});
