import { codeOf } from '@cartograph/kernel/errors';
import type { CatalogueProduct, CatalogueVariant } from '../domain/catalogue-product.ts';
import { type CsvSource, fromCell } from '../domain/csv.ts';
import { groupLines } from '../domain/group-lines.ts';
import type { PriceList } from '../domain/price.ts';
import type { ProductDraft } from '../domain/product-draft.ts';
import type { Layout } from '../domain/shopify-csv-columns.ts';
import {
  type FileCount,
  type FileProduct,
  type LineIssue,
  type ProductLines,
  readProduct,
} from '../domain/shopify-csv-product.ts';
import type { ImportKey, ImportPorts, ImportRun } from '../ports.ts';
import { readFileLayout } from './read-file-layout.ts';
import { resolveWarehouses, type Warehouses } from './resolve-warehouses.ts';

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

type Tally = { -readonly [K in keyof Omit<ImportSummary, 'outcome'>]: number };

/** About this many lines are read, compared and written at a time. */
const BATCH_LINES = 500;
const KEYS_AT_ONCE = 5_000;
const ATTEMPTS = 3;
const ACTOR = 'import';

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

/** Everything that the steps of one pass over the file share. */
interface Pass {
  readonly ports: ImportPorts;
  readonly run: ImportRun;
  readonly layout: Layout;
  readonly warehouses: Warehouses;
  readonly listener: ImportListener;
  readonly write: boolean;
}

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

const skuOf = (cells: readonly string[], { sku }: Layout['fields']): string =>
  fromCell(cells[sku?.index ?? -1] ?? '').trim();

/** All keys of a product carry its first line: what is repeated inside a product is the draft's own issue. */
function keysOf({ handle, records }: ProductLines, { fields }: Layout): readonly ImportKey[] {
  const line = records[0]?.line ?? 0;
  const skus = new Set(fields.sku ? records.map(({ cells }) => skuOf(cells, fields)) : []);
  skus.delete('');
  return [{ kind: 'HANDLE', key: handle, line }, ...[...skus].map((key) => ({ kind: 'SKU' as const, key, line }))];
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

interface Candidate {
  readonly product: FileProduct;
  readonly current: CatalogueProduct | undefined;
}

async function importBatch(pass: Pass, batch: readonly ProductLines[], tally: Tally): Promise<void> {
  const named = batch.filter(({ handle }) => handle !== '');
  const current = await currentByHandle(pass, named);
  const repeated = await repeatedIssues(pass, named);
  const candidates: Candidate[] = [];
  for (const lines of batch) {
    const known = current.get(lines.handle);
    const product = readProduct(withIssues(lines, repeated), pass.layout, known);
    for (const issue of inOrder(product.issues)) pass.listener.issue(issue);
    if (product.issues.every(({ harmless }) => harmless)) candidates.push({ product, current: known });
    else tally.skipped += 1;
  }
  const taken = pass.write ? await write(pass, candidates, tally) : await check(pass, candidates, tally);
  for (const { handle, sku, takenBy } of taken) {
    const product = candidates.find((candidate) => candidate.product.handle === handle)?.product;
    const column = pass.layout.fields.sku?.name ?? null;
    const message = `The SKU "${sku}" belongs to the product "${takenBy}" already. Give this variant another one, or take it away there first.`;
    pass.listener.issue({ line: product?.lines.get(sku) ?? product?.line ?? 0, column, message });
  }
  tally.skipped += new Set(taken.map(({ handle }) => handle)).size;
}

const inOrder = (issues: readonly LineIssue[]): readonly LineIssue[] => {
  const texts = new Map(issues.map((issue) => [`${issue.line} ${issue.column} ${issue.message}`, issue]));
  return [...texts.values()].sort((a, b) => a.line - b.line);
};

async function currentByHandle(
  { ports }: Pass,
  batch: readonly ProductLines[],
): Promise<ReadonlyMap<string, CatalogueProduct>> {
  const found = batch.length === 0 ? [] : await ports.catalogue.findByHandles(batch.map(({ handle }) => handle));
  return new Map(found.map((product) => [product.handle, product]));
}

const withIssues = (lines: ProductLines, repeated: ReadonlyMap<ProductLines, readonly LineIssue[]>): ProductLines => ({
  ...lines,
  issues: [...lines.issues, ...(repeated.get(lines) ?? [])],
});

async function repeatedIssues({ run, layout }: Pass, batch: readonly ProductLines[]) {
  const keys = batch.flatMap((product) => keysOf(product, layout));
  const repeated = keys.length === 0 ? [] : await run.repeated(keys);
  const issues = new Map<ProductLines, LineIssue[]>();
  for (const { kind, key, line, firstLine, lastLine } of repeated) {
    const product = batch.find(({ records }) => records[0]?.line === line);
    if (!product || (kind === 'SKU' && line === firstLine)) continue;
    const other = line === firstLine ? lastLine : firstLine;
    const message =
      kind === 'SKU'
        ? `The SKU "${key}" is the one of a variant of the product in line ${firstLine} already. Every variant needs its own.`
        : `Other lines of "${key}" are in line ${other}. All lines of a product must follow each other; sort the file by handle.`;
    const column = (kind === 'SKU' ? layout.fields.sku : layout.fields.handle)?.name ?? null;
    const place = kind === 'SKU' ? lineOfSku(product, key, layout) : line;
    issues.set(product, [...(issues.get(product) ?? []), { line: place, column, message }]);
  }
  return issues;
}

const lineOfSku = ({ records }: ProductLines, sku: string, { fields }: Layout): number =>
  (records.find(({ cells }) => skuOf(cells, fields) === sku) ?? records[0])?.line ?? 0;

type Taken = readonly { readonly handle: string; readonly sku: string; readonly takenBy: string }[];

async function check(
  { ports, listener, warehouses }: Pass,
  candidates: readonly Candidate[],
  tally: Tally,
): Promise<Taken> {
  const wanted = candidates.flatMap(({ product: { handle, draft } }) =>
    draft.variants.map(({ sku }) => ({ sku, handle })),
  );
  const taken = wanted.length === 0 ? [] : await ports.catalogue.takenSkus(wanted);
  const refused = new Set(taken.map(({ handle }) => handle));
  for (const { product, current } of candidates) {
    if (refused.has(product.handle)) continue;
    count(tally, product, current);
    for (const { count: wish, level } of countsToSet(product, current, warehouses))
      if (level && wish.count < level.held && wish.count < level.onHand) listener.issue(heldIssue(wish, level.held));
  }
  return taken;
}

function count(tally: Tally, product: FileProduct, current: CatalogueProduct | undefined): void {
  tally.variants += product.draft.variants.length;
  if (!current) tally.created += 1;
  else if (isSame(product.draft, current) && product.unpriced.length === 0) tally.unchanged += 1;
  else tally.updated += 1;
}

/** Writes what differs. A batch that another writer came in between is compared anew. */
async function write(pass: Pass, candidates: readonly Candidate[], tally: Tally, attempt = 1): Promise<Taken> {
  const { ports } = pass;
  const changed = candidates.filter(({ product, current }) => !current || !isSame(product.draft, current));
  try {
    await openCollections(ports, changed);
    const report =
      changed.length === 0
        ? { written: [], refused: [] }
        : await ports.productWriter.upsert(changed.map(({ product }) => product.draft));
    const refused = new Set(report.refused.map(({ handle }) => handle));
    const written = new Map(report.written.map((product) => [product.handle, product]));
    const kept = candidates.filter(({ product }) => !refused.has(product.handle));
    const idOf = ({ product, current }: Candidate, sku: string) =>
      written.get(product.handle)?.variantIds.get(sku) ?? current?.variants.find((variant) => variant.sku === sku)?.id;
    for (const { product, current } of kept) count(tally, product, current);
    await removePrices(ports, kept);
    await setCounts(pass, kept, idOf, tally);
    return report.refused;
  } catch (error) {
    if (codeOf(error) !== 'CONFLICT' || attempt >= ATTEMPTS) throw error;
    const found = await ports.catalogue.findByHandles(candidates.map(({ product }) => product.handle));
    const byHandle = new Map(found.map((product) => [product.handle, product]));
    return write(
      pass,
      candidates.map(({ product }) => ({ product, current: byHandle.get(product.handle) })),
      tally,
      attempt + 1,
    );
  }
}

/** Everything that the writer writes and a file can say, in an order of its own. */
function comparable(draft: ProductDraft | CatalogueProduct): string {
  const { handle, status, title, descriptionHtml, vendor, productType, tags, seoTitle, seoDescription, options } =
    draft;
  return JSON.stringify([
    [handle, status, title, descriptionHtml, vendor, productType, tags, seoTitle, seoDescription, options],
    draft.images.map(({ url, alt, width, height }) => [url, alt, width, height]),
    draft.attributes.map(({ key, value, filterable }) => [key, value, filterable]),
    draft.translations.map((one) => [one.locale, one.title, one.descriptionHtml, one.seoTitle, one.seoDescription]),
    draft.variants.map(
      ({ sku, optionValues, barcode, weightGrams, requiresShipping, taxClass, backorder, imageUrl }) => [
        [sku, optionValues, barcode, weightGrams, requiresShipping, taxClass, backorder, imageUrl],
      ],
    ),
  ]);
}

function isSame(draft: ProductDraft, current: CatalogueProduct): boolean {
  const known = new Map(current.variants.map((variant) => [variant.sku, variant]));
  return (
    comparable(draft) === comparable(current) &&
    draft.collectionHandles.every((handle) => current.collectionHandles.includes(handle)) &&
    draft.variants.every(({ sku, prices }) => prices.every((price) => hasPrice(known.get(sku), price)))
  );
}

const hasPrice = (
  variant: CatalogueVariant | undefined,
  wanted: ProductDraft['variants'][number]['prices'][number],
): boolean =>
  variant?.prices.some(
    ({ currency, country, minor, compareAtMinor }) =>
      currency === wanted.currency &&
      country === wanted.country &&
      minor === wanted.minor &&
      compareAtMinor === wanted.compareAtMinor,
  ) ?? false;

async function openCollections({ catalogue }: ImportPorts, changed: readonly Candidate[]): Promise<void> {
  const wanted = new Map(changed.flatMap(({ product }) => product.collections).map((one) => [one.handle, one]));
  if (wanted.size > 0) await catalogue.openCollections([...wanted.values()]);
}

async function removePrices({ prices }: ImportPorts, candidates: readonly Candidate[]): Promise<void> {
  const gone = candidates.flatMap(({ product, current }) =>
    product.unpriced.flatMap(({ sku, currency, country }) => {
      const variantId = current?.variants.find((variant) => variant.sku === sku)?.id;
      return variantId ? [{ variantId, currency, country, minor: null, compareAtMinor: null }] : [];
    }),
  );
  if (gone.length > 0) await prices.set(gone);
}

/** The counts of a product that its levels do not have. What is owed on backorder counts as none. */
function countsToSet({ counts }: FileProduct, current: CatalogueProduct | undefined, warehouses: Warehouses) {
  return counts.flatMap((wish) => {
    const warehouseId = warehouses.idOf(wish.warehouse);
    const variant = current?.variants.find(({ sku }) => sku === wish.sku);
    const level = variant?.stock.find((one) => one.warehouseId === warehouseId);
    return level && Math.max(level.onHand, 0) === wish.count ? [] : [{ count: wish, level, warehouseId }];
  });
}

async function setCounts(
  { ports, warehouses, listener }: Pass,
  candidates: readonly Candidate[],
  idOf: (candidate: Candidate, sku: string) => string | undefined,
  tally: Tally,
): Promise<void> {
  const byWarehouse = new Map<string, { readonly wish: FileCount; readonly variantId: string }[]>();
  for (const candidate of candidates)
    for (const { count: wish, warehouseId } of countsToSet(candidate.product, candidate.current, warehouses)) {
      const variantId = idOf(candidate, wish.sku);
      if (variantId) byWarehouse.set(warehouseId, [...(byWarehouse.get(warehouseId) ?? []), { wish, variantId }]);
    }
  for (const [warehouseId, wishes] of byWarehouse) {
    const counts = wishes.map(({ variantId, wish }) => ({ variantId, onHand: wish.count }));
    const left = await ports.stock.setCounts(warehouseId, counts, { reason: 'catalogue import', actor: ACTOR });
    const held = new Map(left.map((level) => [level.variantId, level.held]));
    for (const { variantId, wish } of wishes) {
      const promised = held.get(variantId);
      if (promised === undefined) tally.counted += 1;
      else listener.issue(heldIssue(wish, promised));
    }
  }
}

const heldIssue = ({ line, column, count: wish }: FileCount, held: number): LineIssue => ({
  line,
  column,
  message: `Orders hold ${held}, so ${wish} would promise more than is there. Write ${held} or more, or cancel the orders first.`,
});
