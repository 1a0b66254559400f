import { expect, it } from 'vitest';
import { inMarket } from './price.ts';

const prices = [
  { currency: 'EUR', country: null, minor: 1000 },
  { currency: 'EUR', country: 'AT', minor: 1100 },
  { currency: 'USD', country: 'US', minor: 900 },
];

it('takes a country’s own price before the general one', () => {
  expect(inMarket(prices, { currency: 'EUR', country: 'AT' })?.minor).toBe(1100);
  expect(inMarket(prices, { currency: 'EUR', country: 'DE' })?.minor).toBe(1000);
  expect(inMarket(prices, { currency: 'EUR', country: null })?.minor).toBe(1000);
});

it('sells nothing in a currency without a price for the country', () => {
  expect(inMarket(prices, { currency: 'USD', country: 'US' })?.minor).toBe(900);
  expect(inMarket(prices, { currency: 'USD', country: 'CA' })).toBeNull();
  expect(inMarket(prices, { currency: 'CHF', country: null })).toBeNull();
});
