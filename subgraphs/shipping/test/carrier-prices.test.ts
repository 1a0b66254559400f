import { Unavailable } from '@cartograph/kernel/errors';
import { money } from '@cartograph/kernel/money';
import { describe, expect, it } from 'vitest';
import type { CarrierRate, RateRequest } from '../src/ports.ts';
import { EXPRESS, fulfilment, openShop, type Shop, STANDARD } from './shop.ts';

const QUOTES = /* GraphQL */ `
  query ($weight: Int!) {
    shippingQuotes(
      input: {
        destination: { countryCode: "DE", postalCode: "10115" }
        weightGrams: $weight
        subtotal: "20.00"
        currencyCode: "EUR"
      }
    ) {
      method { id }
      price { amount }
      estimate { minBusinessDays maxBusinessDays }
    }
  }
`;
const UPDATE = /* GraphQL */ `
  mutation ($id: ID!) {
    updateShippingMethod(input: { id: $id, carrierPrices: true }) {
      ... on UpdateShippingMethodSuccess { method { carrierPrices } }
    }
  }
`;
const rate = (more: Partial<CarrierRate> = {}): CarrierRate => ({
  ...{ service: 'ground', price: money(421, 'EUR'), businessDays: 2 },
  ...more,
});

/** A shop whose standard method has its carrier's prices; `answer` is what the carrier says. */
async function open(answer: () => Promise<readonly CarrierRate[]>) {
  const shop = await openShop();
  const asked: RateRequest[] = [];
  shop.carrier.rates = (request) => {
    asked.push(request);
    return answer();
  };
  const { data } = await shop.as(fulfilment)(UPDATE, { id: STANDARD });
  expect(data.updateShippingMethod.method).toEqual({ carrierPrices: true });
  return { ...shop, asked };
}
const quotes = async (shop: Shop, weight = 800): Promise<Record<string, any>> => {
  const { data } = await shop.as(fulfilment)(QUOTES, { weight });
  return Object.fromEntries(data.shippingQuotes.map((quote: any) => [quote.method.id, quote]));
};
const standardPrice = async (shop: Shop, weight?: number) => (await quotes(shop, weight))[STANDARD].price.amount;

describe('a method with its carrier’s prices', () => {
  it('costs and takes what the carrier says, and others what the tables say', async () => {
    await using shop = await open(async () => [rate({ service: 'express', price: money(1, 'EUR') }), rate()]);
    const all = await quotes(shop);
    expect(all[STANDARD]).toMatchObject({
      ...{ price: { amount: '4.21' }, estimate: { minBusinessDays: 2, maxBusinessDays: 2 } },
    });
    expect(all[EXPRESS].price.amount).toBe('9.99');
  });

  it('asks once for carts of nearly one weight, rounded up, and for all who ask at once', async () => {
    await using shop = await open(async () => [rate()]);
    await Promise.all([quotes(shop, 701), quotes(shop, 800), quotes(shop, 750)]);
    expect(shop.asked.map(({ weightGrams }) => weightGrams)).toEqual([800]);
    expect(shop.asked[0]?.to).toMatchObject({ countryCode: 'DE', postalCode: '10115' });
    await quotes(shop, 801);
    expect(shop.asked).toHaveLength(2);
  });

  it.each([
    ['no answer', () => Promise.reject(new Unavailable('carrier'))],
    ['no price for the service', async () => [rate({ service: 'express' })]],
    ['no price in the currency', async () => [rate({ price: money(421, 'USD') })]],
    ['nothing', async () => []],
  ])('costs what the tables say where the carrier gives %s', async (_what, answer) => {
    await using shop = await open(answer);
    expect(await standardPrice(shop)).toBe('3.99');
    expect(await standardPrice(shop)).toBe('3.99');
    expect(shop.asked).toHaveLength(1);
  });

  it('waits once for a carrier that is slow, and uses what it says when it has said it', async () => {
    let say: (rates: readonly CarrierRate[]) => void = () => {};
    await using shop = await open(
      () =>
        new Promise((resolve) => {
          say = resolve;
        }),
    );
    expect(await standardPrice(shop)).toBe('3.99');
    const began = performance.now();
    expect(await standardPrice(shop)).toBe('3.99');
    expect(performance.now() - began).toBeLessThan(1_000);
    say([rate()]);
    expect(await standardPrice(shop)).toBe('4.21');
    expect(shop.asked).toHaveLength(1);
  });
});
