import { CodedError } from '@cartograph/kernel/errors';
import { inTransaction, isUniqueViolation } from '@cartograph/runtime/database/transaction';
import { newId } from '@cartograph/runtime/ids';
import type pg from 'pg';
import { plainText } from '../domain/plain-text.ts';
import type { Product } from '../domain/product.ts';
import type { ProductDraft, ProductWriteOutcome, UpsertReport } from '../domain/product-draft.ts';
import type { ProductWriter } from '../ports.ts';
import { shareTree } from './catalogue-locks.ts';
import { takenSkus, writeProductLists } from './product-rows.ts';
import { PRODUCT_COLUMNS } from './sql.ts';

const FIELDS = `id text, handle text, status product_status, title text, "descriptionHtml" text, description text,
  vendor text, "productType" text, tags text[], "seoTitle" text, "seoDescription" text`;

// `refresh_product_index` and the rows below hold on to products in the order of their handles, against deadlocks.
const insertProducts = (onConflict: string) => `
  INSERT INTO product AS p (id, handle, status, title, description_html, description, vendor, product_type, tags,
    seo_title, seo_description)
  SELECT id, handle, status, title, "descriptionHtml", description, vendor, "productType", tags, "seoTitle", "seoDescription"
  FROM jsonb_to_recordset($1::jsonb) AS t (${FIELDS}) ORDER BY handle
  ON CONFLICT (handle) ${onConflict}
  RETURNING ${PRODUCT_COLUMNS}, (p.xmax = 0) AS created`;

const INSERT = insertProducts('DO NOTHING');

const UPSERT = insertProducts(`DO UPDATE SET status = excluded.status, title = excluded.title,
  description_html = excluded.description_html, description = excluded.description, vendor = excluded.vendor,
  product_type = excluded.product_type, tags = excluded.tags, seo_title = excluded.seo_title,
  seo_description = excluded.seo_description, version = p.version + 1, updated_at = now()`);

// A field that is not in the document stays; one that is null becomes null.
const UPDATE = `
  UPDATE product p SET handle = n.handle, status = n.status, title = n.title, description_html = n."descriptionHtml",
    description = n.description, vendor = n.vendor, product_type = n."productType", tags = n.tags,
    seo_title = n."seoTitle", seo_description = n."seoDescription", version = p.version + 1, updated_at = now()
  FROM (
    SELECT t.*, old.version FROM product old CROSS JOIN LATERAL jsonb_to_record(jsonb_build_object(
      'handle', old.handle, 'status', old.status, 'title', old.title, 'descriptionHtml', old.description_html,
      'description', old.description, 'vendor', old.vendor, 'productType', old.product_type, 'tags', old.tags,
      'seoTitle', old.seo_title, 'seoDescription', old.seo_description, 'id', old.id) || $3::jsonb) AS t (${FIELDS})
    WHERE old.id = $1 AND old.version = $2 FOR NO KEY UPDATE OF old
  ) n WHERE p.id = n.id
    AND NOT EXISTS (SELECT FROM product other WHERE other.handle = n.handle AND other.id <> p.id)
  RETURNING ${PRODUCT_COLUMNS}`;

const toRow = ({ descriptionHtml, ...draft }: Partial<ProductDraft>) => ({
  handle: draft.handle,
  status: draft.status,
  title: draft.title,
  ...(descriptionHtml !== undefined && { descriptionHtml, description: plainText(descriptionHtml) }),
  vendor: draft.vendor,
  productType: draft.productType,
  tags: draft.tags,
  seoTitle: draft.seoTitle,
  seoDescription: draft.seoDescription,
});

/** Leaves the transaction, undoing it, with an answer that is no error. */
class Abandoned extends Error {
  readonly outcome: ProductWriteOutcome;
  constructor(outcome: ProductWriteOutcome) {
    super('the transaction was abandoned');
    this.outcome = outcome;
  }
}

async function orAbandoned(work: () => Promise<ProductWriteOutcome | null>): Promise<ProductWriteOutcome | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Abandoned) return error.outcome;
    // Somebody else took it between the look and the write.
    if (isUniqueViolation(error, 'product_handle_key')) return { kind: 'handle-taken' };
    throw error;
  }
}

export const createProductWriter = (pool: pg.Pool): ProductWriter => ({
  async create(draft) {
    const outcome = await orAbandoned(() =>
      inTransaction(pool, async (client) => {
        await shareTreeFor(client, [draft]);
        const row = JSON.stringify([{ id: newId('Product'), ...toRow(draft) }]);
        const { rows } = await client.query<Product & { created: boolean }>(INSERT, [row]);
        if (!rows[0]) return { kind: 'handle-taken' };
        return finish(client, rows[0], draft);
      }),
    );
    return outcome as ProductWriteOutcome;
  },
  update: (id, version, draft) =>
    orAbandoned(() =>
      inTransaction(pool, async (client) => {
        await shareTreeFor(client, [draft]);
        const { rows } = await client.query<Product>(UPDATE, [id, version, JSON.stringify(toRow(draft))]);
        if (rows[0]) return finish(client, rows[0], draft);
        return missed(client, id, version);
      }),
    ),
  async archive(id) {
    const { rowCount } = await pool.query(
      `WITH archived AS (
         UPDATE product SET status = 'ARCHIVED', version = version + 1, updated_at = now()
         WHERE id = $1 AND status <> 'ARCHIVED'
       ) SELECT FROM product WHERE id = $1`,
      [id],
    );
    return rowCount === 1;
  },
  upsert: (drafts) => inTransaction(pool, (client) => upsert(client, drafts)),
});

/** Before the products: whoever moves a collection has the tree, and waits for the products below. */
async function shareTreeFor(client: pg.PoolClient, drafts: readonly Partial<ProductDraft>[]): Promise<void> {
  if (drafts.some(({ collectionHandles = [] }) => collectionHandles.length > 0)) await shareTree(client);
}

async function finish(
  client: pg.PoolClient,
  row: Product & { created?: boolean },
  draft: Partial<ProductDraft>,
): Promise<ProductWriteOutcome> {
  const { created: _created, ...product } = row;
  const variants = await writeProductLists(client, [{ ...draft, id: product.id }]);
  const written = new Set(variants.map(({ sku }) => sku));
  const skus = (draft.variants ?? []).map(({ sku }) => sku).filter((sku) => !written.has(sku));
  if (skus.length > 0) throw new Abandoned({ kind: 'skus-taken', skus });
  return { kind: 'written', product };
}

/** Why an update found no row: no such product, another version, or a handle that is another's. */
async function missed(client: pg.PoolClient, id: string, version: number): Promise<ProductWriteOutcome | null> {
  const { rows } = await client.query<{ version: number }>('SELECT version FROM product WHERE id = $1', [id]);
  if (!rows[0]) return null;
  if (rows[0].version !== version) throw new CodedError('CONFLICT');
  return { kind: 'handle-taken' };
}

async function upsert(client: pg.PoolClient, drafts: readonly ProductDraft[]): Promise<UpsertReport> {
  const wanted = drafts.flatMap(({ handle, variants }) => variants.map(({ sku }) => ({ sku, handle })));
  const refused = await takenSkus(client, wanted);
  const left = new Set(refused.map(({ handle }) => handle));
  const kept = drafts.filter(({ handle }) => !left.has(handle));
  if (kept.length === 0) return { written: [], refused };
  await shareTreeFor(client, kept);
  const rows = JSON.stringify(kept.map((draft) => ({ id: newId('Product'), ...toRow(draft) })));
  const { rows: products } = await client.query<Product & { created: boolean }>(UPSERT, [rows]);
  const byHandle = new Map(products.map((product) => [product.handle, product]));
  const lists = kept.flatMap((draft) => {
    const product = byHandle.get(draft.handle);
    return product ? [{ ...draft, id: product.id }] : [];
  });
  const variants = await writeProductLists(client, lists);
  // Another writer took a SKU after the look above: the whole batch is given back, and a repeat will report it.
  if (variants.length !== lists.reduce((sum, list) => sum + list.variants.length, 0)) throw new CodedError('CONFLICT');
  const variantIds = new Map<string, Map<string, string>>(products.map(({ id }) => [id, new Map()]));
  for (const { productId, sku, id } of variants) variantIds.get(productId)?.set(sku, id);
  return {
    refused,
    written: products.map(({ id, handle, created }) => ({
      id,
      handle,
      created,
      variantIds: variantIds.get(id) ?? new Map(),
    })),
  };
}
