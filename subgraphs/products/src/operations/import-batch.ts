import { codeOf } from '@cartograph/kernel/errors';
import { isSame } from '../domain/catalogue-differences.ts';
import type { CatalogueProduct } from '../domain/catalogue-product.ts';
import { fromCell } from '../domain/csv.ts';
import type { Layout } from '../domain/shopify-csv-columns.ts';
import { type FileProduct, readProduct } from '../domain/shopify-csv-product.ts';
import type { LineIssue, ProductLines } from '../domain/shopify-csv-reader.ts';
import type { FileCount } from '../domain/shopify-csv-variants.ts';
import type { ImportKey, ImportPorts, ImportRun } from '../ports.ts';
import type { ImportListener, ImportSummary } from './import-catalogue.ts';
import type { Warehouses } from './resolve-warehouses.ts';

/** How often a batch is compared anew because somebody else wrote at the same moment. */
const ATTEMPTS = 3;
const ACTOR = 'import';

/** Everything that the steps of one pass over the file share. */
export interface Pass {
  readonly ports: ImportPorts;
  readonly run: ImportRun;
  readonly layout: Layout;
  readonly warehouses: Warehouses;
  readonly listener: ImportListener;
  readonly write: boolean;
}

const skuOf = (cells: readonly string[], { sku }: Layout['fields']): string =>
  fromCell(cells[sku?.index ?? -1] ?? '').trim();

/** All keys of a product carry its first line: what is repeated inside a product is the draft's own issue. */
export function keysOf({ handle, records }: ProductLines, { fields }: Layout): readonly ImportKey[] {
  const line = records[0]?.line ?? 0;
  const skus = new Set(fields.sku ? records.map(({ cells }) => skuOf(cells, fields)) : []);
  skus.delete('');
  const keys = [...skus].map((key) => ({ kind: 'SKU' as const, key, line }));
  // One that is too long is refused anyway, and would not fit in the index.
  return [{ kind: 'HANDLE' as const, key: handle, line }, ...keys].filter(({ key }) => key.length <= MAX_KEY);
}

const MAX_KEY = 255;

interface Candidate {
  readonly product: FileProduct;
  readonly current: CatalogueProduct | undefined;
}

export async function importBatch(pass: Pass, batch: readonly ProductLines[], tally: Tally): Promise<void> {
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
  // One for each cell: the first, which knows most of the file.
  const cells = new Map(issues.toReversed().map((issue) => [`${issue.line} ${issue.column}`, issue]));
  return [...cells.values()].sort((a, b) => a.line - b.line);
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

export type Tally = { -readonly [K in keyof Omit<ImportSummary, 'outcome'>]: number };
