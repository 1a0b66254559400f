import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { connect } from '@cartograph/runtime/database/connect';
import { TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { testDatabases } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it, vi } from 'vitest';
import { createStores, openProducts } from '../src/subgraph.ts';
import { openShopifyDouble, SHOPIFY_SECRET, SHOPIFY_TOKEN, signShopify, throttled } from './shopify-double.ts';
import { FAR, NEAR, openShopifyShop, type ShopifyShop, shown } from './shopify-shop.ts';
import { buyer, clerk } from './stock-shop.ts';
import { line, order } from './stock-world.ts';

const LIST = /* GraphQL */ `
  query ($open: Boolean) {
    stockConflicts(open: $open) {
      nodes { system kind expected found ours message correctedAt variant { sku } warehouse { id } }
    }
  }
`;
const conflicts = async (world: ShopifyShop, isOpen: boolean | null = null): Promise<readonly any[]> =>
  (await world.as(clerk)(LIST, { open: isOpen })).data.stockConflicts.nodes;

describe.runIf(hasContracts())('a Shopify shop', () => {
  it('shows what can be sold at each location, and follows what moves', async () => {
    await using world = await openShopifyShop();
    const { variantId, item } = await shown(world, { near: 5, far: 3 });
    await world.push();
    expect([item.available.get(NEAR), item.available.get(FAR)]).toEqual([5, 3]);
    const id = order();
    await world.holds.hold(id, [line(variantId, 2)], 60);
    await world.push();
    expect(item.available.get(NEAR)).toBe(3);
    await world.holds.commit(id);
    await world.push();
    await world.holds.hold(order(), [line(variantId, 4)], 60);
    await world.push();
    expect([item.available.get(NEAR), item.available.get(FAR)]).toEqual([0, 2]);
    expect(await conflicts(world)).toEqual([]);
  });

  it('is told of many movements once, and of one that changes nothing not at all', async () => {
    await using world = await openShopifyShop();
    const { variantId, item } = await shown(world, { near: 5 });
    await world.push();
    const before = world.double.sets();
    for (let times = 0; times < 10; times += 1) await world.receive(variantId, world.near, 1);
    const id = order();
    await world.holds.hold(id, [line(variantId, 2)], 60);
    await world.holds.release(id);
    await world.push();
    expect([item.available.get(NEAR), world.double.sets() - before]).toEqual([15, 1]);
    const [one] = await world.run<{ n: number }>('SELECT count(*)::int AS n FROM stock_push');
    expect(one?.n).toBe(1);
  });

  it('is told the newest by whichever of several processes comes first', async () => {
    await using world = await openShopifyShop();
    const all = await Promise.all([1, 2, 3, 4, 5].map((near) => shown(world, { near })));
    await Promise.all([world.push(), world.push(), world.push()]);
    expect(all.map(({ item }) => item.available.get(NEAR))).toEqual([1, 2, 3, 4, 5]);
    expect(world.double.sets()).toBe(5);
  });

  it('that somebody changed gets our count again, and staff see what it was', async () => {
    await using world = await openShopifyShop();
    const { variantId, item } = await shown(world, { near: 5 });
    await world.push();
    world.double.webhooks.drop();
    world.double.changeThere(item, NEAR, 9);
    await world.holds.hold(order(), [line(variantId)], 60);
    await world.push();
    expect(item.available.get(NEAR)).toBe(4);
    expect(await conflicts(world)).toMatchObject([
      {
        ...{ system: 'shopify', kind: 'COUNT_CHANGED', expected: 5, found: 9, ours: 4 },
        ...{ variant: { sku: variantId }, warehouse: { id: world.near }, correctedAt: expect.any(String) },
      },
    ]);
    expect(await conflicts(world, true)).toEqual([]);
    expect((await world.as(buyer)(LIST)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('tells by webhook that it was changed, late, twice and out of order, and what we did ourselves is no news', async () => {
    await using world = await openShopifyShop();
    const { variantId, item } = await shown(world, { near: 5 });
    await world.push();
    await world.holds.hold(order(), [line(variantId)], 60);
    await world.push();
    // Our own two changes, the newer one first.
    expect(await world.double.webhooks.deliver({ order: (all) => all.reverse(), times: 2 })).toEqual([
      200, 200, 200, 200,
    ]);
    const before = world.double.sets();
    await world.push();
    expect([await conflicts(world), world.double.sets()]).toEqual([[], before]);
    world.double.changeThere(item, NEAR, 0);
    await world.double.webhooks.deliver();
    await world.push();
    expect(item.available.get(NEAR)).toBe(4);
    expect(await conflicts(world)).toMatchObject([{ expected: 4, found: 0 }]);
  });

  it('whose webhook was lost is found out when it is looked at', async () => {
    await using world = await openShopifyShop();
    const { item } = await shown(world, { near: 5 });
    await world.push();
    world.double.changeThere(item, NEAR, 7);
    world.double.webhooks.drop();
    await world.push();
    expect(item.available.get(NEAR)).toBe(7);
    await world.due();
    await world.push();
    expect(item.available.get(NEAR)).toBe(5);
    expect(await conflicts(world)).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'that fails %s the effect has our count in the end, and no conflict',
    async (at) => {
      await using world = await openShopifyShop();
      const { variantId, item } = await shown(world, { near: 5 });
      await world.push();
      await world.holds.hold(order(), [line(variantId)], 60);
      world.double.server.faults.add({ operation: 'SetCount', at, does: 'cut', times: 3 });
      await world.push();
      // Meanwhile it moves on, so that what comes next is another count.
      await world.holds.hold(order(), [line(variantId)], 60);
      await world.due();
      await world.push();
      expect(item.available.get(NEAR)).toBe(3);
      expect(await conflicts(world)).toEqual([]);
    },
  );

  it('is told by another process what one that died had taken, and that one writes nothing late', async () => {
    await using world = await openShopifyShop();
    const { item } = await shown(world, { near: 5 });
    const [taken] = await world.ports.pushes.claim('shopify', 10);
    if (!taken) throw new Error('nothing was queued');
    await world.push();
    expect(item.available.get(NEAR)).toBeUndefined();
    await world.run(`UPDATE stock_push SET leased_until = now()`);
    await world.push();
    expect(item.available.get(NEAR)).toBe(5);
    await expect(world.ports.pushes.attempt(taken, 'another item', 9)).rejects.toThrow(/another process/);
    await world.ports.pushes.failed(taken, 'late', 0, true);
    expect(await world.run('SELECT item, known, failures FROM stock_push')).toEqual([
      { item: item.id, known: 5, failures: 0 },
    ]);
  });

  it('that limits us is asked again when it may be', async () => {
    await using world = await openShopifyShop();
    const { item } = await shown(world, { near: 5 });
    world.double.server.faults.add({ operation: 'StockAt', at: 'before', does: throttled });
    world.double.server.faults.add({
      operation: 'Count',
      at: 'before',
      does: { status: 429, headers: { 'retry-after': '0.05' } },
    });
    await world.push();
    expect(item.available.get(NEAR)).toBe(5);
  });

  it('without the item is listed, and is right once it has it', async () => {
    await using world = await openShopifyShop();
    const variantId = await world.variant({ near: 5 });
    const other = world.double.addItem(`${variantId}-XL`);
    await world.push();
    expect(await conflicts(world, true)).toMatchObject([{ kind: 'UNKNOWN_ITEM', found: null, ours: 5 }]);
    await world.due();
    await world.push();
    expect(await conflicts(world)).toHaveLength(1);
    const item = world.double.addItem(variantId);
    await world.due();
    await world.push();
    expect([item.available.get(NEAR), other.available.size]).toEqual([5, 0]);
    expect(await conflicts(world, true)).toEqual([]);
  });

  it('that refuses a count is listed with its reason, and is right once it has the item anew', async () => {
    await using world = await openShopifyShop();
    const { variantId, item } = await shown(world, { near: 5 });
    await world.push();
    world.double.removeItem(item);
    await world.receive(variantId, world.near, 1);
    await world.push();
    expect(await conflicts(world, true)).toMatchObject([
      { kind: 'REFUSED', message: 'The specified inventory item could not be found.', expected: 5, ours: 6 },
    ]);
    const again = world.double.addItem(variantId);
    await world.due();
    await world.push();
    expect(again.available.get(NEAR)).toBe(6);
    expect(await conflicts(world, true)).toEqual([]);
  });

  it('is told nothing more of a warehouse that is not linked to it, and everything when it is again', async () => {
    await using world = await openShopifyShop();
    const { variantId, item } = await shown(world, { near: 5, far: 2 });
    await world.push();
    await world.ports.pushes.link('shopify', []);
    await world.receive(variantId, world.near, 1);
    await world.due();
    await world.push();
    expect(item.available.get(NEAR)).toBe(5);
    await world.ports.pushes.link('shopify', world.links);
    await world.push();
    expect([item.available.get(NEAR), item.available.get(FAR)]).toEqual([6, 2]);
    const strange = [{ warehouseId: 'Warehouse:none', location: NEAR }];
    await expect(world.ports.pushes.link('shopify', strange)).rejects.toThrow(/no such warehouse/);
  });

  it('is linked and told by a process that starts with the settings', async () => {
    await using databases = await testDatabases();
    const url = databases.urls.products ?? '';
    await using double = await openShopifyDouble();
    const item = double.addItem('SHIRT');
    const db = connect(url, { name: 'products test' });
    await db.pool.query(`
      INSERT INTO warehouse (id, name, contact_name, line1, city, country_code)
        VALUES ('Warehouse:A', 'A', 'Dock 1', 'Hafenstr. 1', 'Hamburg', 'DE');
      INSERT INTO product (id, handle, title, status) VALUES ('Product:A', 'shirt', 'Shirt', 'ACTIVE');
      INSERT INTO variant (id, product_id, sku, title, position, option_values)
        VALUES ('Variant:A', 'Product:A', 'SHIRT', 'Default', 1, '{}')`);
    await createStores(db).stock.setCounts('Warehouse:A', [{ variantId: 'Variant:A', onHand: 8 }], {
      ...{ reason: 'counted', actor: 'Staff:1' },
    });
    const products = await openProducts({
      ...{ PORT: '0', ENVELOPE_SECRET: TEST_SECRET, LOG_LEVEL: 'silent', DATABASE_URL: url, STOCK_PUSH_MS: '20' },
      ...{ WAREHOUSE_SYSTEMS: 'shopify', SHOPIFY_STORE: 'demo.myshopify.com', SHOPIFY_ACCESS_TOKEN: SHOPIFY_TOKEN },
      ...{
        SHOPIFY_WEBHOOK_SECRET: SHOPIFY_SECRET,
        SHOPIFY_LOCATIONS: 'Warehouse:A=655441491',
        SHOPIFY_URL: double.url,
      },
    });
    try {
      await products.listen();
      await vi.waitFor(() => expect(item.available.get(NEAR)).toBe(8), 10_000);
    } finally {
      await products.close();
      await db.close();
    }
  });

  it('whose webhook is forged or no inventory level is refused', async () => {
    await using world = await openShopifyShop();
    const post = async (body: string, signature: string, topic = 'inventory_levels/update') => {
      const headers = {
        'content-type': 'application/json',
        'x-shopify-topic': topic,
        'x-shopify-hmac-sha256': signature,
      };
      const response = await fetch(new URL('/webhooks/shopify', world.url), { method: 'POST', headers, body });
      await response.text();
      return response.status;
    };
    const body = '{"inventory_item_id":1,"location_id":2,"available":3}';
    expect(await post(body, signShopify(body))).toBe(200);
    expect(await post(`${body} `, signShopify(body))).toBe(401);
    expect(await post(body, signShopify(body, 'another secret'))).toBe(401);
    expect(await post(body, '')).toBe(401);
    expect(await post('{}', signShopify('{}'))).toBe(400);
    expect(await post('{}', signShopify('{}'), 'products/update')).toBe(200);
  });
});
