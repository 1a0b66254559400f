import { newId } from '@cartograph/runtime/ids';
import { expect, it } from 'vitest';
import { loadShoes, productDraft, variantDraft } from './fixtures.ts';
import { catalogueStaff, type OpenedProducts, openTestProducts } from './open.ts';

/** All that a buyer sees, down to the names of every entity. */
const EVERYTHING = /* GraphQL */ `
  query {
    products(first: 100) { nodes { id handle status title german: title(locale: "de") description seo { title description }
      vendor productType tags options { name values } images(first: 100) { id url alt position }
      attributes { key value filterable } collections(first: 100) { nodes { id } }
      euro: priceRange(currencyCode: "EUR") { min { amount } max { amount } } dollar: priceRange(currencyCode: "USD") { min { amount } }
      available weightGrams requiresShipping variants(first: 100) { nodes { id } } } }
    collections(first: 100) { nodes { id title german: title(locale: "de") position image { url } parent { id }
      ancestors { id } children(first: 100) { nodes { id } } products(first: 100) { nodes { id } } } }
    search { totalCount nodes { id } facets { name values { value label count } } }
    priceLists { currencyCode countryCode }
  }
`;
const VARIANTS = /* GraphQL */ `
  query ($keys: [_Any!]!) {
    _entities(representations: $keys) { ... on Variant { id sku title position product { id } selectedOptions { name value }
      barcode euro: price(currencyCode: "EUR") { amount } compareAtPrice(currencyCode: "EUR") { amount }
      dollar: price(currencyCode: "USD") { amount } image { url } taxClass weightGrams backorder available availableQuantity
      inventory { available inStock backorder } } }
  }
`;

interface Sight {
  readonly entities: ReadonlyMap<string, string>;
  /** What depends on which of a type there are. */
  readonly lists: Readonly<Record<'Product' | 'PriceList', string>>;
}

/** Each entity as a buyer sees it, and what shows which of them there are. */
async function look(products: OpenedProducts): Promise<Sight> {
  const ask = products.as();
  const { data } = await ask(EVERYTHING);
  const entities = new Map<string, string>();
  for (const node of [...data.products.nodes, ...data.collections.nodes]) entities.set(node.id, JSON.stringify(node));
  const rows = await products.db.pool.query<{ id: string }>('SELECT id FROM variant');
  const keys = rows.rows.map(({ id }) => ({ __typename: 'Variant', id }));
  const variants = (await ask(VARIANTS, { keys })).data._entities as ({ id: string } | null)[];
  for (const variant of variants) if (variant) entities.set(variant.id, JSON.stringify(variant));
  const ids = [...data.products.nodes, ...data.collections.nodes].map(({ id }: { id: string }) => id);
  return {
    entities,
    lists: { Product: JSON.stringify([ids, data.search]), PriceList: JSON.stringify(data.priceLists) },
  };
}

async function announced(products: OpenedProducts): Promise<ReadonlySet<string>> {
  const { rows } = await products.db.pool.query<{ typename: string; id: string | null }>(
    'DELETE FROM change RETURNING typename, id',
  );
  return new Set(rows.flatMap(({ typename, id }) => [typename, id ?? `all ${typename}`]));
}

async function shop() {
  const products = await openTestProducts();
  await loadShoes(products, 3);
  const run = (sql: string, values: unknown[] = []) => products.db.pool.query(sql, values);
  const [top, sale] = [newId('Collection'), newId('Collection')];
  await run("INSERT INTO collection (id, handle, title) VALUES ($1, 'top', 'Top'), ($2, 'sale', 'Sale')", [top, sale]);
  const ids = (await run('SELECT id FROM product ORDER BY handle')).rows.map(({ id }) => id as string);
  await run('INSERT INTO collection_product (collection_id, product_id) VALUES ($1, $2)', [sale, ids[0]]);
  const variants = (await run('SELECT id FROM variant WHERE product_id = $1 ORDER BY position', [ids[0]])).rows;
  const warehouses = (await run('SELECT id FROM warehouse ORDER BY id')).rows.map(({ id }) => id as string);
  return { products, run, top, sale, ids, variant: variants[0]?.id as string, warehouses };
}
type Shop = Awaited<ReturnType<typeof shop>>;

type Writes = Readonly<Record<string, (shop: Shop) => Promise<unknown>>>;

const SET_PRICE = `mutation ($id: ID!, $amount: Decimal!, $currency: CurrencyCode!) {
  setPrices(input: { prices: [{ variantId: $id, amount: $amount, currencyCode: $currency }] }) { __typename } }`;
const RENAME = `mutation ($id: ID!) { updateProduct(input: { id: $id, version: 1, title: "Boot" }) { __typename } }`;
const ARCHIVE = 'mutation ($id: ID!) { archiveProduct(id: $id) { __typename } }';

const CATALOGUE: Writes = {
  'a price': ({ products, variant }) =>
    products.as(catalogueStaff)(SET_PRICE, { id: variant, amount: '1.50', currency: 'EUR' }),
  'the first price in a currency': ({ products, variant }) =>
    products.as(catalogueStaff)(SET_PRICE, { id: variant, amount: '9.50', currency: 'CHF' }),
  'a title': ({ products, ids }) => products.as(catalogueStaff)(RENAME, { id: ids[0] }),
  'a new product': ({ products }) =>
    products.ports.productWriter.upsert([productDraft('hat', { collectionHandles: ['sale'] })]),
  pictures: ({ run, ids }) =>
    run("UPDATE image SET url = url || '?2' WHERE product_id = $1 AND position = 1", [ids[0]]),
  'fewer pictures': ({ run, ids }) => run('DELETE FROM image WHERE product_id = $1', [ids[0]]),
  'a translation': ({ run, ids }) =>
    run("INSERT INTO product_translation (product_id, locale, title) VALUES ($1, 'de', 'Schuh')", [ids[0]]),
  'an attribute': ({ run, ids }) =>
    run("INSERT INTO product_attribute (product_id, position, key, value) VALUES ($1, 1, 'material', 'felt')", [
      ids[0],
    ]),
  'an option': ({ run, ids }) =>
    run("UPDATE product_option SET name = 'Length' WHERE product_id = $1 AND position = 1", [ids[0]]),
  'other variants': ({ products }) =>
    products.ports.productWriter.upsert([productDraft('shoe-1', { variants: [variantDraft('NEW')] })]),
  'a product taken out of the shop': ({ products, ids }) => products.as(catalogueStaff)(ARCHIVE, { id: ids[0] }),
  'three hundred products at once': ({ products }) =>
    products.ports.productWriter.upsert(Array.from({ length: 300 }, (_, index) => productDraft(`bulk-${index}`))),
};

const COLLECTIONS: Writes = {
  'a product put in': ({ run, sale, ids }) =>
    run('INSERT INTO collection_product (collection_id, product_id) VALUES ($1, $2)', [sale, ids[1]]),
  'products taken out': ({ run, sale }) => run('DELETE FROM collection_product WHERE collection_id = $1', [sale]),
  'another name': ({ run, sale }) => run("UPDATE collection SET title = 'Outlet' WHERE id = $1", [sale]),
  'a translation': ({ run, sale }) =>
    run("INSERT INTO collection_translation (collection_id, locale, title) VALUES ($1, 'de', 'Angebote')", [sale]),
  'another place in the tree': ({ run, sale, top }) =>
    run('UPDATE collection SET parent_id = $2 WHERE id = $1', [sale, top]),
  'one less': ({ run, sale }) => run('DELETE FROM collection WHERE id = $1', [sale]),
};

const STOCK: Writes = {
  'a hold of an order': ({ products, variant }) =>
    products.ports.holds.hold('Order:1', [{ variantId: variant, quantity: 3 }], 600),
  'the last piece held': ({ products, variant }) =>
    products.ports.holds.hold('Order:2', [{ variantId: variant, quantity: 7 }], 600),
  'a variant on backorder': ({ run, variant }) => run('UPDATE variant SET backorder = true WHERE id = $1', [variant]),
  'a hold released': ({ products }) => products.ports.holds.release('Order:1'),
  'a delivery': ({ products, variant, warehouses }) =>
    products.ports.stock.receive(
      { actor: 'a', key: 'k' },
      { warehouseId: warehouses[0] as string, lines: [{ variantId: variant, quantity: 4 }], reference: null },
    ),
  'a warehouse that closes': ({ run, warehouses }) =>
    run('UPDATE warehouse SET active = false WHERE id = $1', [warehouses[0]]),
};

it.each([
  ['the catalogue', CATALOGUE],
  ['collections', COLLECTIONS],
  ['stock', STOCK],
])(
  'whatever buyers see change in %s is announced, in the transaction that changes it',
  async (_of, writes) => {
    const opened = await shop();
    await using products = opened.products;
    const typeOf = (id: string) => id.slice(0, id.indexOf(':'));
    let before = await look(products);
    await announced(products);
    for (const [what, write] of Object.entries(writes)) {
      await write(opened);
      const after = await look(products);
      const changes = await announced(products);
      const seen = [...new Set([...before.entities.keys(), ...after.entities.keys()])].filter(
        (id) => before.entities.get(id) !== after.entities.get(id),
      );
      const lists = (['Product', 'PriceList'] as const).filter((type) => before.lists[type] !== after.lists[type]);
      expect(seen.length + lists.length, `buyers see ${what}`).toBeGreaterThan(0);
      const untold = seen.filter((id) => !changes.has(id) && !changes.has(`all ${typeOf(id)}`));
      expect([...untold, ...lists.filter((type) => !changes.has(type))], what).toEqual([]);
      before = after;
    }
  },
  60_000,
);

it('nothing is announced of what was rolled back, of reads, or of a hold that becomes a sale', async () => {
  const { products, run, variant } = await shop();
  await using _products = products;
  await products.ports.holds.hold('Order:1', [{ variantId: variant, quantity: 1 }], 600);
  await announced(products);
  await products.ports.holds.commit('Order:1');
  const client = await products.db.pool.connect();
  await client.query('BEGIN');
  await client.query("UPDATE product SET title = 'x'");
  await client.query('ROLLBACK');
  client.release();
  await look(products);
  await run("UPDATE product SET title = 'x' WHERE id = 'nobody'");
  expect([...(await announced(products))]).toEqual([]);
});
