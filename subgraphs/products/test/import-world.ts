import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { openCsvFile } from '../src/adapters/csv-file.ts';
import { readPriceList } from '../src/domain/shopify-csv-columns.ts';
import type { LineIssue } from '../src/domain/shopify-csv-reader.ts';
import { exportCatalogue } from '../src/operations/export-catalogue.ts';
import { type ImportOptions, type ImportSummary, importCatalogue } from '../src/operations/import-catalogue.ts';
import type { ImportPorts } from '../src/ports.ts';
import { createImportStores } from '../src/subgraph.ts';

interface Imported {
  readonly summary: ImportSummary;
  readonly issues: readonly LineIssue[];
  readonly notes: readonly string[];
}

type Choices = Partial<Omit<ImportOptions, 'markets'>> & { readonly markets?: Readonly<Record<string, string>> };

/** An empty shop, and ways to bring files into it and out of it. */
export async function importWorld(ports: (real: ImportPorts) => ImportPorts = (real) => real) {
  const db = await testDatabase('products');
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-import-'));
  const stores = createImportStores(db);
  let files = 0;
  const run = async <T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> =>
    (await db.pool.query<T>(sql, [...values])).rows;

  return {
    db,
    run,
    stores,
    async file(content: string | Buffer): Promise<string> {
      files += 1;
      const path = join(folder, `${files}.csv`);
      await writeFile(path, content);
      return path;
    },
    async import(content: string | Buffer, { markets = {}, ...choices }: Choices = {}): Promise<Imported> {
      const [issues, notes]: [LineIssue[], string[]] = [[], []];
      const options = {
        currency: 'EUR',
        warehouse: null,
        strict: false,
        dryRun: false,
        ...choices,
        markets: new Map(Object.entries(markets).map(([name, list]) => [name, readPriceList(list) as never])),
      };
      const summary = await importCatalogue(ports(stores))(await openCsvFile(await this.file(content)), options, {
        issue: (issue) => issues.push(issue),
        note: (note) => notes.push(note),
        progress: () => {},
      });
      return { summary, issues, notes };
    },
    async export(currency = 'EUR'): Promise<string> {
      let text = '';
      for await (const part of exportCatalogue(stores)(currency)) text += part;
      return text;
    },
    /** Everything that is in the shop, its ids and times included. */
    async everything(): Promise<string> {
      const tables = [
        'product',
        'product_option',
        'variant',
        'image',
        'price',
        'stock_level',
        'stock_movement',
        'collection_product',
      ];
      const rows = [];
      for (const table of tables) rows.push(await run(`SELECT t.* FROM ${table} t ORDER BY to_jsonb(t)::text`));
      return JSON.stringify(rows);
    },
    skus: async () =>
      (await run<{ sku: string }>('SELECT sku FROM variant WHERE removed_at IS NULL ORDER BY sku')).map(
        ({ sku }) => sku,
      ),
    async product(handle: string) {
      const [product] = await stores.catalogue.findByHandles([handle]);
      if (!product) throw new Error(`there is no product ${handle}`);
      return product;
    },
    handles: async () =>
      (await run<{ handle: string }>('SELECT handle FROM product ORDER BY handle')).map(({ handle }) => handle),
    [Symbol.asyncDispose]: async () => {
      await db[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** Lines of a file whose cells need no quotes: `csv('Handle,Title', 'cup,Cup')`. */
export const csv = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
