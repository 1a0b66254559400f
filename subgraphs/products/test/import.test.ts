import { describe, expect, it } from 'vitest';
import { csv, importWorld } from './import-world.ts';

const OLD_NAMES = csv(
  'Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option1 Linked To,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Google Shopping / Gender,Variant Image,Variant Weight Unit,Variant Tax Code,Cost per item,Status',
  'cup,Enamel Cup,"<p>Holds ""half"" a litre, or so.</p>",Acme,Home > Kitchen > Cups,Cups,"blue, camping",TRUE,Color,Red,,Size,Small,CUP-R-S,150,shopify,7,deny,manual,12.50,15.00,TRUE,TRUE,4006381333931,https://images.example.com/red.jpg,2,Red cup,FALSE,Cups,Best cups,unisex,https://images.example.com/red.jpg,kg,,4.00,active',
  'cup,,,,,,,,,Blue,,,Small,CUP-B-S,150,shopify,0,continue,manual,13.50,,TRUE,TRUE,,https://images.example.com/blue.jpg,1,Blue cup,,,,,https://images.example.com/blue.jpg,kg,,,',
  'cup,,,,,,,,,,,,,,,,,,,,,,,,https://images.example.com/both.jpg,3,Both cups,,,,,,,,,',
);

const NEW_NAMES = csv(
  'Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Option1 Linked To,Price,Compare-at price,Cost per item,Charge tax,Tax code,Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),Weight unit for display,Requires shipping,Fulfillment service,Product image URL,Image position,Image alt text,Variant image URL,Gift card,SEO title,SEO description',
  'Enamel Cup,cup,Holds half a litre,Acme,,Cups,camping,TRUE,Active,CUP-R,400638,Color,Red,,12.50,15.00,4,TRUE,,shopify,7,DENY,150,g,TRUE,manual,https://images.example.com/red.jpg,1,Red cup,,FALSE,Cups,Best cups',
  ',cup,,,,,,,,CUP-B,,,Blue,,13.50,,4,FALSE,,shopify,3,CONTINUE,150,g,FALSE,manual,,,,,,,',
);

describe('an import', () => {
  it('brings in what the columns of older Shopify exports say', async () => {
    await using world = await importWorld();
    const { summary, issues } = await world.import(OLD_NAMES);
    expect(issues).toEqual([]);
    expect(summary).toMatchObject({ outcome: 'IMPORTED', created: 1, variants: 2, skipped: 0 });
    const { variants, images, ...product } = await world.product('cup');
    expect(product).toMatchObject({
      title: 'Enamel Cup',
      descriptionHtml: '<p>Holds "half" a litre, or so.</p>',
      vendor: 'Acme',
      productType: 'Cups',
      tags: ['blue', 'camping'],
      status: 'ACTIVE',
      options: ['Color', 'Size'],
      seoTitle: 'Cups',
      seoDescription: 'Best cups',
    });
    expect(images.map(({ url, alt }) => [url, alt])).toEqual([
      ['https://images.example.com/blue.jpg', 'Blue cup'],
      ['https://images.example.com/red.jpg', 'Red cup'],
      ['https://images.example.com/both.jpg', 'Both cups'],
    ]);
    expect(variants).toMatchObject([
      {
        sku: 'CUP-R-S',
        optionValues: ['Red', 'Small'],
        barcode: '4006381333931',
        weightGrams: 150,
        backorder: false,
        requiresShipping: true,
        taxClass: 'standard',
        imageUrl: 'https://images.example.com/red.jpg',
        prices: [{ currency: 'EUR', country: null, minor: 1250, compareAtMinor: 1500 }],
        stock: [{ onHand: 7, held: 0 }],
      },
      { sku: 'CUP-B-S', backorder: true, prices: [{ minor: 1350, compareAtMinor: null }], stock: [{ onHand: 0 }] },
    ]);
  });

  it('brings in the same from the newer column names', async () => {
    await using world = await importWorld();
    const { issues } = await world.import(NEW_NAMES);
    expect(issues).toEqual([]);
    expect(await world.product('cup')).toMatchObject({
      title: 'Enamel Cup',
      descriptionHtml: 'Holds half a litre',
      options: ['Color'],
      variants: [
        { sku: 'CUP-R', weightGrams: 150, taxClass: 'standard', prices: [{ minor: 1250, compareAtMinor: 1500 }] },
        { sku: 'CUP-B', backorder: true, requiresShipping: false, taxClass: 'zero', stock: [{ onHand: 3 }] },
      ],
      images: [{ url: 'https://images.example.com/red.jpg', alt: 'Red cup' }],
    });
  });

  it('changes nothing when the same file comes twice', async () => {
    await using world = await importWorld();
    await world.import(OLD_NAMES);
    const before = await world.everything();
    const { summary } = await world.import(OLD_NAMES);
    expect(summary).toMatchObject({ created: 0, updated: 0, unchanged: 1, counted: 0 });
    expect(await world.everything()).toBe(before);
  });

  it('keeps the ids of what it changes, and writes stock as the difference to the count', async () => {
    await using world = await importWorld();
    await world.import(csv('Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty', 'cup,Cup,CUP,12.50,7'));
    const before = await world.product('cup');
    await world.import(csv('Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty', 'cup,Big cup,CUP,14,4'));
    const after = await world.product('cup');
    expect(after).toMatchObject({ id: before.id, title: 'Big cup', variants: [{ id: before.variants[0]?.id }] });
    expect(after.variants[0]).toMatchObject({ prices: [{ minor: 1400 }], stock: [{ onHand: 4 }] });
    const movements = await world.run('SELECT kind, on_hand_delta AS delta FROM stock_movement ORDER BY position');
    expect(movements).toEqual([
      { kind: 'ADJUSTED', delta: 7 },
      { kind: 'ADJUSTED', delta: -3 },
    ]);
    expect(await world.run('SELECT * FROM inventory_drift')).toEqual([]);
  });

  it('leaves alone what the file has no column for, and empties what it leaves blank', async () => {
    await using world = await importWorld();
    await world.import(OLD_NAMES);
    const before = await world.product('cup');
    await world.import(
      csv(
        'Handle,Title,Vendor,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price',
        'cup,Mug,,Color,Red,Size,Small,CUP-R-S,9',
        'cup,,,,Blue,,Small,CUP-B-S,',
      ),
    );
    const after = await world.product('cup');
    expect(after).toMatchObject({
      title: 'Mug',
      vendor: '',
      tags: before.tags,
      images: before.images,
      seoTitle: 'Cups',
    });
    expect(after.variants[0]).toMatchObject({ barcode: '4006381333931', weightGrams: 150, stock: [{ onHand: 7 }] });
    expect(after.variants.map(({ prices }) => prices)).toEqual([
      [{ currency: 'EUR', country: null, minor: 900, compareAtMinor: 1500 }],
      [],
    ]);
  });

  it('reads prices of several currencies and countries, and removes those that are left blank', async () => {
    await using world = await importWorld();
    const header =
      'Handle,Title,Variant SKU,Variant Price,Price / USD,Compare At Price / USD,Price / EUR AT,Price / International,Included / International';
    const markets = { international: 'JPY' };
    const first = await world.import(csv(header, 'cup,Cup,CUP,12.50,14.00,16.00,12.90,1900,TRUE'), { markets });
    expect(first.issues).toEqual([]);
    expect((await world.product('cup')).variants[0]?.prices).toEqual([
      { currency: 'EUR', country: null, minor: 1250, compareAtMinor: null },
      { currency: 'EUR', country: 'AT', minor: 1290, compareAtMinor: null },
      { currency: 'JPY', country: null, minor: 1900, compareAtMinor: null },
      { currency: 'USD', country: null, minor: 1400, compareAtMinor: 1600 },
    ]);
    await world.import(csv(header, 'cup,Cup,CUP,12.50,14.00,,,1900,FALSE'), { markets });
    expect((await world.product('cup')).variants[0]?.prices).toEqual([
      { currency: 'EUR', country: null, minor: 1250, compareAtMinor: null },
      { currency: 'USD', country: null, minor: 1400, compareAtMinor: null },
    ]);
  });

  it('says which columns it does not understand', async () => {
    await using world = await importWorld();
    const { notes } = await world.import(
      csv('Handle,Title,Variant SKU,Price / International,Colour of the box', 'cup,Cup,CUP,5,red'),
    );
    expect(notes.join('\n')).toContain('--market "International=USD"');
    expect(notes.join('\n')).toContain('"Colour of the box"');
  });

  it('sets the stock of the warehouse that is named, and of each one that has a column', async () => {
    await using world = await importWorld();
    await world.import(
      csv('Handle,Title,Variant SKU,Variant Inventory Qty / Berlin,Variant Inventory Qty / Reno', 'cup,Cup,CUP,5,'),
    );
    await world.import(csv('Handle,Title,Variant SKU,Variant Inventory Qty', 'cup,Cup,CUP,9'), { warehouse: 'reno' });
    const levels = await world.run(
      'SELECT w.name, l.on_hand AS "onHand" FROM stock_level l JOIN warehouse w ON w.id = l.warehouse_id ORDER BY 1',
    );
    expect(levels).toEqual([
      { name: 'Berlin', onHand: 5 },
      { name: 'Reno', onHand: 9 },
    ]);
  });

  it('makes SKUs for variants without one, the same ones every time', async () => {
    await using world = await importWorld();
    const file = csv(
      'Handle,Title,Option1 Name,Option1 Value,Variant Price',
      'cup,Cup,Color,Brick Red,5',
      'cup,,,Ocean,5',
    );
    await world.import(file);
    expect(await world.skus()).toEqual(['cup-brick-red', 'cup-ocean']);
    expect((await world.import(file)).summary).toMatchObject({ unchanged: 1 });
  });

  it('puts products into collections, and opens those that are missing', async () => {
    await using world = await importWorld();
    await world.import(csv('Handle,Title,Variant SKU,Collection', 'cup,Cup,CUP,"Camp Kitchen, Gifts"'));
    expect((await world.product('cup')).collectionHandles).toEqual(['camp-kitchen', 'gifts']);
  });

  it('hides what Shopify hides', async () => {
    await using world = await importWorld();
    await world.import(
      csv(
        'Handle,Title,Variant SKU,Status,Published',
        'a,A,A,active,TRUE',
        'b,B,B,draft,TRUE',
        'c,C,C,archived,FALSE',
        'd,D,D,active,FALSE',
      ),
    );
    const rows = await world.run('SELECT handle, status FROM product ORDER BY 1');
    expect(rows).toEqual([
      { handle: 'a', status: 'ACTIVE' },
      { handle: 'b', status: 'DRAFT' },
      { handle: 'c', status: 'ARCHIVED' },
      { handle: 'd', status: 'DRAFT' },
    ]);
  });

  it('reads a byte order mark, line ends of every kind and line breaks in quotes', async () => {
    await using world = await importWorld();
    const text =
      '\ufeffHandle,Title,Body (HTML),Variant SKU\r\ncup,Cup,"one\r\ntwo\nthree",CUP\n\r\npot,Pot,,P\u00d6T\r\n-bad-,,,\r\n';
    const { issues } = await world.import(text);
    expect((await world.product('cup')).descriptionHtml).toBe('one\r\ntwo\nthree');
    expect(await world.skus()).toEqual(['CUP', 'PÖT']);
    // Counted in lines of the file, however many a cell has.
    expect(issues).toMatchObject([{ line: 7, column: 'Title' }]);
  });

  it('ends in the same catalogue when it was stopped in the middle and runs again', async () => {
    const lines = Array.from({ length: 1200 }, (_, n) => `p-${n},Product ${n},SKU-${n},${n % 90}.50,${n % 40}`);
    const file = csv('Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty', ...lines);
    let batches = 0;
    await using stopped = await importWorld((real) => ({
      ...real,
      stock: {
        ...real.stock,
        setCounts: (...counts) => {
          batches += 1;
          // After the products of the second batch are written, before its stock is.
          if (batches === 2) throw new Error('killed');
          return real.stock.setCounts(...counts);
        },
      },
    }));
    await expect(stopped.import(file)).rejects.toThrow('killed');
    expect((await stopped.handles()).length).toBe(1000);
    await stopped.import(file);
    await using whole = await importWorld();
    await whole.import(file);
    expect(await stopped.export()).toBe(await whole.export());
    expect(await stopped.run('SELECT * FROM inventory_drift')).toEqual([]);
  });

  it('lets two imports of one file run at once', async () => {
    await using world = await importWorld();
    const lines = Array.from({ length: 300 }, (_, n) => `p-${n},Product ${n},SKU-${n},5,${n}`);
    const file = csv('Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty', ...lines);
    await Promise.all([world.import(file), world.import(file)]);
    const [sums] = await world.run('SELECT count(*)::int AS levels, sum(on_hand)::int AS pieces FROM stock_level');
    expect(sums).toEqual({ levels: 300, pieces: (299 * 300) / 2 });
    expect(await world.run('SELECT * FROM inventory_drift')).toEqual([]);
  });

  it('sends as many statements for a batch of many lines as for a batch of one', async () => {
    await using world = await importWorld();
    const statements = async (from: number, products: number) => {
      const lines = Array.from({ length: products }, (_, n) => `p-${from + n},Product,SKU-${from + n},5,${n + 1}`);
      const before = world.db.statements.count;
      await world.import(csv('Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty', ...lines));
      return world.db.statements.count - before;
    };
    await statements(0, 1); // Opens the warehouse and the price list.
    expect(await statements(1000, 400)).toBe(await statements(2000, 1));
  });
});
