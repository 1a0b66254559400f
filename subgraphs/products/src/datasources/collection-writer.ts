import { CodedError } from '@cartograph/kernel/errors';
import { inTransaction, isUniqueViolation } from '@cartograph/runtime/database/transaction';
import type pg from 'pg';
import type { Collection } from '../domain/collection.ts';
import type { CollectionDraft, CollectionWriteOutcome, Membership } from '../domain/collection-draft.ts';
import { plainText } from '../domain/plain-text.ts';
import type { CollectionStore } from '../ports.ts';
import { holdTree, lockProducts, shareTree } from './catalogue-locks.ts';
import { COLLECTION_COLUMNS } from './collection-columns.ts';

const FIELDS = `id text, handle text, "parentId" text, position int, title text, "descriptionHtml" text, description text,
  "seoTitle" text, "seoDescription" text, "imageUrl" text, "imageAlt" text`;

const INSERT = `
  INSERT INTO collection AS c (id, handle, parent_id, position, title, description_html, description, seo_title,
    seo_description, image_url, image_alt)
  SELECT id, handle, "parentId", position, title, "descriptionHtml", description, "seoTitle", "seoDescription", "imageUrl",
    "imageAlt"
  FROM jsonb_to_record($1::jsonb) AS t (${FIELDS})
  ON CONFLICT (handle) DO NOTHING RETURNING ${COLLECTION_COLUMNS}`;

// A field that is not in the document stays; one that is null becomes null.
const UPDATE = `
  UPDATE collection c SET handle = n.handle, parent_id = n."parentId", position = n.position, title = n.title,
    description_html = n."descriptionHtml", description = n.description, seo_title = n."seoTitle",
    seo_description = n."seoDescription", image_url = n."imageUrl", image_alt = n."imageAlt",
    version = c.version + 1, updated_at = now()
  FROM (
    SELECT t.* FROM collection old CROSS JOIN LATERAL jsonb_to_record(jsonb_build_object(
      'id', old.id, 'handle', old.handle, 'parentId', old.parent_id, 'position', old.position, 'title', old.title,
      'descriptionHtml', old.description_html, 'description', old.description, 'seoTitle', old.seo_title,
      'seoDescription', old.seo_description, 'imageUrl', old.image_url, 'imageAlt', old.image_alt) || $3::jsonb)
      AS t (${FIELDS})
    WHERE old.id = $1 AND old.version = $2 FOR UPDATE OF old
  ) n WHERE c.id = n.id
    AND NOT EXISTS (SELECT FROM collection other WHERE other.handle = n.handle AND other.id <> c.id)
  RETURNING ${COLLECTION_COLUMNS}`;

const BELOW = `
  WITH RECURSIVE down (id) AS (
    SELECT $1::text UNION SELECT c.id FROM collection c JOIN down ON c.parent_id = down.id
  )
  SELECT DISTINCT m.product_id AS id FROM collection_product m JOIN down ON down.id = m.collection_id`;

/** Leaves the transaction, undoing it, with an answer that is no error. */
class Abandoned extends Error {
  readonly outcome: CollectionWriteOutcome;
  constructor(outcome: CollectionWriteOutcome) {
    super('the transaction was abandoned');
    this.outcome = outcome;
  }
}

export function createCollectionWriter(pool: pg.Pool): Pick<CollectionStore, 'create' | 'update'> {
  return {
    async create({ id, addProducts, ...draft }) {
      const outcome = await write(pool, async (client) => {
        const productIds = await lock(client, draft.parentId !== null, idsOf(addProducts), null);
        const { rows } = await client.query<Collection>(INSERT, [JSON.stringify({ id, ...toRow(draft) })]);
        if (!rows[0]) return { kind: 'handle-taken' };
        const written = await finish(client, rows[0], draft, addProducts, []);
        await renew(client, productIds);
        return written;
      });
      return outcome as CollectionWriteOutcome;
    },
    update: ({ id, version, draft, addProducts, removeProductIds }) =>
      write(pool, async (client) => {
        // A move renews the index of every product below, however many they are.
        if (draft.parentId !== undefined) await client.query(`SET LOCAL statement_timeout = '5min'`);
        const named = [...idsOf(addProducts), ...removeProductIds];
        const productIds = await lock(client, draft.parentId !== undefined, named, id);
        const { rows } = await client.query<Collection>(UPDATE, [id, version, JSON.stringify(toRow(draft))]);
        if (!rows[0]) return missed(client, id, version);
        const written = await finish(client, rows[0], draft, addProducts, removeProductIds);
        await renew(client, productIds);
        return written;
      }),
  };
}

const idsOf = (memberships: readonly Membership[]) => memberships.map(({ productId }) => productId);

/**
 * Locks the tree and the products whose index will change, and gives these; the collection comes after them. `below`: all
 * products in this collection and the ones under it change too.
 */
async function lock(
  client: pg.PoolClient,
  isMoved: boolean,
  named: readonly string[],
  below: string | null,
): Promise<readonly string[]> {
  if (isMoved) await holdTree(client);
  else if (named.length > 0) await shareTree(client);
  const { rows } = isMoved && below ? await client.query<{ id: string }>(BELOW, [below]) : { rows: [] };
  const ids = [...new Set([...named, ...rows.map(({ id }) => id)])];
  if (ids.length > 0) await lockProducts(client, ids);
  return ids;
}

async function renew(client: pg.PoolClient, productIds: readonly string[]): Promise<void> {
  if (productIds.length > 0) await client.query('SELECT refresh_product_index($1)', [productIds]);
}

async function write(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<CollectionWriteOutcome | null>,
): Promise<CollectionWriteOutcome | null> {
  try {
    return await inTransaction(pool, work);
  } catch (error) {
    if (error instanceof Abandoned) return error.outcome;
    // Somebody else took it between the look and the write.
    if (isUniqueViolation(error, 'collection_handle_key')) return { kind: 'handle-taken' };
    const { constraint } = error as { constraint?: string };
    if (constraint === 'collection_tree_check' || constraint === 'collection_parent_check')
      return { kind: 'parent-refused' };
    if (constraint === 'collection_parent_id_fkey') return { kind: 'parent-unknown' };
    throw error;
  }
}

async function missed(client: pg.PoolClient, id: string, version: number): Promise<CollectionWriteOutcome | null> {
  const { rows } = await client.query<{ version: number }>('SELECT version FROM collection WHERE id = $1', [id]);
  if (!rows[0]) return null;
  if (rows[0].version !== version) throw new CodedError('CONFLICT');
  return { kind: 'handle-taken' };
}

async function finish(
  client: pg.PoolClient,
  collection: Collection,
  { translations }: Partial<CollectionDraft>,
  add: readonly Membership[],
  remove: readonly string[],
): Promise<CollectionWriteOutcome> {
  const { id } = collection;
  if (translations) await writeTranslations(client, id, translations);
  if (add.length + remove.length === 0) return { kind: 'written', collection };
  if (remove.length > 0)
    await client.query('DELETE FROM collection_product WHERE collection_id = $1 AND product_id = ANY ($2::text[])', [
      id,
      remove,
    ]);
  const { rowCount } = await client.query(
    `INSERT INTO collection_product (collection_id, product_id, position)
     SELECT $1, p.id, t.position FROM jsonb_to_recordset($2::jsonb) AS t ("productId" text, position int)
     JOIN product p ON p.id = t."productId" ORDER BY p.id
     ON CONFLICT (collection_id, product_id) DO UPDATE SET position = excluded.position`,
    [id, JSON.stringify(add)],
  );
  if (rowCount !== add.length) throw new Abandoned({ kind: 'products-unknown', ids: await unknownOf(client, add) });
  return { kind: 'written', collection };
}

async function unknownOf(client: pg.PoolClient, add: readonly Membership[]): Promise<readonly string[]> {
  const ids = add.map(({ productId }) => productId);
  const { rows } = await client.query<{ id: string }>('SELECT id FROM product WHERE id = ANY ($1::text[])', [ids]);
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

async function writeTranslations(
  client: pg.PoolClient,
  id: string,
  translations: CollectionDraft['translations'],
): Promise<void> {
  const rows = translations.map((words) => ({
    ...words,
    description: words.descriptionHtml === null ? null : plainText(words.descriptionHtml),
  }));
  await client.query('DELETE FROM collection_translation WHERE collection_id = $1', [id]);
  await client.query(
    `INSERT INTO collection_translation (collection_id, locale, title, description_html, description, seo_title, seo_description)
     SELECT $1, locale, title, "descriptionHtml", description, "seoTitle", "seoDescription"
     FROM jsonb_to_recordset($2::jsonb) AS t (locale text, title text, "descriptionHtml" text, description text,
       "seoTitle" text, "seoDescription" text)`,
    [id, JSON.stringify(rows)],
  );
}

const toRow = ({ translations: _translations, descriptionHtml, ...draft }: Partial<CollectionDraft>) => ({
  ...draft,
  ...(descriptionHtml !== undefined && { descriptionHtml, description: plainText(descriptionHtml) }),
});
