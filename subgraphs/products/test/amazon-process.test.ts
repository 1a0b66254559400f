import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openAmazonDouble } from '@cartograph/amazon-sp-api/testing/amazon-double';
import { hasContracts } from '@cartograph/contract-server/contracts-folder';
import { connect } from '@cartograph/runtime/database/connect';
import { ROOT } from '@cartograph/runtime/sdl';
import { TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { testDatabases } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it, vi } from 'vitest';
import { createStores, openProducts } from '../src/subgraph.ts';

/** A database with one variant, the double that lists it, and the settings of a process that joins the two. */
async function openWorld() {
  const databases = await testDatabases();
  const url = databases.urls.products ?? '';
  const double = await openAmazonDouble();
  double.listings.list('SHIRT');
  const db = connect(url, { name: 'products test' });
  await db.pool.query(`
    INSERT INTO warehouse (id, name, contact_name, line1, city, country_code)
      VALUES ('Warehouse:A', 'A', 'Dock 1', 'Hafenstr. 1', 'Hamburg', 'DE');
    INSERT INTO product (id, handle, title, status) VALUES ('Product:A', 'shirt', 'Shirt', 'ACTIVE');
    INSERT INTO variant (id, product_id, sku, title, position, option_values)
      VALUES ('Variant:A', 'Product:A', 'SHIRT', 'Default', 1, '{}')`);
  return {
    ...{ double, db },
    env: {
      ...{ PORT: '0', ENVELOPE_SECRET: TEST_SECRET, LOG_LEVEL: 'silent', DATABASE_URL: url },
      ...{ ...double.env, SALES_CHANNELS: 'amazon', AMAZON_STOCK_BUFFER: '1', STOCK_PUSH_MS: '50' },
    },
    count: (onHand: number) =>
      createStores(db).stock.setCounts('Warehouse:A', [{ variantId: 'Variant:A', onHand }], {
        ...{ reason: 'counted', actor: 'Staff:1' },
      }),
    shows: (quantity: number) =>
      vi.waitFor(() => expect(double.listings.shown('SHIRT').quantity).toBe(quantity), 30_000),
    async [Symbol.asyncDispose]() {
      await db.close();
      await double[Symbol.asyncDispose]();
      await databases[Symbol.asyncDispose]();
    },
  };
}

describe.runIf(hasContracts())('a process that sells at Amazon', () => {
  it('says within seconds what has changed, from when it starts with the settings', async () => {
    await using world = await openWorld();
    const products = await openProducts({ ...world.env, STOCK_PUSH_MS: '' });
    try {
      await products.listen();
      await world.count(8);
      await world.shows(7);
      const began = performance.now();
      await world.count(3);
      await world.shows(2);
      expect(performance.now() - began).toBeLessThan(5_000);
    } finally {
      await products.close();
    }
  });

  it('and is killed between the effect and its record leaves it to the next, with what changed since', async () => {
    await using world = await openWorld();
    await world.count(8);
    world.double.faults.add({ operation: 'patchListingsItem', at: 'after', does: 'hang' });
    const killed = spawn(process.execPath, ['--import', 'tsx', 'subgraphs/products/src/main.ts'], {
      ...{ cwd: fileURLToPath(ROOT), env: { ...process.env, ...world.env }, stdio: 'ignore' },
    });
    try {
      await world.shows(7);
    } finally {
      killed.kill('SIGKILL');
      await once(killed, 'exit');
    }
    await world.count(3);
    // As if the time had passed for which a process may have an offer.
    await world.db.pool.query(`UPDATE offer_push SET leased_until = '-infinity'`);
    const products = await openProducts(world.env);
    try {
      await products.listen();
      await world.shows(2);
      await vi.waitFor(async () => {
        const { rows } = await world.db.pool.query('SELECT shown, sent FROM offer_push');
        expect(rows).toEqual([{ shown: { quantity: 2, prices: [null] }, sent: null }]);
      }, 15_000);
    } finally {
      await products.close();
    }
  });
});
