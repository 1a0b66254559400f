import { describe, expect, it } from 'vitest';
import { readChannel } from './adapters/amazon/provider.ts';
import { readShopify } from './adapters/shopify/provider.ts';
import { readConfig } from './config.ts';

const needed = { ENVELOPE_SECRET: 'e'.repeat(32), DATABASE_URL: 'postgresql://127.0.0.1/shop' };
const shopify = {
  ...{ WAREHOUSE_SYSTEMS: 'shopify', SHOPIFY_STORE: 'demo.myshopify.com', SHOPIFY_ACCESS_TOKEN: 'shpat_0123456789' },
  ...{
    SHOPIFY_WEBHOOK_SECRET: '0123456789abcdef',
    SHOPIFY_LOCATIONS: 'Warehouse:A=12, Warehouse:B=gid://shopify/Location/34',
  },
};

const amazon = {
  ...{ SALES_CHANNELS: 'amazon', AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.0123', AMAZON_REGION: 'eu' },
  ...{
    AMAZON_CLIENT_SECRET: '0123456789abcdef',
    AMAZON_REFRESH_TOKEN: 'Atzr|0123',
    AMAZON_SELLER_ID: 'A3TH9S8BH6GOGM',
  },
  AMAZON_MARKETPLACES: 'A1PA6795UKMFR9=EUR',
};

describe('the channels that sell what a shop has', () => {
  it('are none where nothing is said, and keep nothing back unless they are told to', () => {
    expect(readConfig(needed).salesChannels).toEqual([]);
    expect(readConfig({ ...needed, ...amazon }).salesChannels).toMatchObject([{ name: 'amazon' }]);
    expect(readChannel(amazon)).toMatchObject({ buffer: 0, sellerId: 'A3TH9S8BH6GOGM' });
    expect(readChannel({ ...amazon, AMAZON_STOCK_BUFFER: '3' }).buffer).toBe(3);
  });

  it.each([
    ['SALES_CHANNELS', 'amazon,bazaar'],
    ['AMAZON_STOCK_BUFFER', '1.5'],
    ['AMAZON_STOCK_BUFFER', '-1'],
    ['AMAZON_SELLER_ID', ''],
  ])('stop the start by the name of the setting: %s', (name, value) => {
    expect(() => readConfig({ ...needed, ...amazon, [name]: value })).toThrow(new RegExp(`^${name} `));
  });
});

describe('the systems that show a shop’s stock', () => {
  it('are none where nothing is said', () => {
    expect(readConfig(needed).warehouseSystems).toEqual([]);
  });

  it('know which of their locations is which warehouse', () => {
    expect(readShopify(shopify).links).toEqual([
      { warehouseId: 'Warehouse:A', location: 'gid://shopify/Location/12' },
      { warehouseId: 'Warehouse:B', location: 'gid://shopify/Location/34' },
    ]);
  });

  it.each([
    ['SHOPIFY_STORE', 'https://demo.example'],
    ['SHOPIFY_ACCESS_TOKEN', 'a token of somebody'],
    ['SHOPIFY_WEBHOOK_SECRET', 'short'],
    ['SHOPIFY_LOCATIONS', 'Hamburg=12'],
    ['WAREHOUSE_SYSTEMS', 'shopify,abacus'],
  ])('stop the start by the name of the setting: %s', (name, value) => {
    expect(() => readConfig({ ...needed, ...shopify, [name]: value })).toThrow(new RegExp(`^${name} `));
    if (name === 'SHOPIFY_ACCESS_TOKEN')
      expect(() => readConfig({ ...needed, ...shopify, [name]: value })).not.toThrow(/somebody/);
  });
});
