import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Viewer } from '@cartograph/kernel/viewer';
import { openProducts, seedProductsDemo } from '@cartograph/products';
import { openRouter } from '@cartograph/router';
import { connect } from '@cartograph/runtime/database/connect';
import { askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { testDatabases } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it, vi } from 'vitest';
import { hasRedis, openRedis } from '../router/test/redis-server.ts';
import { asker, freePortMap } from './src/graph.ts';

const WAIT = { timeout: 20_000, interval: 20 };
const STAFF: Viewer = { kind: 'staff', staffId: 'Staff:eve', roles: ['CATALOGUE'] };
const PRICE = 'query ($sku: String!) { variant(sku: $sku) { id title price { amount } } }';
const SET_PRICE = `mutation ($id: ID!, $amount: Decimal!) {
  setPrices(input: { prices: [{ variantId: $id, amount: $amount, currencyCode: "EUR" }] }) { __typename } }`;

/** The real catalogue behind two routers that keep answers and have a Redis between them; it talks to one of them. */
async function openCatalogue() {
  const databases = await testDatabases();
  const redis = await openRedis();
  const settings = join(mkdtempSync(join(tmpdir(), 'cartograph-price-')), 'router.yaml');
  writeFileSync(settings, 'cache: { responses: { enabled: true }, entities: { enabled: true }, store: redis }\n');
  const ports = await freePortMap();
  const [one, other, products] = [ports.router, ports.subgraphs.orders, ports.subgraphs.products];
  const databaseUrl = databases.urls.products as string;
  const env = { DATABASE_URL: databaseUrl, ENVELOPE_SECRET: TEST_SECRET, LOG_LEVEL: 'silent' };
  await seedProductsDemo(env, () => {});
  const subgraph = await openProducts({
    ...env,
    PORT: String(products),
    ROUTER_URLS: `http://127.0.0.1:${one}`,
  });
  const subgraphUrl = await subgraph.listen();
  const routers = [one, other].map((port) =>
    openRouter({
      ...env,
      PORT: String(port),
      REDIS_URL: redis.url,
      ROUTER_SETTINGS: settings,
      JWKS_URL: 'http://127.0.0.1:1/',
      SUBGRAPH_URLS: `products=${subgraphUrl}`,
    }),
  );
  const urls = await Promise.all(routers.map((router) => router.listen()));
  const db = connect(databaseUrl, { name: 'test' });
  const { rows } = await db.pool.query<{ id: string; sku: string }>(
    "SELECT v.id, v.sku FROM variant v JOIN product p ON p.id = v.product_id WHERE p.status = 'ACTIVE' LIMIT 1",
  );
  const [variant] = rows as [{ id: string; sku: string }];
  return {
    variant,
    sql: (text: string, values: unknown[] = []) => db.pool.query(text, values),
    setPrice: (amount: string) => askSubgraph('products', subgraphUrl, STAFF)(SET_PRICE, { id: variant.id, amount }),
    async price(router: 0 | 1): Promise<string> {
      return (await asker(urls[router] as string)(PRICE, { sku: variant.sku })).data.variant.price.amount;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(routers.map((router) => router.close()));
      await subgraph.close();
      await db.close();
      await redis[Symbol.asyncDispose]();
      await databases[Symbol.asyncDispose]();
    },
  };
}

it('Redis is there where tests must run', () => {
  if (process.env.CI) expect(hasRedis).toBe(true);
  else if (!hasRedis) console.warn('without redis-server (apt install redis-server) the price change is not tested');
});

describe.runIf(hasRedis)('a price', () => {
  it('that changes is seen at every router by whoever asks a second later', async () => {
    await using shop = await openCatalogue();
    const { rows } = await shop.sql('SELECT minor FROM price WHERE variant_id = $1 LIMIT 1', [shop.variant.id]);
    const set = (minor: unknown) =>
      shop.sql('UPDATE price SET minor = $2 WHERE variant_id = $1', [shop.variant.id, minor]);
    const before = await shop.price(0);
    // Both keep the answer: a change of which nobody is told is not seen.
    await vi.waitFor(async () => {
      await Promise.all([shop.price(0), shop.price(1)]);
      await shop.sql('ALTER TABLE price DISABLE TRIGGER USER');
      await set(1);
      await shop.sql('ALTER TABLE price ENABLE TRIGGER USER');
      const shown = await Promise.all([shop.price(0), shop.price(1)]);
      await set(rows[0]?.minor);
      expect(shown).toEqual([before, before]);
    }, WAIT);

    for (const amount of ['11.10', '12.20', '13.30']) {
      await shop.setPrice(amount);
      const changedAt = performance.now();
      for (const router of [0, 1] as const) {
        for (;;) {
          const askedAt = performance.now();
          if ((await shop.price(router)) === amount) break;
          expect(askedAt - changedAt, `router ${router} still shows the old price`).toBeLessThan(1_000);
        }
      }
    }
  }, 120_000);
});
