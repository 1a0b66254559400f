import type pg from 'pg';

const PLENTY = 1_000_000;

/** What lies on the shelf, and whether it is exactly what was bought less. */
export interface Shelf {
  readonly variants: readonly string[];
  /** One piece was bought. */
  note(): void;
  check(): Promise<void>;
}

/** Puts plenty of each variant into the first warehouse, by the count that staff would make. */
export async function stockUp(db: Pick<pg.ClientBase, 'query'>, variants: readonly string[]): Promise<Shelf> {
  const counts = variants.map(() => PLENTY);
  await db.query(
    `SELECT set_stock((SELECT id FROM warehouse WHERE active ORDER BY priority, id LIMIT 1), $1, $2, 'bench', 'bench')`,
    [variants, counts],
  );
  const left = async (): Promise<number> => {
    const { rows } = await db.query<{ left: number }>(
      'SELECT sum(on_hand - held)::int AS left FROM stock_level WHERE variant_id = ANY ($1)',
      [variants],
    );
    return rows[0]?.left ?? 0;
  };
  const before = await left();
  let bought = 0;
  return {
    variants,
    note: () => {
      bought += 1;
    },
    async check() {
      const gone = before - (await left());
      if (gone !== bought) throw new Error(`${bought} pieces were bought, and ${gone} are gone`);
      const { rows } = await db.query('SELECT * FROM inventory_drift');
      if (rows.length > 0) throw new Error(`the inventory contradicts itself: ${JSON.stringify(rows.slice(0, 3))}`);
    },
  };
}
