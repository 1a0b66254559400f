import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openProducts } from '@cartograph/products';
import { connect } from '@cartograph/runtime/database/connect';
import { openDatabase } from '@cartograph/runtime/database/open';
import { createEnvelopeSigner, envelopeKey } from '@cartograph/runtime/envelope';
import { newId } from '@cartograph/runtime/ids';
import { ROOT } from '@cartograph/runtime/sdl';
import { createSubgraphClient } from '@cartograph/runtime/subgraph-client';
import { openDatabaseView } from './shop-process.ts';
import type { Buying } from './stock-rounds.ts';
import { type Shelf, stockUp } from './stock-shelf.ts';

const SECRET = 'a secret of this measurement alone, long enough';
const AT_ONCE = 20;
const VARIANTS = 500;

const HOLD = /* GraphQL */ `
  mutation BenchHold($input: HoldStockInput!) { answer: holdStock(input: $input) { __typename } }
`;
const COMMIT = /* GraphQL */ `
  mutation BenchCommit($orderId: ID!) { answer: commitStock(orderId: $orderId) { quantity } }
`;

/** Products alone: goods held and sold as orders asks for it, over HTTP, each by an order of its own. */
export async function openHolds(folder: string): Promise<Buying & AsyncDisposable> {
  const env = { ...process.env, DATA_DIR: join(folder, 'holds') };
  const database = await openDatabase({ root: fileURLToPath(ROOT), env, subgraphs: ['products'] });
  const view = await openDatabaseView(env.DATA_DIR);
  const products = await openProducts({
    ...{ DATABASE_URL: database.urls.products, ENVELOPE_SECRET: SECRET, PORT: '0', LOG_LEVEL: 'silent' },
  });
  const sign = createEnvelopeSigner('orders', (audience) => envelopeKey(SECRET, audience));
  const client = createSubgraphClient({ from: 'orders', to: 'products', url: await products.listen(), sign });
  const db = connect(database.urls.products, { name: 'bench', maxConnections: 1 });
  const shelf: Shelf = await stockUp(db.pool, await createVariants(db.pool));
  return {
    ...{ atOnce: AT_ONCE, variants: shelf.variants, pids: [process.pid, view.postmaster] },
    async buy(_buyer, variantId) {
      const orderId = newId('Order');
      const input = { orderId, lines: [{ variantId, quantity: 1 }], expiresInSeconds: 600 };
      const held = await client.ask<{ answer: { __typename: string } }>(HOLD, { input });
      if (held.answer.__typename !== 'StockHeld') throw new Error('it was not held');
      const sold = await client.ask<{ answer: readonly unknown[] | null }>(COMMIT, { orderId });
      if (!sold.answer) throw new Error('it was not sold');
      shelf.note();
    },
    check: () => shelf.check(),
    async [Symbol.asyncDispose]() {
      await client.close();
      await products.close();
      await db.close();
      await view.close();
      await database.stop();
    },
  };
}

async function createVariants(pool: ReturnType<typeof connect>['pool']): Promise<readonly string[]> {
  const warehouse = newId('Warehouse');
  await pool.query(
    `INSERT INTO warehouse (id, name, contact_name, line1, city, country_code) VALUES ($1, 'Bench', 'A', 'B', 'C', 'DE')`,
    [warehouse],
  );
  const variants = Array.from({ length: VARIANTS }, () => newId('Variant'));
  const products = variants.map(() => newId('Product'));
  await pool.query(
    `INSERT INTO product (id, handle, title, status)
     SELECT id, lower(split_part(id, ':', 2)), 'Bench', 'ACTIVE' FROM unnest($1::text[]) AS p (id)`,
    [products],
  );
  await pool.query(
    `INSERT INTO variant (id, product_id, sku, title, position, option_values)
     SELECT id, product_id, id, 'Default', 1, '{}' FROM unnest($1::text[], $2::text[]) AS v (id, product_id)`,
    [variants, products],
  );
  return variants;
}
