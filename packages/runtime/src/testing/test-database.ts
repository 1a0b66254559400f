import { inject } from 'vitest';
import { connect, type Database } from '../database/connect.ts';
// Declares what `inject` knows.
import type {} from './global-setup.ts';
import { allSubgraphs, copyTemplate, dropCopy } from './test-templates.ts';

export type TestDatabase = Database & AsyncDisposable;

export type TestDatabases = AsyncDisposable & {
  /** One URL per subgraph, each with its own role. */
  readonly urls: Readonly<Record<string, string>>;
};

/** A fresh, migrated database for one subgraph, gone at the end of the block: `await using db = await testDatabase('orders')`. */
export async function testDatabase(subgraph: string): Promise<TestDatabase> {
  const urls = await copyTemplate(inject('testDatabaseUrl'), inject('testRun'), [subgraph]);
  const url = urls.get(subgraph) ?? '';
  const database = connect(url, { name: `${subgraph} test` });
  return {
    ...database,
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await dropCopy(inject('testDatabaseUrl'), url);
    },
  };
}

/** The same for all subgraphs together, for tests of the whole graph. Close what holds connections first. */
export async function testDatabases(): Promise<TestDatabases> {
  const urls = Object.fromEntries(await copyTemplate(inject('testDatabaseUrl'), inject('testRun'), allSubgraphs()));
  return {
    urls,
    [Symbol.asyncDispose]: () => dropCopy(inject('testDatabaseUrl'), Object.values(urls)[0] ?? ''),
  };
}
