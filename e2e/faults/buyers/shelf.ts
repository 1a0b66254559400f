import type pg from 'pg';
import { asker } from '../../src/graph.ts';
import { findGoods } from '../../src/shop-operations.ts';

/** What is for sale in a run. */
export interface Shelf {
  /** The first is the one that everybody wants. */
  readonly variantIds: readonly string[];
  readonly shippingMethodId: string;
}

export interface Stock {
  readonly variants: number;
  /** Of all variants together; a third of them are of the first. */
  readonly pieces: number;
  /** Variants of the demo shop that are passed over. */
  readonly after?: number;
}

/**
 * Puts goods on the shelf, in two warehouses, and nothing of these variants anywhere else. What is there at the beginning is
 * kept in `evidence.initial_stock`.
 */
export async function stockShelf(url: string, db: pg.Client, { variants, pieces, after = 0 }: Stock): Promise<Shelf> {
  const goods = await look(url);
  const sellable = goods.variants.filter(({ backorder }) => !backorder).map(({ id }) => id);
  const variantIds = sellable.slice(after, after + variants);
  if (variantIds.length < variants) throw new Error(`the demo shop has only ${sellable.length} variants to sell`);
  const hot = variants === 1 ? pieces : Math.round(pieces / 3);
  const others = Math.round((pieces - hot) / Math.max(variants - 1, 1));
  const counts = variantIds.map((_, index) => (index === 0 ? hot : others));
  await db.query('SET search_path = products, extensions');
  const warehouses = await db.query<{ id: string }>('SELECT id FROM warehouse ORDER BY active DESC, priority, id');
  for (const [index, { id }] of warehouses.rows.entries()) {
    const share = counts.map((count) => [Math.ceil(count / 2), Math.floor(count / 2)][index] ?? 0);
    await db.query('SELECT set_stock($1, $2, $3, $4, $5)', [id, variantIds, share, 'counted', 'faults']);
  }
  await db.query(
    `INSERT INTO evidence.initial_stock SELECT variant_id, sum(on_hand) FROM stock_level
     WHERE variant_id = ANY ($1) GROUP BY variant_id`,
    [variantIds],
  );
  await db.query('RESET search_path');
  return { variantIds, shippingMethodId: goods.shippingMethodId };
}

/** A busy machine may lose a connection before anything has been broken on purpose. */
async function look(url: string): Promise<Awaited<ReturnType<typeof findGoods>>> {
  for (let failures = 0; ; failures += 1)
    try {
      return await findGoods(asker(url));
    } catch (error) {
      if (failures === 5) throw error;
    }
}
