import type { CsvSource } from '../domain/csv.ts';
import { groupLines } from '../domain/group-lines.ts';
import type { PriceList } from '../domain/price.ts';
import type { Layout } from '../domain/shopify-csv-columns.ts';
import type { LineIssue, ProductLines } from '../domain/shopify-csv-reader.ts';
import type { ImportKey, ImportPorts, ImportRun } from '../ports.ts';
import { importBatch, keysOf, type Pass, type Tally } from './import-batch.ts';
import { readFileLayout } from './read-file-layout.ts';
import { resolveWarehouses } from './resolve-warehouses.ts';

export interface ImportOptions {
  /** Of the prices in columns that name none. */
  readonly currency: string;
  /** Which price list a market that the file names is, by its name in small letters. */
  readonly markets: ReadonlyMap<string, PriceList>;
  /** The name of the warehouse of quantities in a column that names none; null: the first. */
  readonly warehouse: string | null;
  /** One bad line refuses the whole file. */
  readonly strict: boolean;
  /** Says what would happen and writes nothing. */
  readonly dryRun: boolean;
}

/** What is told while the import runs: a file may have more issues than memory would hold. */
export interface ImportListener {
  issue(issue: LineIssue): void;
  note(text: string): void;
  /** `share` of the file, from 0 to 1. */
  progress(phase: 'reading' | 'checking' | 'importing', share: number): void;
}

export interface ImportSummary {
  /** `REFUSED`: strict, and there were issues. `CHECKED`: a dry run. Nothing was written then. */
  readonly outcome: 'IMPORTED' | 'REFUSED' | 'CHECKED';
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly variants: number;
  /** Stock levels that were brought to another count. */
  readonly counted: number;
  readonly issues: number;
}

/** About this many lines are read, compared and written at a time. */
const BATCH_LINES = 500;
const KEYS_AT_ONCE = 5_000;

/**
 * Reads Shopify's product file into the catalogue. By handle and SKU, so that the same file twice, or once more after it
 * was stopped in the middle, ends in the same catalogue. Throws BAD_USER_INPUT for what is no product file at all.
 */
export const importCatalogue =
  (ports: ImportPorts) =>
  async (source: CsvSource, options: ImportOptions, listener: ImportListener): Promise<ImportSummary> => {
    const layout = await readFileLayout(source, options);
    for (const name of layout.ignored) listener.note(ignoredNote(name));
    const run = await ports.beginImport();
    try {
      // A first look at all of it finds what cannot be seen line by line, and a file that is broken further down.
      await noteKeys(run, source, layout, listener);
      const warehouses = await resolveWarehouses(ports, layout, options, listener);
      const pass = (write: boolean) => runPass({ ports, run, layout, warehouses, listener, write }, source);
      if (!options.strict && !options.dryRun) return { outcome: 'IMPORTED', ...(await pass(true)) };
      const checked = await pass(false);
      if (options.strict && checked.issues > 0) return { outcome: 'REFUSED', ...checked };
      if (options.dryRun) return { outcome: 'CHECKED', ...checked };
      return { outcome: 'IMPORTED', ...(await pass(true)) };
    } finally {
      await run.end();
    }
  };

const ignoredNote = (name: string): string => {
  const [, market] = /^(?:Price|Compare[- ]at price) \/ (.+)$/i.exec(name) ?? [];
  const hint = market ? ` Say which currency its prices are in with --market "${market}=USD".` : '';
  return `The column "${name}" is not understood and left out.${hint}`;
};

async function* productsOf(
  source: CsvSource,
  layout: Layout,
  onRead: (share: number) => void,
): AsyncGenerator<ProductLines> {
  async function* afterHeader() {
    let isHeader = true;
    for await (const record of source.records()) {
      if (!isHeader) yield record;
      isHeader = false;
      onRead(Math.min(record.bytesRead / source.bytes, 1));
    }
  }
  yield* groupLines(afterHeader(), layout);
}

async function noteKeys(run: ImportRun, source: CsvSource, layout: Layout, listener: ImportListener): Promise<void> {
  let keys: ImportKey[] = [];
  for await (const product of productsOf(source, layout, (share) => listener.progress('reading', share))) {
    keys.push(...keysOf(product, layout));
    if (keys.length < KEYS_AT_ONCE) continue;
    await run.note(keys);
    keys = [];
  }
  if (keys.length > 0) await run.note(keys);
}

async function runPass(pass: Pass, source: CsvSource): Promise<Tally> {
  const tally: Tally = { created: 0, updated: 0, unchanged: 0, skipped: 0, variants: 0, counted: 0, issues: 0 };
  const told: Pass = { ...pass, listener: counting(pass.listener, tally) };
  const onRead = (share: number) => pass.listener.progress(pass.write ? 'importing' : 'checking', share);
  let batch: ProductLines[] = [];
  let lines = 0;
  for await (const product of productsOf(source, pass.layout, onRead)) {
    batch.push(product);
    lines += product.records.length;
    if (lines < BATCH_LINES) continue;
    await importBatch(told, batch, tally);
    [batch, lines] = [[], 0];
  }
  await importBatch(told, batch, tally);
  return tally;
}

const counting = (listener: ImportListener, tally: Tally): ImportListener => ({
  ...listener,
  issue(issue) {
    tally.issues += 1;
    listener.issue(issue);
  },
});
