import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { createHubspotCrm } from '../src/adapters/hubspot/crm.ts';
import { isRefusedData } from '../src/domain/sync.ts';
import { describeCrm } from './crm.contract.ts';
import { HUBSPOT_TOKEN, openHubspotDouble } from './hubspot-double.ts';
import { ADA } from './synced-customer.ts';

async function open() {
  const double = await openHubspotDouble();
  const crm = createHubspotCrm({ url: double.url, accessToken: HUBSPOT_TOKEN, timeoutMs: 1_000 });
  return { double, crm, [Symbol.asyncDispose]: () => double[Symbol.asyncDispose]() };
}

if (hasContracts())
  describeCrm('HubSpot', async () => {
    const { crm, double } = await open();
    const shown = () => [...double.contacts.values()].map(({ properties }) => properties);
    return {
      crm,
      contacts: () =>
        new Map(
          shown().map((contact) => [
            contact.cartograph_id ?? '',
            {
              email: contact.email ?? '',
              name: `${contact.firstname} ${contact.lastname}`.trim(),
              phone: contact.phone || null,
              orders: Number(contact.cartograph_orders),
              lastOrder: contact.cartograph_last_order
                ? `${contact.cartograph_last_order} ${contact.cartograph_last_order_status}`
                : null,
            },
          ]),
        ),
      taken: () => double.calls.filter(({ status }) => status === 200).map(({ text }) => text),
      lose: (at, times = 1) => double.faults.add({ at, does: 'cut', times }),
      limit: () =>
        double.faults.add({ at: 'before', does: { status: 429, headers: { 'retry-after': '7200' }, body: {} } }),
      refuse(email) {
        double.refusedEmails.clear();
        if (email) double.refusedEmails.add(email);
      },
      [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
    };
  });

describe.runIf(hasContracts())('HubSpot', () => {
  it('takes a contact over that its people made, and clears what is empty', async () => {
    await using hubspot = await open();
    hubspot.double.contacts.set('ada@example.com', {
      ...{ id: '1', createdAt: new Date().toISOString() },
      properties: { email: 'ada@example.com', lastname: 'L.', phone: '1' },
    });
    await hubspot.crm.putCustomer({ ...ADA, phone: null });
    expect([...hubspot.double.contacts.values()]).toMatchObject([
      {
        id: '1',
        properties: {
          ...{ cartograph_id: ADA.id, firstname: 'Ada King', lastname: 'Lovelace', phone: '' },
          ...{ cartograph_consents: 'EMAIL;MARKETING', cartograph_spent: '39.98 EUR, 500 JPY', cartograph_orders: '3' },
        },
      },
    ]);
  });

  it('is asked again for a day when it refuses our key: that is no fault of the data', async () => {
    await using hubspot = await open();
    const crm = createHubspotCrm({ url: hubspot.double.url, accessToken: 'wrong' });
    const error = await crm.putCustomer(ADA).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/hubspot refuses our access with HTTP 401/);
    expect(isRefusedData(error)).toBe(false);
  });

  it('is not waited for longer than its time', async () => {
    await using hubspot = await open();
    hubspot.double.faults.add({ at: 'after', does: 'hang', times: 3 });
    const crm = createHubspotCrm({ url: hubspot.double.url, accessToken: HUBSPOT_TOKEN, timeoutMs: 50 });
    await expect(crm.putCustomer(ADA)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(hubspot.double.contacts.size).toBe(1);
  });
});
