import { hasContracts, readContractText } from '@cartograph/contract-server/contracts-folder';
import type { PostalAddress } from '@cartograph/kernel/postal-address';
import { describe, expect, it } from 'vitest';
import { createEasyPost } from '../src/adapters/easypost/carrier.ts';
import { isSignedByEasyPost } from '../src/http/easypost-webhook.ts';
import type { Purchases } from '../src/ports.ts';
import { carrierContract } from './carrier.contract.ts';
import { carrierJourney } from './carrier-journey.contract.ts';
import { openEasyPostWorld } from './carrier-worlds.ts';
import { readRecordings, readWebhookFixture } from './easypost-contract.ts';
import { EASYPOST_KEY, signEasyPost } from './easypost-double.ts';
import { openEasyPostReplay } from './easypost-replay.ts';
import { fulfilment, openShop } from './shop.ts';

const alone: Purchases = {
  alone: (_carrier, _key, _settleMs, work) => work({ isFirst: true, note: null, write: async () => {} }),
};
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** Who sends and receives in EasyPost's recordings. */
const sender: PostalAddress = {
  ...{ name: 'Jack Sparrow', company: null, line1: '388 Townsend St', line2: 'Apt 20', city: 'San Francisco' },
  ...{ region: 'CA', postalCode: '94107', countryCode: 'US', phone: '5555555555' },
};
const receiver: PostalAddress = {
  ...{ name: 'Elizabeth Swan', company: null, line1: '179 N Harbor Dr', line2: null, city: 'Redondo Beach' },
  ...{ region: 'CA', postalCode: '90277', countryCode: 'US', phone: '5555555555' },
};
/** 15.4 ounces. */
const recordedParcel = { from: sender, to: receiver, weightGrams: 436 };

async function openReplay() {
  const bought = readRecordings().find(({ request }) => request.path.endsWith('/buy'))?.response.body as {
    readonly postage_label: { readonly label_url: string };
  };
  const replay = await openEasyPostReplay({ [new URL(bought.postage_label.label_url).pathname]: PNG });
  const carrier = createEasyPost({ apiKey: EASYPOST_KEY, url: replay.url, labelFormat: 'PNG' }, alone);
  return { replay, carrier, [Symbol.asyncDispose]: () => replay[Symbol.asyncDispose]() };
}

describe.runIf(hasContracts())('EasyPost', () => {
  carrierContract('EasyPost', openEasyPostWorld);
  carrierJourney('EasyPost', openEasyPostWorld, { hasWebhooks: true });

  it('as it was recorded says what it charges', async () => {
    await using world = await openReplay();
    expect(await world.carrier.rates?.(recordedParcel)).toEqual([
      { service: 'USPS/GroundAdvantage', price: { minor: 593, currency: 'USD' }, businessDays: 3 },
      { service: 'USPS/Express', price: { minor: 3310, currency: 'USD' }, businessDays: 2 },
      { service: 'USPS/Priority', price: { minor: 690, currency: 'USD' }, businessDays: 2 },
    ]);
  });

  it('as it was recorded sells a label', async () => {
    await using world = await openReplay();
    const request = { ...recordedParcel, key: '123', parcelId: 'Parcel:1', service: 'GroundAdvantage' };
    const outcome = await world.carrier.buyLabel(request);
    expect(outcome).toMatchObject({
      kind: 'bought',
      label: {
        ...{ reference: 'shp_c19ef39504854bdeb0647fe46d9aa6ae', trackingNumber: '9400100110368068953228' },
        ...{ cost: { minor: 593, currency: 'USD' }, contentType: 'image/png' },
        trackingUrl: 'https://track.easypost.com/djE6dHJrXzE5ZWQzY2NlMTU2YzRmZDZhNmQwMmViMjY4ZWZjZDZk',
      },
    });
  });

  it('as it was recorded takes a label back', async () => {
    await using world = await openReplay();
    expect(await world.carrier.voidLabel('shp_7800715831eb412a8376c0733f6a7974')).toEqual({ kind: 'voided' });
  });
});

describe.runIf(hasContracts())('a webhook of EasyPost', () => {
  const body = () => Buffer.from(readContractText('easypost/event-body.json').trim());

  it('is signed over its raw bytes, as in the official fixture', () => {
    const { secret, hmac_signature } = readWebhookFixture();
    expect(isSignedByEasyPost(['another', secret], hmac_signature, body())).toBe(true);
    expect(isSignedByEasyPost([secret], hmac_signature, Buffer.from(`${body()} `))).toBe(false);
    expect(isSignedByEasyPost(['another'], hmac_signature, body())).toBe(false);
    for (const none of [undefined, '', 'hmac-sha256-hex=', hmac_signature.slice(0, -1)])
      expect(isSignedByEasyPost([secret], none, body())).toBe(false);
  });

  it('is read whole: each thing that it tells is a message of its own', async () => {
    await using world = await openReplay();
    const messages = world.carrier.readEvent(JSON.parse(body().toString()));
    expect(messages.map(({ status }) => status)).toEqual(['LABEL_PURCHASED', ...Array(6).fill('IN_TRANSIT')]);
    expect(messages[1]).toMatchObject({
      ...{ trackingNumber: '1', location: 'ORLANDO, FL, US', description: 'Picked up' },
      occurredAt: new Date('2024-07-31T19:27:00Z'),
    });
    expect(new Set(messages.map(({ reference }) => reference)).size).toBe(7);
    expect(world.carrier.readEvent({ description: 'batch.updated', result: { id: 'batch_1' } })).toEqual([]);
  });

  it('that is forged is refused, and one that is signed is stored once', async () => {
    await using shop = await openShop({ world: openEasyPostWorld });
    const post = async (signature: string) => {
      const headers = { 'content-type': 'application/json', 'x-hmac-signature': signature };
      const response = await fetch(new URL('/webhooks/easypost', shop.url), { method: 'POST', headers, body: body() });
      await response.text();
      return response.status;
    };
    expect(await post(signEasyPost(body(), 'a secret of somebody else'))).toBe(401);
    for (let time = 0; time < 2; time += 1) expect(await post(signEasyPost(body()))).toBe(200);
    const LIST = '{ carrierEvents(first: 9) { nodes { id type status deliveries } } }';
    expect((await shop.as(fulfilment)(LIST)).data.carrierEvents.nodes).toEqual([
      { id: 'EASYPOST:evt_1', type: 'tracker.updated', status: 'APPLIED', deliveries: 2 },
    ]);
  });
});
