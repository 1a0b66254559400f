import { describe, expect, it } from 'vitest';
import { readAmazon } from '../src/settings.ts';

const env = {
  ...{ AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.0123', AMAZON_CLIENT_SECRET: '0123456789abcdef' },
  ...{ AMAZON_REFRESH_TOKEN: 'Atzr|0123', AMAZON_SELLER_ID: 'A3TH9S8BH6GOGM', AMAZON_REGION: 'eu' },
  AMAZON_MARKETPLACES: 'A1PA6795UKMFR9=EUR/DE, A1F83G8C2ARO7P=GBP',
};

describe('the settings of a seller’s account', () => {
  it('say where it is, and whose prices count in which marketplace', () => {
    expect(readAmazon(env)).toMatchObject({
      ...{ url: 'https://sellingpartnerapi-eu.amazon.com', tokenUrl: 'https://api.amazon.com/auth/o2/token' },
      marketplaces: [
        { id: 'A1PA6795UKMFR9', currency: 'EUR', country: 'DE' },
        { id: 'A1F83G8C2ARO7P', currency: 'GBP', country: null },
      ],
    });
  });

  it.each([
    ['AMAZON_CLIENT_ID', 'shop'],
    ['AMAZON_CLIENT_SECRET', 'short'],
    ['AMAZON_REFRESH_TOKEN', 'Atza|an-access-token'],
    ['AMAZON_SELLER_ID', 'my shop'],
    ['AMAZON_REGION', 'europe'],
    ['AMAZON_MARKETPLACES', 'DE=EUR'],
    ['AMAZON_MARKETPLACES', 'A1PA6795UKMFR9=ABC'],
    ['AMAZON_URL', 'amazon'],
  ])('stop the start by their name, and without the value: %s', (name, value) => {
    const read = () => readAmazon({ ...env, [name]: value });
    expect(read).toThrow(new RegExp(`^${name} `));
    if (name.endsWith('TOKEN') || name.endsWith('SECRET'))
      expect(read).not.toThrow(new RegExp(value.replace('|', '.')));
  });
});
