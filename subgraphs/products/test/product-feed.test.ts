import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { createPinterestReader } from '../src/adapters/pinterest/feed-reader.ts';
import { readConfig } from '../src/config.ts';
import { createFeeds } from '../src/datasources/feed-lock.ts';
import { registerFeeds } from '../src/operations/product-feed.ts';
import { createProducts } from '../src/subgraph.ts';
import { importWorld } from './import-world.ts';
import { openPinterestCatalogue, PINTEREST_APP } from './pinterest-catalogue-double.ts';

const HEADER =
  'Handle,Title,Body (HTML),Vendor,Type,Status,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Variant Inventory Qty,Variant Inventory Policy,Variant Barcode,Image Src';
const LINES = [
  'mug,"=Mug, ""blue""",<p>Holds <b>tea</b>.</p>,Cartograph,Cups,active,Size,S,MUG-S,9.90,12.50,3,deny,4006381333931,https://img.example/mug.jpg',
  'mug,,,,,,,L,MUG-L,14.90,,0,deny,,"https://img.example/mug,2.jpg"',
  'rug,Rug,,Cartograph,,active,,,RUG,99.00,,0,continue,,https://img.example/rug.jpg',
  'draft,Draft,,Cartograph,,draft,,,DRAFT,1.00,,5,deny,,https://img.example/draft.jpg',
  'plain,Plain,,Cartograph,,active,,,PLAIN,1.00,,5,deny,,',
];

const FEED = {
  ...{ location: 'https://products.example/feeds/products.csv', user: 'feed', password: 'a-password-of-the-feed' },
  storefrontUrl: 'https://shop.example/de',
};

async function openShop() {
  const world = await importWorld();
  await world.run(`INSERT INTO warehouse (id, name, contact_name, line1, city, country_code)
    VALUES ('Warehouse:01JDEM00000000000000000001', 'Main', 'Dock', 'Lane 1', 'Hamburg', 'DE')`);
  const { issues } = await world.import([HEADER, ...LINES, ''].join('\n'));
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  const config = { port: 0, envelopeSecret: TEST_SECRET, logLevel: 'silent', defaultCurrency: 'EUR' };
  const products = createProducts(world.stores, { ...config, feed: FEED });
  const url = await products.listen();
  return {
    world,
    fetch: (password = FEED.password) =>
      fetch(new URL('/feeds/products.csv', url), {
        headers: { authorization: `Basic ${Buffer.from(`feed:${password}`).toString('base64')}` },
      }),
    async [Symbol.asyncDispose]() {
      await products.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

describe('the feed of products', () => {
  it('has a line for each variant that is on sale and can be shown, cell by cell as it is', async () => {
    await using shop = await openShop();
    const response = await shop.fetch();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const rows = parse(await response.text(), { columns: true }) as Record<string, string>[];
    const link = (handle: string) =>
      expect.stringMatching(new RegExp(`^https://shop.example/de/products/${handle}\\?variant=Variant%3A\\w+$`));
    const mug = {
      ...{ item_group_id: 'mug', description: 'Holds tea.', link: link('mug'), condition: 'new' },
      ...{ brand: 'Cartograph', product_type: 'Cups', image_link: 'https://img.example/mug.jpg' },
      additional_image_link: 'https://img.example/mug%2C2.jpg',
    };
    expect(rows).toEqual([
      {
        ...{ ...mug, id: 'MUG-S', title: '=Mug, "blue" S', price: '12.50 EUR', sale_price: '9.90 EUR' },
        ...{ availability: 'in stock', gtin: '4006381333931' },
      },
      {
        ...{ ...mug, id: 'MUG-L', title: '=Mug, "blue" L', price: '14.90 EUR', sale_price: '' },
        ...{ availability: 'out of stock', gtin: '' },
      },
      {
        ...{ id: 'RUG', item_group_id: 'rug', title: 'Rug', description: 'Rug', link: link('rug'), condition: 'new' },
        ...{ image_link: 'https://img.example/rug.jpg', additional_image_link: '', price: '99.00 EUR' },
        ...{ sale_price: '', availability: 'in stock', brand: 'Cartograph', product_type: '', gtin: '' },
      },
    ]);
  });

  it('is given to nobody without its password', async () => {
    await using shop = await openShop();
    for (const password of ['', 'another-password-of-some-feed']) {
      const response = await shop.fetch(password);
      expect([response.status, await response.text()]).toEqual([401, expect.not.stringContaining('MUG')]);
    }
  });
});

const feed = { ...FEED, currency: 'EUR' };

describe.runIf(hasContracts())('Pinterest', () => {
  async function open() {
    const world = await importWorld();
    const double = await openPinterestCatalogue();
    const options = { ...PINTEREST_APP, url: double.apiUrl, country: 'DE', locale: 'de' };
    const start = () => registerFeeds(createFeeds(world.db.pool), [createPinterestReader(options)]);
    return {
      ...{ world, double, start },
      async [Symbol.asyncDispose]() {
        await double[Symbol.asyncDispose]();
        await world[Symbol.asyncDispose]();
      },
    };
  }

  it('is told of the feed once, however often and however many processes tell it', async () => {
    await using test = await open();
    const processes = [test.start(), test.start(), test.start()];
    await Promise.all(processes.map((register) => register(feed)));
    for (const register of processes) await register(feed);
    expect(test.double.feeds).toMatchObject([
      {
        ...{ format: 'CSV', catalog_type: 'RETAIL', location: feed.location, name: 'Cartograph DE EUR' },
        ...{ default_country: 'DE', default_locale: 'de', default_currency: 'EUR' },
        credentials: { username: 'feed', password: FEED.password },
      },
    ]);
    expect(test.double.calls.filter(({ operation }) => operation === 'oauth/token').length).toBeLessThanOrEqual(3);
  });

  it('that did take it, and whose answer was lost, is not told again; also when there are many feeds', async () => {
    await using test = await open();
    for (const location of ['https://a.example/1', 'https://a.example/2']) await test.start()({ ...feed, location });
    test.double.faults.add({ operation: 'feeds/create', at: 'after', does: 'cut', times: 1 });
    await expect(test.start()(feed)).rejects.toThrow('does not answer');
    await test.start()(feed);
    expect(test.double.feeds.map(({ location }) => location)).toEqual([
      ...['https://a.example/1', 'https://a.example/2', feed.location],
    ]);
  });
});

describe('who fetches the feed', () => {
  const env = { ENVELOPE_SECRET: 'e'.repeat(32), DATABASE_URL: 'postgresql://127.0.0.1/shop' };
  const pinterest = {
    ...{ CATALOGUE_FEEDS: 'pinterest', PINTEREST_APP_ID: '1', PINTEREST_APP_SECRET: 's', PINTEREST_COUNTRY: 'DE' },
    ...{
      PINTEREST_LOCALE: 'de',
      PRODUCTS_PUBLIC_URL: 'https://products.example',
      PRODUCT_FEED_PASSWORD: 'p'.repeat(16),
    },
  };

  it('is nobody where nothing is said', () => {
    expect(readConfig(env).feed).toBeNull();
    expect(readConfig({ ...env, ...pinterest }).feed?.location).toBe(feed.location);
  });

  it.each(['PINTEREST_COUNTRY', 'PINTEREST_LOCALE', 'PRODUCTS_PUBLIC_URL', 'PRODUCT_FEED_PASSWORD'])(
    'stops the start by the name of a setting that is wrong: %s',
    (name) => {
      expect(() => readConfig({ ...env, ...pinterest, [name]: 'x' })).toThrow(new RegExp(`^${name} `));
    },
  );
});
