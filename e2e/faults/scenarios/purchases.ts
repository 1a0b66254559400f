import { LAST_PIECES, type Stage } from './stage.ts';

export const plainPurchase = (stage: Stage): Promise<void> => stage.buy();

export const declinedCard = (stage: Stage): Promise<void> => stage.buy({ token: 'tok_declined' });

export const keyForSomethingElse = (stage: Stage): Promise<void> => stage.buy({ reusesKey: true });

/** Four times as many buyers as there are pieces, all at once. */
export async function crowdForTheLastPieces({ buy, shelf, db }: Stage): Promise<void> {
  const [scarce = ''] = shelf.variantIds;
  const { rows } = await db.query<{ warehouse_id: string }>(
    'SELECT warehouse_id FROM products.stock_level WHERE variant_id = $1 AND on_hand > 0 ORDER BY 1',
    [scarce],
  );
  await db.query('SET search_path = products, extensions');
  for (const [index, { warehouse_id }] of rows.entries())
    await db.query('SELECT set_stock($1, $2, $3, $4, $5)', [
      warehouse_id,
      [scarce],
      [index === 0 ? LAST_PIECES : 0],
      'counted',
      'faults',
    ]);
  await db.query('RESET search_path');
  await db.query('UPDATE evidence.initial_stock SET units = $2 WHERE variant_id = $1', [scarce, LAST_PIECES]);
  const lines = [{ variantId: scarce, quantity: 1 }];
  await Promise.all(Array.from({ length: LAST_PIECES * 4 }, () => buy({ lines })));
}
