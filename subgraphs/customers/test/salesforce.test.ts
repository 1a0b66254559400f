import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { describe, expect, it } from 'vitest';
import { createSalesforceCrm } from '../src/adapters/salesforce/crm.ts';
import { isRefusedData } from '../src/domain/sync.ts';
import { describeCrm } from './crm.contract.ts';
import { openSalesforceDouble, SALESFORCE_USER } from './salesforce-double.ts';
import { PARTNER_WSDL, soapProblems } from './soap-validation.ts';
import { ADA, ADAS_ORDER } from './synced-customer.ts';

async function open(changes: object = {}) {
  const double = await openSalesforceDouble();
  const settings = { wsdl: PARTNER_WSDL, loginUrl: double.loginUrl, ...SALESFORCE_USER, timeoutMs: 1_000, ...changes };
  const crm = createSalesforceCrm(settings);
  const contacts = () => double.records.filter(({ type }) => type === 'Contact');
  const orders = () => double.records.filter(({ type }) => type === 'Cartograph_Order__c');
  const count = (operation: string) => double.operations.filter((one) => one === operation).length;
  return { double, crm, contacts, orders, count, [Symbol.asyncDispose]: () => double[Symbol.asyncDispose]() };
}

if (hasContracts())
  describeCrm('Salesforce', async () => {
    const { crm, double, contacts, orders, ...rest } = await open();
    const lastOf = (contactId: string) => orders().findLast(({ fields }) => fields.Contact === contactId)?.fields;
    return {
      crm,
      contacts: () =>
        new Map(
          contacts().map(({ id, fields }) => [
            fields.Cartograph_Id__c ?? '',
            {
              email: fields.Email ?? '',
              name: `${fields.FirstName ?? ''} ${fields.LastName ?? ''}`.trim(),
              phone: fields.Phone ?? null,
              orders: Number(fields.Cartograph_Orders__c),
              lastOrder: lastOf(id) ? `${lastOf(id)?.Name} ${lastOf(id)?.Status__c}` : null,
            },
          ]),
        ),
      taken: () => double.records.map(({ fields }) => JSON.stringify(fields)),
      lose: (at, times = 1) => double.faults.add({ at, does: 'cut', times }),
      limit: () => double.faults.add({ operation: 'upsert', at: 'before', does: { status: 500 }, times: 2 }),
      refuse(email) {
        double.refusedEmails.clear();
        if (email) double.refusedEmails.add(email);
      },
      [Symbol.asyncDispose]: rest[Symbol.asyncDispose],
    };
  });

describe.runIf(hasContracts())('Salesforce', () => {
  it('takes a contact and an order that refers to it by our ids, and empties what is empty', async () => {
    await using salesforce = await open();
    await salesforce.crm.putOrder(ADAS_ORDER, ADA);
    await salesforce.crm.putOrder({ ...ADAS_ORDER, status: 'DELIVERED' }, { ...ADA, phone: null, name: null });
    const [contact] = salesforce.contacts();
    expect(salesforce.contacts()).toHaveLength(1);
    expect(contact?.fields).toMatchObject({ LastName: ADA.email, Cartograph_Spent__c: '39.98 EUR, 500 JPY' });
    expect(contact?.fields).not.toHaveProperty('Phone');
    expect(contact?.fields).not.toHaveProperty('FirstName');
    expect(salesforce.orders()).toMatchObject([
      {
        fields: {
          ...{ Name: '1001', Status__c: 'DELIVERED', Total__c: '39.98', Contact: contact?.id },
          Lines__c: '2 × Tea & <biscuits> (TEA)',
        },
      },
    ]);
  });

  it('logs in once for calls that come together, and again when the session has ended', async () => {
    await using salesforce = await open();
    const many = Array.from({ length: 4 }, (_, i) => ({ ...ADA, id: `Customer:0${i}`, email: `a${i}@example.com` }));
    await Promise.all(many.map((customer) => salesforce.crm.putCustomer(customer)));
    expect(salesforce.count('login')).toBe(1);
    salesforce.double.sessions.clear();
    await Promise.all(many.map((customer) => salesforce.crm.putCustomer(customer)));
    expect(salesforce.count('login')).toBe(2);
    expect(salesforce.contacts()).toHaveLength(4);
  });

  it('does not lock its user out by trying a wrong password for each customer', async () => {
    await using salesforce = await open({ password: 'wrong' });
    for (let i = 0; i < 3; i += 1) {
      const error = await salesforce.crm.putCustomer(ADA).catch((reason: unknown) => reason);
      expect(String(error)).toMatch(/refuses our access: INVALID_LOGIN/);
      expect(isRefusedData(error)).toBe(false);
    }
    expect(salesforce.count('login')).toBe(1);
  });

  it('forgets for good also what an attempt before has left in the recycle bin', async () => {
    await using salesforce = await open();
    await salesforce.crm.putOrder(ADAS_ORDER, ADA);
    salesforce.double.faults.add({ operation: 'emptyRecycleBin', at: 'before', does: 'cut', times: 2 });
    await expect(salesforce.crm.erase({ id: ADA.id, email: ADA.email, phone: null })).rejects.toThrow();
    expect(salesforce.double.records.some(({ isDeleted }) => isDeleted)).toBe(true);
    await salesforce.crm.erase({ id: ADA.id, email: ADA.email, phone: null });
    expect(salesforce.double.records).toEqual([]);
  });

  it('has messages that are held against the WSDL: a wrong one is found', async () => {
    const good = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:partner.soap.sforce.com"><username>a</username><password>b</password></login></e:Body></e:Envelope>`;
    expect(await soapProblems([good])).toEqual([]);
    for (const bad of [
      good.replace('<username>a</username>', ''),
      good.replaceAll('login', 'logIn'),
      good.replace('urn:partner', 'urn:other'),
    ])
      expect(await soapProblems([good, bad])).not.toEqual([]);
  });
});
