import { readFileSync } from 'node:fs';
import { ROOT } from '@cartograph/runtime/sdl';
import { describe, expect, it } from 'vitest';
import { canMove, SHIPMENT_STATUSES } from '../src/domain/shipment-status.ts';
import { openShop } from './shop.ts';

const legal = SHIPMENT_STATUSES.flatMap((from) =>
  SHIPMENT_STATUSES.filter((to) => canMove(from, to)).map((to) => `${from} > ${to}`),
);

describe('the moves of a shipment between states', () => {
  it('are drawn as the code has them', () => {
    const page = readFileSync(new URL('docs/order-states.md', ROOT), 'utf8');
    const section = page.split('\n## ').find((text) => text.startsWith('Shipment\n')) ?? '';
    const drawn = [...section.matchAll(/^ {2}([A-Z_]+) --> ([A-Z_]+)$/gm)].map(([, from, to]) => `${from} > ${to}`);
    expect(drawn.toSorted()).toEqual(legal.toSorted());
  });

  it('are the same in the database', async () => {
    await using shop = await openShop();
    const { rows } = await shop.db.pool.query<{ move: string }>(
      `SELECT a || ' > ' || b AS move FROM unnest($1::text[]) a, unnest($1::text[]) b WHERE legal_status_move(a, b)`,
      [SHIPMENT_STATUSES],
    );
    expect(rows.map(({ move }) => move).toSorted()).toEqual(legal.toSorted());
  });
});
