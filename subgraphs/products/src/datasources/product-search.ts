import type { Viewer } from '@cartograph/kernel/viewer';
import { PRICE_EDGES } from '../domain/facet.ts';
import { facetConditions, facetGroup, type ProductQuery, type ProductSort } from '../domain/product-query.ts';
import { createParameters, type Parameters, PRODUCT_COLUMNS, priceListOf, productAvailable, visible } from './sql.ts';

// One statement, put together from the parts of the question that are there: a condition that is always in the text
// (`$1 IS NULL OR …`) would keep PostgreSQL from using the index that answers it.

const RANK = 'rank';

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

interface Order {
  /** What it sorts by; without it the id alone. */
  readonly key?: string;
  /** Breaks ties. From the table of the key, so that one index holds both. */
  readonly id: string;
  readonly descending: boolean;
}

const ORDERS: Readonly<Record<ProductSort, Order>> = {
  RELEVANCE: { key: RANK, id: 'p.id', descending: true },
  NEWEST: { id: 'p.id', descending: true },
  OLDEST: { id: 'p.id', descending: false },
  TITLE: { key: 'lower(p.title)', id: 'p.id', descending: false },
  PRICE_ASC: { key: 'r.min_minor', id: 'r.product_id', descending: false },
  PRICE_DESC: { key: 'r.min_minor', id: 'r.product_id', descending: true },
};

/** One page in the order of the query. Each row brings its sort key, for the cursor. */
export function pageStatement(
  viewer: Viewer,
  query: ProductQuery,
  after: readonly (string | number)[] | null,
  limit: number,
): Statement {
  const params = createParameters();
  // Without words everything is equally relevant: the newest first, in cursors of the same form.
  const unranked = query.sort === 'RELEVANCE' && query.terms === null;
  const { key: wanted, id, descending } = ORDERS[unranked ? 'NEWEST' : query.sort];
  const { from, conditions, terms } = base(viewer, query, params, query.sort.startsWith('PRICE'));
  // An integer, so that the cursor holds it exactly.
  const key = wanted === RANK ? `round(ts_rank(i.document, ${terms}) * 1000000)::int` : wanted;
  const order = key ? [key, id] : [id];
  if (after) {
    const values = after
      .slice(-order.length)
      .map((value) => `${params.add(value)}::${typeof value === 'number' ? 'bigint' : 'text'}`);
    conditions.push(`(${order.join(', ')}) ${descending ? '<' : '>'} (${values.join(', ')})`);
  }
  const directed = order.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`);
  const text = `SELECT ${PRODUCT_COLUMNS}, ${key ?? (unranked ? '0' : 'NULL')} AS "sortKey"
    FROM ${from} WHERE ${conditions.join(' AND ')}
    ORDER BY ${directed.join(', ')} LIMIT ${params.add(limit)}`;
  return { text, values: params.values };
}

export function countStatement(viewer: Viewer, query: ProductQuery): Statement {
  const params = createParameters();
  const { from, conditions } = base(viewer, query, params, false);
  return {
    text: `SELECT count(*)::int AS count FROM ${from} WHERE ${conditions.join(' AND ')}`,
    values: params.values,
  };
}

interface Base {
  readonly from: string;
  readonly conditions: string[];
  readonly terms: string;
}

function base(viewer: Viewer, query: ProductQuery, params: Parameters, byPrice: boolean): Base {
  const { filter, market } = query;
  const { from, conditions, terms } = found(viewer, query, params);
  const tables = [from];
  for (const { entries } of facetConditions(filter)) conditions.push(`i.facets && ${params.add(entries)}::text[]`);
  if (byPrice || filter.minMinor != null || filter.maxMinor != null) {
    const list = priceListOf(params.add(market.currency), params.add(market.country));
    tables.push(`JOIN product_price_range r ON r.product_id = p.id AND r.price_list_id = ${list}`);
  }
  if (filter.minMinor != null) conditions.push(`r.min_minor >= ${params.add(filter.minMinor)}`);
  if (filter.maxMinor != null) conditions.push(`r.min_minor <= ${params.add(filter.maxMinor)}`);
  if (filter.available != null) conditions.push(`${filter.available ? '' : 'NOT '}${productAvailable('p.id')}`);
  return { from: tables.join(' '), conditions, terms };
}

/** What the words find before any filter narrows it. */
function found(viewer: Viewer, { terms, filter }: ProductQuery, params: Parameters): Base {
  const conditions = [visible(viewer, 'p')];
  if (filter.statuses) conditions.push(`p.status = ANY (${params.add(filter.statuses)}::product_status[])`);
  if (filter.ids) conditions.push(`p.id = ANY (${params.add(filter.ids)}::text[])`);
  const tsquery = terms === null ? `''::tsquery` : `${params.add(terms)}::tsquery`;
  if (terms !== null) conditions.push(`i.document @@ ${tsquery}`);
  const indexed = terms !== null || facetConditions(filter).length > 0;
  return {
    from: indexed ? 'product p JOIN product_index i ON i.product_id = p.id' : 'product p',
    conditions,
    terms: tsquery,
  };
}

/**
 * All facets at once. Each found product is read once, with the groups of the filter that it fails; one that fails a
 * single group still counts for the values of that group, for these are what a buyer could choose instead.
 */
export function facetsStatement(viewer: Viewer, query: ProductQuery): Statement {
  const params = createParameters();
  const { market } = query;
  const { conditions } = found(viewer, query, params);
  const failed = failures(query, params);
  const list = priceListOf(params.add(market.currency), params.add(market.country));
  const text = `
    WITH found AS MATERIALIZED (
      SELECT i.facets, r.min_minor, ${productAvailable('p.id')} AS available, p.id
      FROM product p JOIN product_index i ON i.product_id = p.id
      LEFT JOIN product_price_range r ON r.product_id = p.id AND r.price_list_id = ${list}
      WHERE ${conditions.join(' AND ')}
    ), judged AS MATERIALIZED (
      SELECT facets, min_minor, available, array_remove(ARRAY[${failed.join(', ')}]::text[], NULL) AS failed FROM found
    ), counts AS (
      SELECT facet, count(*)::int AS count FROM judged CROSS JOIN LATERAL unnest(facets) AS facet
      WHERE failed = '{}' OR (cardinality(failed) = 1 AND starts_with(facet, failed[1]))
      GROUP BY facet
      UNION ALL
      SELECT ${params.add(facetGroup('price'))}::text || width_bucket(min_minor, ${params.add(PRICE_EDGES)}::bigint[]), count(*)::int
      FROM judged WHERE min_minor IS NOT NULL AND failed <@ ARRAY[${params.add(facetGroup('price'))}::text] GROUP BY 1
      UNION ALL
      SELECT ${params.add(facetGroup('available'))}::text || available::text, count(*)::int
      FROM judged WHERE failed <@ ARRAY[${params.add(facetGroup('available'))}::text] GROUP BY 1
    ), ranked AS (
      SELECT split_part(facet, chr(31), 1) AS kind, split_part(facet, chr(31), 2) AS name,
        split_part(facet, chr(31), 3) AS value, count,
        row_number() OVER (PARTITION BY split_part(facet, chr(31), 1), split_part(facet, chr(31), 2)
          ORDER BY count DESC, facet) AS place
      FROM counts
    )
    SELECT k.kind, k.name, k.value, k.count, c.title AS label
    FROM ranked k LEFT JOIN collection c ON k.kind = 'collection' AND c.id = k.value
    WHERE k.place <= 100
    ORDER BY k.kind, k.name, CASE WHEN k.kind = 'price' THEN k.value::int END, k.place LIMIT 5000`;
  return { text, values: params.values };
}

/** For each group that the filter names: its name where a product does not fit, otherwise NULL. */
function failures({ filter }: ProductQuery, params: Parameters): readonly string[] {
  const unless = (group: string, condition: string) =>
    `CASE WHEN NOT (${condition}) THEN ${params.add(group)}::text END`;
  const failed = facetConditions(filter).map(({ group, entries }) =>
    unless(group, `facets && ${params.add(entries)}::text[]`),
  );
  const bounds = [
    ...(filter.minMinor != null ? [`min_minor >= ${params.add(filter.minMinor)}::bigint`] : []),
    ...(filter.maxMinor != null ? [`min_minor <= ${params.add(filter.maxMinor)}::bigint`] : []),
  ];
  if (bounds.length > 0) failed.push(unless(facetGroup('price'), `coalesce(${bounds.join(' AND ')}, FALSE)`));
  if (filter.available != null)
    failed.push(unless(facetGroup('available'), `available = ${params.add(filter.available)}`));
  return failed;
}

/** Cuts a text into words as `refresh_product_index` does; for a word that occurs nowhere, the nearest known ones. */
export const QUERY_WORDS = `
  SELECT t.word, (ts_lexize('english_stem', t.word))[1] AS stem, t.known,
    CASE WHEN t.known THEN '{}' ELSE ARRAY(SELECT s.word FROM search_word s ORDER BY s.word <-> t.word LIMIT 60) END AS similar
  FROM (
    SELECT token AS word, min(place) AS place,
      EXISTS (SELECT FROM product_index i WHERE i.document @@ (quote_literal(token) || ':*')::tsquery) AS known
    FROM ts_parse('default', search_text($1)) WITH ORDINALITY AS parsed (tokid, token, place)
    WHERE tokid <> 12 GROUP BY token ORDER BY place LIMIT 8
  ) t ORDER BY t.place`;
