import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { createUps } from '../src/adapters/ups/carrier.ts';
import { toLines, toMessage, toWeight } from '../src/adapters/ups/mapping.ts';
import { createPurchaseStore } from '../src/datasources/purchase-store.ts';
import { carrierContract } from './carrier.contract.ts';
import { carrierJourney } from './carrier-journey.contract.ts';
import { openUpsWorld } from './carrier-worlds.ts';
import { openUpsDouble, UPS_ACCOUNT, UPS_CLIENT } from './ups-double.ts';

const here = {
  ...{ name: 'Ada Lovelace', company: null, line1: '179 N Harbor Dr', line2: null, city: 'Redondo Beach' },
  ...{ region: 'CA', postalCode: '90277', countryCode: 'US', phone: '(555) 555-5555' },
};
const request = { key: 'parcel-1:0', parcelId: 'Parcel:1', service: '03', from: here, to: here, weightGrams: 1200 };

async function open(settleMs = 50) {
  const db = await testDatabase('shipping');
  const double = await openUpsDouble();
  const options = { ...UPS_CLIENT, url: double.url, account: UPS_ACCOUNT, timeoutMs: 10_000, settleMs };
  const purchases = createPurchaseStore(db.pool, { waitMs: 500 });
  const carrier = createUps(options, purchases);
  return {
    ...{ carrier, double },
    async [Symbol.asyncDispose]() {
      await carrier.close();
      await double[Symbol.asyncDispose]();
      await db[Symbol.asyncDispose]();
    },
  };
}

describe.runIf(hasContracts())('UPS', () => {
  carrierContract('UPS', openUpsWorld);
  carrierJourney('UPS', openUpsWorld);

  it('says what it charges by contract, and how long it takes', async () => {
    await using world = await open();
    expect(await world.carrier.rates?.(request)).toEqual([
      { service: '03', price: { minor: 912, currency: 'USD' }, businessDays: 3 },
      { service: '01', price: { minor: 4800, currency: 'USD' }, businessDays: 1 },
    ]);
    world.double.server.faults.add({ operation: 'TimeInTransit', at: 'before', does: 'cut', times: 3 });
    expect((await world.carrier.rates?.(request))?.map(({ businessDays }) => businessDays)).toEqual([null, null]);
    expect(await world.carrier.rates?.({ ...request, to: { ...here, countryCode: 'AQ' } })).toEqual([]);
  });

  it('gets another token when its own ended early, and keeps one for all calls', async () => {
    await using world = await open();
    const tokens = () => world.double.server.calls.filter(({ operation }) => operation === 'CreateToken').length;
    await Promise.all([1, 2, 3].map(() => world.carrier.track('1Z0')));
    expect(tokens()).toBe(1);
    world.double.endTokens();
    expect(await world.carrier.buyLabel(request)).toMatchObject({ kind: 'bought' });
    expect(tokens()).toBe(2);
  });

  it('has the cost of a label with its answer, and none for one that was found later', async () => {
    await using world = await open();
    const cost = async (key: string) => {
      const outcome = await world.carrier.buyLabel({ ...request, key });
      return outcome.kind === 'bought' ? outcome.label.cost : outcome;
    };
    expect(await cost('a')).toEqual({ minor: 912, currency: 'USD' });
    world.double.server.faults.add({ operation: 'Shipment', at: 'after', does: 'cut' });
    await expect(cost('b')).rejects.toMatchObject({ name: 'Unavailable' });
    expect(await cost('b')).toBeNull();
    expect(world.double.sold).toHaveLength(2);
  });

  it('is not asked for another label while the last purchase may still be under way', async () => {
    await using world = await open(60_000);
    world.double.server.faults.add({ operation: 'Shipment', at: 'after', does: 'cut' });
    await expect(world.carrier.buyLabel(request)).rejects.toMatchObject({ name: 'Unavailable' });
    await expect(world.carrier.buyLabel(request)).rejects.toMatchObject({ name: 'Unavailable' });
    expect(world.double.server.calls.filter(({ operation }) => operation === 'Shipment')).toHaveLength(1);
  });

  it('buys nothing on top while UPS does not say whether there is a label', async () => {
    await using world = await open();
    const { faults } = world.double.server;
    const refusal = {
      status: 400,
      body: { response: { errors: [{ code: '1', message: 'Invalid shipper number.' }] } },
    };
    faults.add({ operation: 'Shipment', at: 'after', does: 'cut' });
    faults.add({ operation: 'LabelRecovery', at: 'before', does: refusal });
    for (let time = 0; time < 2; time += 1)
      await expect(world.carrier.buyLabel(request)).rejects.toMatchObject({ name: 'Unavailable' });
    expect(await world.carrier.buyLabel(request)).toMatchObject({ kind: 'bought' });
    expect(world.double.sold).toHaveLength(1);
  });

  it('does not take back what has left', async () => {
    await using world = await open();
    const outcome = await world.carrier.buyLabel(request);
    const reference = outcome.kind === 'bought' ? outcome.label.reference : '';
    await world.double.advance(reference);
    expect(await world.carrier.voidLabel(reference)).toMatchObject({
      ...{ kind: 'refused', reason: 'No shipment found within the allowed void period (190102)' },
    });
  });
});

describe('what UPS is told', () => {
  it('is a street in three lines of 35 characters, or none', () => {
    const lines = (line1: string, line2: string | null = null) => toLines({ line1, line2 });
    expect(lines('179 N Harbor Dr', 'Apt 2')).toEqual(['179 N Harbor Dr', 'Apt 2']);
    expect(lines('Kurfürstendamm 123, Gartenhaus, zweiter Aufgang')).toEqual([
      'Kurfürstendamm 123, Gartenhaus,',
      'zweiter Aufgang',
    ]);
    expect(lines('x'.repeat(36))).toBeNull();
    expect(lines('word '.repeat(30))).toBeNull();
  });

  it('is a weight that is never too little, in pounds from the United States', () => {
    expect(toWeight(1201, 'DE')).toMatchObject({ UnitOfMeasurement: { Code: 'KGS' }, Weight: '1.3' });
    expect(toWeight(1201, 'US')).toMatchObject({ UnitOfMeasurement: { Code: 'LBS' }, Weight: '2.7' });
    expect(toWeight(0, 'DE').Weight).toBe('0.1');
  });
});

it('what UPS tells is of Greenwich’s time where it says so, and its small hours are read', () => {
  const status = { type: 'I', code: 'AR', description: 'Arrived' };
  const at = (activity: object) => toMessage('1Z1', { status, ...activity })[0]?.occurredAt.toISOString();
  expect(at({ date: '20210210', time: '024700', gmtDate: '20210210', gmtTime: '74700' })).toBe(
    '2021-02-10T07:47:00.000Z',
  );
  expect(at({ date: '20210210', time: '071356' })).toBe('2021-02-10T07:13:56.000Z');
  expect(at({ date: 'soon', time: '' })).toBeUndefined();
});
