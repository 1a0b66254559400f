import { describe, expect, it } from 'vitest';
import { csv, importWorld } from './import-world.ts';

const HEADER = 'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Image Src';
const GOOD = 'pot,Pot,,,POT,20.00,3,';

/** Bad lines beside a good product: what is reported, and that the good one is in the shop. */
async function refused(lines: readonly string[], header = HEADER) {
  await using world = await importWorld();
  const { summary, issues } = await world.import(csv(header, ...lines, GOOD));
  return { summary, issues, handles: await world.handles() };
}

describe('a bad product', () => {
  const cases: readonly (readonly [string, readonly string[], { line: number; column: string; message: RegExp }])[] = [
    ['a price below zero', ['cup,Cup,,,CUP,-1.00,3,'], { line: 2, column: 'Variant Price', message: /below zero/ }],
    [
      'a price with a comma',
      ['cup,Cup,,,CUP,"12,50",3,'],
      { line: 2, column: 'Variant Price', message: /like 1299\.95/ },
    ],
    [
      'a price that is no number',
      ['cup,Cup,,,CUP,free,3,'],
      { line: 2, column: 'Variant Price', message: /no price in EUR/ },
    ],
    [
      'more decimals than the currency has',
      ['cup,Cup,,,CUP,1.999,3,'],
      { line: 2, column: 'Variant Price', message: /decimals/ },
    ],
    [
      'another currency in the cell',
      ['cup,Cup,,,CUP,12.50 USD,3,'],
      { line: 2, column: 'Variant Price', message: /"Price \/ USD"/ },
    ],
    [
      'a currency that is none',
      ['cup,Cup,,,CUP,12.50 EUX,3,'],
      { line: 2, column: 'Variant Price', message: /"EUX", which is no currency/ },
    ],
    [
      'a quantity below zero',
      ['cup,Cup,,,CUP,5,-1,'],
      { line: 2, column: 'Variant Inventory Qty', message: /Write 0/ },
    ],
    ['half a piece', ['cup,Cup,,,CUP,5,1.5,'], { line: 2, column: 'Variant Inventory Qty', message: /whole number/ }],
    [
      'more pieces than a shop has',
      ['cup,Cup,,,CUP,5,2147483648,'],
      { line: 2, column: 'Variant Inventory Qty', message: /10000000/ },
    ],
    ['no title', ['cup,,,,CUP,5,3,'], { line: 2, column: 'Title', message: /from 1 to 255/ }],
    [
      'a title that is too long',
      [`cup,${'x'.repeat(300)},,,CUP,5,3,`],
      { line: 2, column: 'Title', message: /from 1 to 255/ },
    ],
    ['no handle', [',Cup,,,CUP,5,3,'], { line: 2, column: 'Handle', message: /no handle/ }],
    ['a handle with capitals', ['Blue Cup,Cup,,,CUP,5,3,'], { line: 2, column: 'Handle', message: /Write "blue-cup"/ }],
    [
      'a SKU that is too long',
      [`cup,Cup,,,${'S'.repeat(101)},5,3,`],
      { line: 2, column: 'Variant SKU', message: /from 1 to 100/ },
    ],
    [
      'one SKU for two variants',
      ['cup,Cup,Color,Red,CUP,5,3,', 'cup,,,Blue,CUP,5,3,'],
      { line: 3, column: 'Variant SKU', message: /twice/ },
    ],
    [
      'one choice for two variants',
      ['cup,Cup,Color,Red,A,5,3,', 'cup,,,Red,B,5,3,'],
      { line: 3, column: 'Option1 Value', message: /same choice/ },
    ],
    [
      'a variant without a choice',
      ['cup,Cup,Color,Red,A,5,3,', 'cup,,,,B,5,3,'],
      { line: 3, column: 'Option1 Value', message: /no choice for "Color"/ },
    ],
    [
      'a choice for no option',
      ['cup,Cup,,Red,A,5,3,'],
      { line: 2, column: 'Option1 Value', message: /Name it in "Option1 Name"/ },
    ],
    [
      'a variant without a handle',
      ['cup,Cup,Color,Red,A,5,3,', ',,,Blue,B,5,3,'],
      { line: 3, column: 'Handle', message: /no handle/ },
    ],
    [
      'a control character',
      ['cup,Cup,,,CU\u0007P,5,3,'],
      { line: 2, column: 'Variant SKU', message: /control characters/ },
    ],
  ];

  it.each(cases)('is left out for %s, and the rest comes in', async (_what, lines, expected) => {
    const { summary, issues, handles } = await refused(lines);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ line: expected.line, column: expected.column });
    expect(issues[0]?.message).toMatch(expected.message);
    expect(handles).toEqual(['pot']);
    expect(summary).toMatchObject({ created: 1, skipped: 1, issues: 1 });
  });

  it('is left out when a line has too many or too few cells', async () => {
    const { issues, handles } = await refused(['cup,Cup,,,CUP,5,3,,9', 'mug,Mug']);
    expect(issues).toMatchObject([
      { line: 2, column: null, message: expect.stringContaining('9 cells') },
      { line: 3, column: null, message: expect.stringContaining('2 cells') },
    ]);
    expect(handles).toEqual(['pot']);
  });

  it('is left out when it has more options, variants or lines than the shop takes', async () => {
    const options = Array.from({ length: 6 }, (_, n) => `Option${n + 1} Name,Option${n + 1} Value`).join(',');
    const six = Array.from({ length: 6 }, (_, n) => `O${n},v`).join(',');
    const many = (count: number) =>
      Array.from(
        { length: count },
        (_, n) => `big,${n === 0 ? 'Big' : ''},BIG-${n},${n === 0 ? 'No' : ''},${n},,,,,,,,,,`,
      );
    await using world = await importWorld();
    const { issues } = await world.import(
      csv(`Handle,Title,Variant SKU,${options}`, `six,Six,SIX,${six}`, ...many(101)),
    );
    expect(issues).toMatchObject([
      { line: 2, column: 'Option6 Name', message: expect.stringContaining('more than 5 options') },
      { line: 3, message: expect.stringContaining('from 1 to 100 variants') },
    ]);
    const { issues: long } = await world.import(csv(`Handle,Title,Variant SKU,${options}`, ...many(5000)));
    expect(long.map(({ message }) => message).join(' ')).toContain('more than 200 lines');
    expect(await world.handles()).toEqual([]);
  });

  it('is left out when its SKU is another product’s, in the file or in the shop', async () => {
    await using world = await importWorld();
    await world.import(csv(HEADER, 'jug,Jug,,,JUG,5,3,'));
    const { issues, summary } = await world.import(
      csv(HEADER, 'cup,Cup,,,CUP,5,3,', 'mug,Mug,,,CUP,5,3,', 'can,Can,,,JUG,5,3,'),
    );
    expect(issues).toMatchObject([
      { line: 3, column: 'Variant SKU', message: expect.stringContaining('in line 2') },
      { line: 4, column: 'Variant SKU', message: expect.stringContaining('belongs to the product "jug"') },
    ]);
    expect(summary).toMatchObject({ created: 1, skipped: 2 });
    expect(await world.handles()).toEqual(['cup', 'jug']);
  });

  it('is left out when its lines stand apart: the first ones alone would remove the variants of the others', async () => {
    await using world = await importWorld();
    await world.import(csv(HEADER, 'cup,Cup,Color,Red,A,5,3,', 'cup,,,Blue,B,5,3,'));
    const { issues } = await world.import(csv(HEADER, 'cup,Cup,Color,Red,A,6,3,', GOOD, 'cup,,,Blue,B,6,3,'));
    expect(issues).toContainEqual(
      expect.objectContaining({ line: 2, column: 'Handle', message: expect.stringContaining('line 4') }),
    );
    expect((await world.product('cup')).variants).toMatchObject([
      { prices: [{ minor: 500 }] },
      { prices: [{ minor: 500 }] },
    ]);
    expect(await world.handles()).toEqual(['cup', 'pot']);
  });

  it('is left out for what stands in a cell of any other column', async () => {
    const cases: readonly (readonly [string, string])[] = [
      ['Collection', '!!!'],
      ['Tags', 'x'.repeat(300)],
      ['Variant Barcode', '1'.repeat(101)],
      ['Variant Grams', 'heavy'],
      ['Variant Tax Code', 'P0000 000'],
      ['Variant Requires Shipping', 'maybe'],
      ['Image Position', 'first'],
      ['Status', 'asleep'],
      ['SEO Title', 'x'.repeat(256)],
      ['Title / de', 'x'.repeat(1001)],
      ['Colour (product.metafields.custom.colour)', 'x'.repeat(1001)],
      ['Variant SKU', 'x'.repeat(5000)],
      ['Handle', 'x'.repeat(5000)],
    ];
    await using world = await importWorld();
    for (const [column, cell] of cases) {
      const names = [...new Set(['Handle', 'Title', 'Variant SKU', column])];
      const cells: Record<string, string> = {
        Handle: 'cup',
        Title: 'Cup',
        'Variant SKU': 'CUP',
        'Image Position': 'first',
        [column]: cell,
      };
      if (column === 'Image Position') names.push('Image Src');
      const line = [...names.map((name) => cells[name] ?? 'https://images.example.com/cup.jpg')].join(',');
      const { issues } = await world.import(csv(names.join(','), line));
      expect(issues).toMatchObject([{ line: 2, column }]);
    }
    expect(await world.handles()).toEqual([]);
  });

  it('comes in without a picture whose address is none', async () => {
    const { issues, handles } = await refused([
      'cup,Cup,,,CUP,5,3,images/cup.jpg',
      'cup,,,,,,,https://images.example.com/cup.jpg',
    ]);
    expect(issues).toMatchObject([{ line: 2, column: 'Image Src' }]);
    expect(handles).toEqual(['cup', 'pot']);
  });

  it('keeps the stock that orders hold, whatever the file counts', async () => {
    await using world = await importWorld();
    await world.import(csv(HEADER, 'cup,Cup,,,CUP,5,5,'));
    const variantId = (await world.product('cup')).variants[0]?.id ?? '';
    await world.stores.holds.hold('Order:1', [{ variantId, quantity: 4 }], 60);
    const { issues } = await world.import(csv(HEADER, 'cup,Cup,,,CUP,5,2,'));
    expect(issues).toMatchObject([
      { line: 2, column: 'Variant Inventory Qty', message: expect.stringContaining('Write 4 or more') },
    ]);
    expect((await world.product('cup')).variants[0]?.stock).toMatchObject([{ onHand: 5, held: 4 }]);
  });
});

describe('a strict import', () => {
  it('writes nothing at all for one bad line', async () => {
    await using world = await importWorld();
    const { summary, issues } = await world.import(csv(HEADER, GOOD, 'cup,Cup,,,CUP,-1,3,'), { strict: true });
    expect(summary.outcome).toBe('REFUSED');
    expect(issues).toHaveLength(1);
    expect(await world.handles()).toEqual([]);
  });

  it('finds what only the shop can tell before it writes', async () => {
    await using world = await importWorld();
    await world.import(csv(HEADER, 'jug,Jug,,,JUG,5,5,'));
    const variantId = (await world.product('jug')).variants[0]?.id ?? '';
    await world.stores.holds.hold('Order:1', [{ variantId, quantity: 4 }], 60);
    const { issues } = await world.import(csv(HEADER, GOOD, 'jug,Jug,,,JUG,5,1,', 'can,Can,,,JUG,5,3,'), {
      strict: true,
    });
    expect(issues.map(({ line }) => line).sort()).toEqual([3, 4]);
    expect(await world.handles()).toEqual(['jug']);
  });

  it('brings a good file in like any other', async () => {
    await using world = await importWorld();
    expect((await world.import(csv(HEADER, GOOD), { strict: true })).summary).toMatchObject({
      outcome: 'IMPORTED',
      created: 1,
    });
  });
});

describe('a dry run', () => {
  it('says what would happen and writes nothing', async () => {
    await using world = await importWorld();
    await world.import(csv(HEADER, GOOD));
    const before = await world.everything();
    const { summary } = await world.import(csv(HEADER, 'pot,Big pot,,,POT,20.00,3,', 'cup,Cup,,,CUP,5,1,'), {
      dryRun: true,
    });
    expect(summary).toMatchObject({ outcome: 'CHECKED', created: 1, updated: 1 });
    expect(await world.everything()).toBe(before);
  });
});

describe('what is no product file', () => {
  const cases: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['semicolons', 'Handle;Title;Variant SKU\ncup;Cup;CUP\n', /separated by semicolons/],
    ['tabs', 'Handle\tTitle\tVariant SKU\ncup\tCup\tCUP\n', /separated by tabs/],
    ['another first line', 'Name,Price\nCup,5\n', /no column "Handle" or "URL handle"/],
    ['nothing', '', /empty/],
    ['one column twice', 'Handle,Title,URL handle\ncup,Cup,cup\n', /Two columns say the same/],
    ['a quote that is never closed', csv(HEADER, GOOD, 'cup,"Cup,,,CUP,5,3,', 'mug,Mug,,,MUG,5,3,'), /Line 3: a quote/],
    ['a quote inside a cell', csv(HEADER, GOOD, 'cup,"5" cup",,,CUP,5,3,'), /Line 3: there is a quote inside a cell/],
    ['a binary file', Buffer.from('Handle,Title\ncup,C\0p\n'), /NUL characters/],
    ['UTF-16', Buffer.from('\ufeffHandle,Title', 'utf16le'), /UTF-16/],
    ['another encoding', Buffer.from('Handle,Title\ncup,T\xe4sse\n', 'latin1'), /not UTF-8/],
    [
      'two meanings of a quantity',
      'Handle,Variant Inventory Qty,Variant Inventory Qty / Reno\ncup,1,2\n',
      /which warehouse/,
    ],
  ];

  it.each(cases)('is refused as a whole: %s', async (_what, content, message) => {
    await using world = await importWorld();
    await expect(world.import(content)).rejects.toThrow(message);
    // Also what stood before the place that is broken.
    expect(await world.handles()).toEqual([]);
    expect(await world.run('SELECT * FROM import_key')).toEqual([]);
  });

  it('is refused when it names a warehouse that the shop does not have', async () => {
    await using world = await importWorld();
    await world.import(csv(HEADER, GOOD), { warehouse: 'Berlin' });
    await expect(world.import(csv(HEADER, GOOD), { warehouse: 'Berlni' })).rejects.toThrow(
      'There is no warehouse "Berlni". Name one of these: "Berlin".',
    );
  });
});
