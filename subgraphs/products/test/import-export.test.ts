import { readFile } from 'node:fs/promises';
import { ROOT } from '@cartograph/runtime/sdl';
import { describe, expect, it } from 'vitest';
import { csv, importWorld } from './import-world.ts';

const DEMO = new URL('subgraphs/products/demo/catalogue.csv', ROOT);

/** What is in a shop, brought into an empty one and out again. */
async function roundTrip(file: string): Promise<readonly [string, string]> {
  await using first = await importWorld();
  await first.import(file);
  await using second = await importWorld();
  const exported = await first.export();
  const { issues } = await second.import(exported);
  expect(issues).toEqual([]);
  return [exported, await second.export()];
}

describe('an export', () => {
  it('brings the demo catalogue into an empty shop and out again byte for byte', async () => {
    const [before, after] = await roundTrip(await readFile(DEMO, 'utf8'));
    expect(after).toBe(before);
    expect(before.split('\n').length).toBeGreaterThan(500);
    expect(before).toContain('Variant Inventory Qty / Berlin,Variant Inventory Qty / Reno');
  });

  it('changes nothing when it is imported into the shop that it came from', async () => {
    await using world = await importWorld();
    await world.import(await readFile(DEMO, 'utf8'));
    const before = await world.everything();
    const { summary } = await world.import(await world.export());
    expect(summary).toMatchObject({ created: 0, updated: 0, counted: 0, issues: 0 });
    expect(await world.everything()).toBe(before);
  });

  it('keeps cells that a spreadsheet would run, and disarms them in the file', async () => {
    const file = csv(
      'Handle,Title,Body (HTML),Vendor,Tags,Option1 Name,Option1 Value,Variant SKU',
      `cup,"=HYPERLINK(""https://example.com"")",-5 % today,@acme,"+1, '=x",'=Kind,+blue,-CUP`,
      `cup,,,,,,''@red,=CUP`,
    );
    await using world = await importWorld();
    await world.import(file);
    const product = await world.product('cup');
    expect(product).toMatchObject({
      title: '=HYPERLINK("https://example.com")',
      descriptionHtml: '-5 % today',
      vendor: '@acme',
      tags: ['+1', "'=x"],
      options: ['=Kind'],
      variants: [
        { sku: '-CUP', optionValues: ['+blue'] },
        { sku: '=CUP', optionValues: ["'@red"] },
      ],
    });
    const exported = await world.export();
    expect(exported).not.toMatch(/(^|[,\n"])[=+@]/);
    const [before, after] = await roundTrip(exported);
    expect([before, after]).toEqual([exported, exported]);
  });

  it('keeps commas, quotes and line breaks, in lists too', async () => {
    const [before, after] = await roundTrip(
      '\ufeffHandle,Title,Body (HTML),Tags,Variant SKU,Image Src,Image Alt Text\r\n' +
        'cup,"Cup, ""the"" one","<p>a</p>\r\n  <p>b</p>\n","""a, b"", c, 5"" wide",CUP,https://images.example.com/a.jpg,"A\nB"\r\n',
    );
    expect(after).toBe(before);
    expect(before).toContain('"Cup, ""the"" one"');
    expect(before).toContain('<p>a</p>\r\n  <p>b</p>\n');
  });

  it('has a column for every currency, country, language and attribute', async () => {
    const file = csv(
      'Handle,Title,Variant SKU,Variant Price,Price / USD,Compare At Price / USD,Price / EUR AT,Title / de,Body (HTML) / de,Material (product.metafields.custom.material),Box (product.metafields.info.box)',
      'cup,Cup,CUP,12.50,14.00,16.00,12.90,Becher,<p>Blau</p>,"[""Steel"",""Enamel""]",red',
    );
    await using world = await importWorld();
    await world.import(file);
    expect(await world.product('cup')).toMatchObject({
      attributes: [
        { key: 'Material', value: 'Steel', filterable: true },
        { key: 'Material', value: 'Enamel', filterable: true },
        { key: 'Box', value: 'red', filterable: false },
      ],
      translations: [{ locale: 'de', title: 'Becher', descriptionHtml: '<p>Blau</p>', seoTitle: null }],
    });
    const [before, after] = await roundTrip(file);
    expect(after).toBe(before);
    expect(before).toContain('Price / EUR AT,Compare At Price / EUR AT,Price / USD,Compare At Price / USD');
  });

  it('puts another currency first when it is asked to', async () => {
    await using world = await importWorld();
    await world.import(csv('Handle,Title,Variant SKU,Variant Price,Price / USD', 'cup,Cup,CUP,12.50,14.00'));
    const exported = await world.export('USD');
    expect(exported).toContain('Price / EUR');
    await using other = await importWorld();
    await other.import(exported, { currency: 'USD' });
    expect(await other.export()).toBe(await world.export());
  });

  it('writes what is owed on backorder as none, and importing it forgives no debt', async () => {
    await using world = await importWorld();
    await world.import(
      csv('Handle,Title,Variant SKU,Variant Inventory Policy,Variant Inventory Qty', 'cup,Cup,CUP,continue,1'),
    );
    const variantId = (await world.product('cup')).variants[0]?.id ?? '';
    await world.stores.holds.hold('Order:1', [{ variantId, quantity: 3 }], 60);
    await world.stores.holds.commit('Order:1');
    const exported = await world.export();
    expect((await world.product('cup')).variants[0]?.stock).toMatchObject([{ onHand: -2 }]);
    await world.import(exported);
    expect((await world.product('cup')).variants[0]?.stock).toMatchObject([{ onHand: -2 }]);
    expect(await world.export()).toBe(exported);
  });

  it('reads the catalogue a page at a time', async () => {
    await using world = await importWorld();
    const lines = Array.from({ length: 520 }, (_, n) => `p-${n},Product,SKU-${n}`);
    await world.import(csv('Handle,Title,Variant SKU', ...lines));
    const before = world.db.statements.count;
    const exported = await world.export();
    expect(exported.split('\n')).toHaveLength(522);
    expect(world.db.statements.count - before).toBe(5);
  });
});
