import { describe, expect, it } from 'vitest';
import { ada, line, order, stockWorld } from './stock-world.ts';

const by = (key: string) => ({ actor: ada.staffId, key });

describe('correcting a level', () => {
  const change = { delta: null, setTo: null, ifOnHand: null, reason: 'count' };

  it('happens once per key, also when it is sent many times at once', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 10 });
    const place = { variantId: shirt, warehouseId: world.near };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => world.stock.adjust(by('k'), { ...change, ...place, delta: -3 })),
    );
    const outcomes = answers.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(['DONE', ...Array(9).fill('REPLAYED')]);
    expect(await world.level(shirt, world.near)).toEqual([7, 0]);
    const other = await world.stock.adjust(by('k'), { ...change, ...place, delta: -4 });
    expect(other).toEqual({ outcome: 'KEY_REUSED' });
    const colleague = await world.stock.adjust({ actor: 'Staff:bob', key: 'k' }, { ...change, ...place, delta: -4 });
    expect(colleague).toEqual({ outcome: 'DONE' });
    expect(await world.drift()).toEqual([]);
  });

  it('lets only one of two counts win that were taken of the same level', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 10 });
    const count = (key: string, setTo: number) =>
      world.stock.adjust(by(key), { ...change, variantId: shirt, warehouseId: world.near, setTo, ifOnHand: 10 });
    const outcomes = (await Promise.all([count('a', 8), count('b', 9)])).map(({ outcome }) => outcome);
    expect(outcomes.sort()).toEqual(['DONE', 'STALE']);
  });

  it('leaves no less than orders hold, and the key of a refused correction free', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 5 });
    await world.holds.hold(order(), [line(shirt, 4)], 60);
    const place = { variantId: shirt, warehouseId: world.near };
    const tooLow = await world.stock.adjust(by('k'), { ...change, ...place, setTo: 3 });
    expect(tooLow).toEqual({ outcome: 'TOO_LOW', onHand: 5, held: 4 });
    expect(await world.stock.adjust(by('k'), { ...change, ...place, setTo: 4 })).toEqual({ outcome: 'DONE' });
    expect(await world.level(shirt, world.near)).toEqual([4, 4]);
  });

  it('makes the level of a warehouse that never had the variant', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant();
    const place = { variantId: shirt, warehouseId: world.far };
    expect(await world.stock.adjust(by('k'), { ...change, ...place, setTo: 6 })).toEqual({ outcome: 'DONE' });
    expect(await world.available(shirt)).toBe(6);
    const nowhere = { variantId: shirt, warehouseId: 'Warehouse:00000000000000000000000000' };
    expect(await world.stock.adjust(by('n'), { ...change, ...nowhere, setTo: 6 })).toEqual({ outcome: 'NOT_FOUND' });
  });
});

describe('a delivery', () => {
  it('is booked once per key, and with all its lines or none', async () => {
    await using world = await stockWorld();
    const [shirt, hat] = [await world.variant(), await world.variant()];
    const delivery = { warehouseId: world.near, lines: [line(shirt, 5), line(hat, 6)], reference: 'LS-1' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => world.stock.receive(by('d'), delivery)));
    expect(answers.filter(({ outcome }) => outcome === 'DONE')).toHaveLength(1);
    const unknown = { ...delivery, lines: [line(shirt, 5), line('Variant:00000000000000000000000000', 1)] };
    expect(await world.stock.receive(by('e'), unknown)).toEqual({ outcome: 'NOT_FOUND' });
    expect([await world.level(shirt, world.near), await world.level(hat, world.near)]).toEqual([
      [5, 0],
      [6, 0],
    ]);
    expect(await world.drift()).toEqual([]);
  });
});

describe('a count of many levels', () => {
  it('moves only what differs, so that a file can be imported twice', async () => {
    await using world = await stockWorld();
    const [shirt, hat, held] = [
      await world.variant({ near: 3 }),
      await world.variant(),
      await world.variant({ near: 4 }),
    ];
    await world.holds.hold(order(), [line(held, 4)], 60);
    const counts = [
      { variantId: hat, onHand: 7 },
      { variantId: shirt, onHand: 3 },
      { variantId: held, onHand: 1 },
      { variantId: 'Variant:00000000000000000000000000', onHand: 1 },
    ];
    const why = { reason: 'import', actor: 'import' };
    const first = await world.stock.setCounts(world.near, counts, why);
    expect(first).toEqual([{ variantId: held, onHand: 4, held: 4 }]);
    const movements = await world.run('SELECT position FROM stock_movement');
    await world.stock.setCounts(world.near, counts, why);
    expect(await world.run('SELECT position FROM stock_movement')).toEqual(movements);
    expect([await world.available(hat), await world.available(shirt), await world.available(held)]).toEqual([7, 3, 0]);
    expect(await world.drift()).toEqual([]);
  });

  it('runs beside orders for the same variants', async () => {
    await using world = await stockWorld();
    const shirts = await Promise.all([1, 2, 3].map(() => world.variant({ near: 100, backorder: true })));
    const counts = shirts.map((variantId) => ({ variantId, onHand: 100 }));
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        index % 4 === 0
          ? world.stock.setCounts(index % 8 ? world.near : world.far, counts.toReversed(), {
              reason: 'count',
              actor: 'x',
            })
          : world.holds.hold(
              order(),
              shirts.map((id) => line(id)),
              60,
            ),
      ),
    );
    expect(await world.drift()).toEqual([]);
  });
});

describe('the ledger', () => {
  it('is only ever added to', async () => {
    await using world = await stockWorld();
    await world.variant({ near: 1 });
    for (const sql of [
      'UPDATE stock_movement SET on_hand_delta = 2',
      'DELETE FROM stock_movement',
      'TRUNCATE stock_movement',
    ])
      await expect(world.run(sql)).rejects.toThrow('append-only');
  });

  it('shows what happened to a variant, newest first and page by page', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 5 });
    const id = order();
    await world.holds.hold(id, [line(shirt, 2)], 60);
    await world.holds.commit(id);
    await world.holds.restock(id, [line(shirt)], 'return-1');
    const first = await world.stock.movementsOf(ada, shirt, { limit: 3, after: null });
    const steps = first.rows.map(({ kind, onHandDelta, heldDelta }) => [kind, onHandDelta, heldDelta]);
    expect(steps).toEqual([
      ['RESTOCKED', 1, 0],
      ['COMMITTED', -2, -2],
      ['HELD', 0, 2],
    ]);
    expect(first.hasNextPage).toBe(true);
    const after = [first.rows.at(-1)?.position ?? 0];
    const second = await world.stock.movementsOf(ada, shirt, { limit: 3, after });
    expect(second.rows.map(({ kind }) => kind)).toEqual(['RECEIVED']);
    const buyer = { kind: 'customer', customerId: 'Customer:1' } as const;
    expect((await world.stock.movementsOf(buyer, shirt, { limit: 3, after: null })).rows).toEqual([]);
  });

  it('stands behind constraints: no level below zero, none with more held than there is', async () => {
    await using world = await stockWorld();
    await world.variant({ near: 1 });
    await expect(world.run('UPDATE stock_level SET held = 2')).rejects.toThrow('stock_level_available');
    await expect(world.run('UPDATE stock_level SET on_hand = -1')).rejects.toThrow('stock_level_available');
    await expect(world.run('UPDATE stock_level SET held = -1')).rejects.toThrow('stock_level_held');
  });

  it('lets no order return from a final state', async () => {
    await using world = await stockWorld();
    await world.holds.release(order());
    await expect(world.run(`UPDATE stock_order SET status = 'HELD'`)).rejects.toThrow('final');
  });

  it('gives a level away that was changed behind its back', async () => {
    await using world = await stockWorld();
    await world.variant({ near: 3 });
    expect(await world.drift()).toEqual([]);
    await world.run('UPDATE stock_level SET on_hand = 4, held = 1');
    expect((await world.drift()).map((row) => (row as { rule: string }).rule)).toEqual([
      'on hand is the sum of its movements',
      'held is the sum of its movements',
      'held is what orders hold',
    ]);
  });
});
