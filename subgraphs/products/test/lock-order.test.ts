import { meetLocked } from '@cartograph/runtime/testing/meet-locked';
import { describe, expect, it } from 'vitest';
import { createOfferPushStore } from '../src/datasources/offer-push-store.ts';
import { createStockPushStore } from '../src/datasources/stock-push-store.ts';
import { productDraft, variantDraft } from './fixtures.ts';
import { openTestProducts } from './open.ts';

// Each of these once waited in a circle with what the other transaction stands for: docs/locks.md.

const product = (handle: string, mode = 'FOR NO KEY UPDATE') =>
  `SELECT FROM product WHERE handle = '${handle}' ${mode}`;
const collection = (handle: string) => `SELECT FROM collection WHERE handle = '${handle}' FOR KEY SHARE`;
const tree = (how: string) => `SELECT pg_advisory_xact_lock${how}(hashtext('collection tree'))`;

/** Products whose handles are not in the order of their ids, and a collection under another. */
async function openCatalogue() {
  const products = await openTestProducts();
  const { productWriter, collections } = products.ports;
  const ids: string[] = [];
  for (const handle of ['b', 'a']) {
    const { written } = await productWriter.upsert([productDraft(handle)]);
    ids.push(written[0]?.id ?? '');
  }
  const draft = (handle: string) => ({
    ...{ id: `Collection:${handle}`, handle, title: handle, parentId: null, position: 0, translations: [] },
    ...{ descriptionHtml: '', seoTitle: null, seoDescription: null, imageUrl: null, imageAlt: '' },
  });
  await collections.create({ ...draft('top'), addProducts: [] });
  await collections.create({ ...draft('one'), addProducts: [{ productId: ids[1] ?? '', position: 0 }] });
  const { rows } = await products.db.pool.query<{ id: string }>('SELECT id FROM variant ORDER BY id');
  return { ...products, ids, variantIds: rows.map(({ id }) => id), productWriter, collections };
}

describe('prices are set', () => {
  const cheaper = (variantIds: readonly string[]) =>
    variantIds.map((variantId) => ({ variantId, currency: 'EUR', country: null, minor: 999, compareAtMinor: null }));

  it('under the locks of their products, as by whoever writes a product whole', async () => {
    await using shop = await openCatalogue();
    const wants = `SELECT FROM price WHERE variant_id = '${shop.variantIds[0]}' FOR UPDATE`;
    await meetLocked(shop.db.pool, { has: product('b'), wants }, () =>
      shop.ports.prices.set(cheaper(shop.variantIds.slice(0, 1))),
    );
  });

  it('product by product in the order of their handles, as an import goes through them', async () => {
    await using shop = await openCatalogue();
    await meetLocked(shop.db.pool, { has: product('a'), wants: product('b') }, () =>
      shop.ports.prices.set(cheaper(shop.variantIds)),
    );
    const { rows } = await shop.db.pool.query('SELECT DISTINCT min_minor FROM product_price_range');
    expect(rows).toEqual([{ min_minor: 999 }]);
  });
});

describe('a collection is locked', () => {
  it('after the products that it takes in, as by a product that joins it', async () => {
    await using shop = await openCatalogue();
    const addProducts = [{ productId: shop.ids[0] ?? '', position: 1 }];
    const change = { id: 'Collection:one', version: 1, draft: {}, addProducts, removeProductIds: [] };
    const outcome = await meetLocked(shop.db.pool, { has: product('b'), wants: collection('one') }, () =>
      shop.collections.update(change),
    );
    expect(outcome).toMatchObject({ kind: 'written' });
  });

  it('after the tree and the products below it, when it moves', async () => {
    await using shop = await openCatalogue();
    const draft = { parentId: 'Collection:top' };
    const move = { id: 'Collection:one', version: 1, draft, addProducts: [], removeProductIds: [] };
    const has = `${tree('_shared')}; ${product('a')}`;
    const outcome = await meetLocked(shop.db.pool, { has, wants: collection('one') }, () =>
      shop.collections.update(move),
    );
    expect(outcome).toMatchObject({ kind: 'written' });
    const { rows } = await shop.db.pool.query(
      `SELECT FROM product_index WHERE facets @> ARRAY['collection' || chr(31) || chr(31) || 'Collection:top']`,
    );
    expect(rows).toHaveLength(1);
  });
});

describe('a product is locked', () => {
  const joining = productDraft('a', { collectionHandles: ['one'] });

  it.each(['upsert', 'update'])('after the tree of the collections that it joins, by an %s', async (how) => {
    await using shop = await openCatalogue();
    const { productWriter, ids } = shop;
    await meetLocked<unknown>(shop.db.pool, { has: tree(''), wants: product('a') }, () =>
      how === 'upsert' ? productWriter.upsert([joining]) : productWriter.update(ids[1] ?? '', 1, joining),
    );
  });

  it('no more than its change needs: who opens a price list refers to it', async () => {
    await using shop = await openCatalogue();
    const price = { currency: 'USD', country: 'US', minor: 1, compareAtMinor: null };
    const draft = { options: [], variants: [variantDraft('a-sku', { prices: [price] })] };
    const has = `INSERT INTO price_list (id, currency, country) VALUES ('PriceList:X', 'USD', 'US')`;
    await meetLocked(shop.db.pool, { has, wants: product('a', 'FOR KEY SHARE') }, () =>
      shop.productWriter.update(shop.ids[1] ?? '', 1, draft),
    );
  });
});

describe('what is to be told is locked in the order of its variants', () => {
  const lock = (table: string, id: string) => `SELECT FROM ${table} WHERE variant_id = '${id}' FOR UPDATE`;
  const open = async (table: string) => {
    const products = await openTestProducts();
    await products.db.pool.query(`INSERT INTO offer_push (channel, variant_id) VALUES ('market', '2'), ('market', '1');
      INSERT INTO stock_push (system, variant_id, warehouse_id) VALUES ('erp', '2', 'W'), ('erp', '1', 'W')`);
    return { ...products, other: { has: lock(table, '1'), wants: lock(table, '2') } };
  };

  it.each(['sending', 'handingOver'] as const)('when offers are told: %s', async (how) => {
    await using products = await open('offer_push');
    const push = (variantId: string) => ({
      ...{ channel: 'market', variantId, sku: variantId, claims: 0, version: 1, failures: 0, isShown: false },
      wanted: { quantity: 1, prices: [] },
    });
    const pushes = [push('2'), push('1')];
    const store = createOfferPushStore(products.db.pool);
    await meetLocked<unknown>(products.db.pool, products.other, () =>
      how === 'sending' ? store.sending(pushes) : store.handingOver(pushes, 'reference'),
    );
    const { rows } = await products.db.pool.query(
      'SELECT sent_version::int AS sent, submission_id IS NOT NULL AS "handedOver" FROM offer_push',
    );
    const told = how === 'sending' ? { sent: 1, handedOver: false } : { sent: 0, handedOver: true };
    expect(rows).toEqual([told, told]);
  });

  it('when a channel is switched off', async () => {
    await using products = await open('offer_push');
    await meetLocked(products.db.pool, products.other, () => createOfferPushStore(products.db.pool).open([]));
    expect((await products.db.pool.query('SELECT FROM offer_push')).rowCount).toBe(0);
  });

  it('when a warehouse is linked no more', async () => {
    await using products = await open('stock_push');
    await meetLocked(products.db.pool, products.other, () => createStockPushStore(products.db.pool).link('erp', []));
    expect((await products.db.pool.query('SELECT FROM stock_push')).rowCount).toBe(0);
  });
});
