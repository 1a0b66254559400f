import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { createKlaviyo } from '../src/adapters/klaviyo/marketing.ts';
import { isRefusedData } from '../src/domain/sync.ts';
import { KLAVIYO_KEY, openKlaviyoDouble } from './klaviyo-double.ts';
import { describeMarketing } from './marketing.contract.ts';
import { ADA, ADAS_ORDER } from './synced-customer.ts';

async function open() {
  const double = await openKlaviyoDouble();
  const tool = createKlaviyo({ url: double.url, apiKey: KLAVIYO_KEY, timeoutMs: 1_000 });
  return { double, tool, [Symbol.asyncDispose]: () => double[Symbol.asyncDispose]() };
}

if (hasContracts())
  describeMarketing('Klaviyo', async () => {
    const { tool, double } = await open();
    return {
      tool,
      profiles: () =>
        new Map(
          [...double.profiles.values()].map(({ attributes, email }) => [
            String(attributes.external_id),
            email === 'SUBSCRIBED',
          ]),
        ),
      placed: () => [...double.events.values()].filter(({ metric }) => metric === 'Placed Order').length,
      traffic: () => double.calls.map(({ text }) => text).join('\n'),
      lose: (at, times = 1) => double.faults.add({ at, does: 'cut', times }),
      limit: () => {
        const body = { errors: [] };
        double.faults.add({ at: 'before', does: { status: 429, headers: { 'retry-after': '7200' }, body } });
      },
      refuse(email) {
        double.refusedEmails.clear();
        if (email) double.refusedEmails.add(email);
      },
      [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
    };
  });

describe.runIf(hasContracts())('Klaviyo', () => {
  it('gets a number only where text messages may be sent, and each channel as it was decided', async () => {
    await using klaviyo = await open();
    await klaviyo.tool.putProfile(ADA);
    const profile = () => klaviyo.double.profiles.get(ADA.email);
    expect(profile()).toMatchObject({
      attributes: { external_id: ADA.id, first_name: 'Ada King', last_name: 'Lovelace', locale: 'de-DE' },
      email: 'SUBSCRIBED',
    });
    expect(profile()?.attributes).not.toHaveProperty('phone_number');
    await klaviyo.tool.putProfile({ ...ADA, agreed: ['MARKETING', 'SMS'], phone: '+49 30 777 777' });
    expect(profile()).toMatchObject({
      attributes: { phone_number: '+4930777777' },
      email: 'UNSUBSCRIBED',
      sms: 'SUBSCRIBED',
    });
    await klaviyo.tool.withdraw({ ...ADA, agreed: [], phone: '+49 30 777 777' });
    expect(profile()).toMatchObject({ email: 'UNSUBSCRIBED', sms: 'UNSUBSCRIBED' });
  });

  it('gets what was bought and what it cost', async () => {
    await using klaviyo = await open();
    const event = { id: 'e', kind: 'ORDER_DELIVERED', order: ADAS_ORDER, occurredAt: new Date(1e12) } as const;
    await klaviyo.tool.record(event, ADA);
    expect([...klaviyo.double.events.values()].map(({ body }) => body.data.attributes)).toMatchObject([
      {
        ...{ unique_id: 'e', value: 39.98, value_currency: 'EUR', time: '2001-09-09T01:46:40.000Z' },
        metric: { data: { attributes: { name: 'Received Order' } } },
        profile: { data: { attributes: { external_id: ADA.id, email: ADA.email } } },
        properties: { OrderNumber: '1001', Items: [{ SKU: 'TEA', Quantity: 2, ItemPrice: 19.99 }] },
      },
    ]);
  });

  it('is asked again for a day when it refuses our key: that is no fault of the data', async () => {
    await using klaviyo = await open();
    const error = await createKlaviyo({ url: klaviyo.double.url, apiKey: 'wrong' })
      .putProfile(ADA)
      .catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/klaviyo refuses our access with HTTP 401/);
    expect(isRefusedData(error)).toBe(false);
  });
});
