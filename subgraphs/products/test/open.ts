import type { Viewer } from '@cartograph/kernel/viewer';
import { createLogger } from '@cartograph/runtime/logger';
import { type Answer, askSubgraph, TEST_SECRET } from '@cartograph/runtime/testing/ask';
import { type TestDatabase, testDatabase } from '@cartograph/runtime/testing/test-database';
import { createProducts, createStores } from '../src/subgraph.ts';

export const catalogueStaff: Viewer = { kind: 'staff', staffId: 'Staff:TEST', roles: ['CATALOGUE'] };
export const orders: Viewer = { kind: 'service', service: 'orders' };

type Ask = <T = any>(query: string, variables?: object) => Promise<Answer<T>>;

export interface OpenedProducts extends AsyncDisposable {
  readonly db: TestDatabase;
  readonly ports: ReturnType<typeof createStores>;
  readonly url: string;
  readonly as: (viewer?: Viewer) => Ask;
}

/** The subgraph over real HTTP with a database of its own. */
export async function openTestProducts(): Promise<OpenedProducts> {
  const db = await testDatabase('products');
  const ports = createStores(db);
  const config = { port: 0, envelopeSecret: TEST_SECRET, logLevel: 'error', defaultCurrency: 'EUR' };
  const subgraph = createProducts(ports, config, { logger: createLogger('products', 'error') });
  const url = await subgraph.listen();
  return {
    db,
    ports,
    url,
    as: (viewer) => askSubgraph('products', url, viewer),
    async [Symbol.asyncDispose]() {
      await subgraph.close();
      await db[Symbol.asyncDispose]();
    },
  };
}
