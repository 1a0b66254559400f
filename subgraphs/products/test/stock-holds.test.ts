import { waitsFor } from '@cartograph/runtime/testing/meet-locked';
import { describe, expect, it } from 'vitest';
import { HOLD } from './stock-documents.ts';
import { orders, stockShop } from './stock-shop.ts';
import { line, order, stockWorld } from './stock-world.ts';

const MINUTE = 60;

describe('holding', () => {
  it('sells 50 pieces to exactly 50 of 200 buyers who come at once', async () => {
    await using world = await stockWorld();
    const { holds, near, far } = world;
    const shirt = await world.variant({ near: 30, far: 20 });
    const answers = await Promise.all(Array.from({ length: 200 }, () => holds.hold(order(), [line(shirt)], MINUTE)));
    expect(answers.filter(({ outcome }) => outcome === 'HELD')).toHaveLength(50);
    expect(answers.filter(({ outcome }) => outcome === 'SHORT')).toHaveLength(150);
    expect([await world.level(shirt, near), await world.level(shirt, far)]).toEqual([
      [30, 30],
      [20, 20],
    ]);
    expect(await world.available(shirt)).toBe(0);
    expect(await world.drift()).toEqual([]);
  });

  it('sells the last piece to exactly one of 200 buyers who come at once over HTTP', async () => {
    await using world = await stockShop();
    const shirt = await world.variant({ far: 1 });
    const buy = async () => {
      const input = { orderId: order(), lines: [line(shirt)], expiresInSeconds: MINUTE };
      const { data } = await world.as(orders)(HOLD, { input });
      return data.holdStock.__typename as string;
    };
    const answers = await Promise.all(Array.from({ length: 200 }, buy));
    expect(answers.filter((kind) => kind === 'StockHeld')).toHaveLength(1);
    expect(answers.filter((kind) => kind === 'InsufficientStock')).toHaveLength(199);
    expect(await world.level(shirt, world.far)).toEqual([1, 1]);
    expect(await world.drift()).toEqual([]);
  });

  it('answers a request that comes twice at once with what the first has just held, also when nothing else is left', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 2 });
    const id = order();
    // The second is stopped between its look for the order and its look at the shelf, until the first has ended.
    await world.run('ALTER FUNCTION stock_shortages(TEXT[], INTEGER[]) RENAME TO stock_shortages_now');
    await world.run(`CREATE FUNCTION stock_shortages(TEXT[], INTEGER[]) RETURNS JSONB LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(1); RETURN stock_shortages_now($1, $2); END $$`);
    const first = await world.db.pool.connect();
    await first.query('BEGIN');
    await first.query('SELECT hold_stock($1, $2, $3, $4)', [id, [shirt], [2], MINUTE]);
    const second = world.holds.hold(id, [line(shirt, 2)], MINUTE);
    await waitsFor(first, second);
    await first.query('COMMIT');
    first.release();

    expect((await second).outcome).toBe('HELD');
    expect(await world.level(shirt, world.near)).toEqual([2, 2]);
    expect(await world.drift()).toEqual([]);
  });

  it('never blocks for good when orders name the same variants in opposite order', async () => {
    await using world = await stockWorld();
    const shirts = await Promise.all([1, 2, 3, 4].map(() => world.variant({ near: 100, far: 100 })));
    const orders = Array.from({ length: 100 }, (_, index) => ({
      id: order(),
      lines: (index % 2 ? shirts : shirts.toReversed()).map((id) => line(id, 2)),
    }));
    const answers = await Promise.all(orders.map(({ id, lines }) => world.holds.hold(id, lines, MINUTE)));
    expect(answers.filter(({ outcome }) => outcome === 'HELD')).toHaveLength(100);
    const settled = orders.map(({ id }, index) => (index % 2 ? world.holds.commit(id) : world.holds.release(id)));
    expect((await Promise.all(settled)).every(Boolean)).toBe(true);
    expect(await world.available(shirts[0] ?? '')).toBe(100);
    const { rows } = await world.db.pool.query(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(rows).toEqual([{ deadlocks: 0 }]);
    expect(await world.drift()).toEqual([]);
  });

  it('holds once for an order that asks many times at once', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 10 });
    const id = order();
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.holds.hold(id, [line(shirt, 3)], MINUTE)));
    const allocations = [{ variantId: shirt, warehouseId: world.near, quantity: 3 }];
    for (const answer of answers) expect(answer).toMatchObject({ outcome: 'HELD', allocations });
    expect(await world.level(shirt, world.near)).toEqual([10, 3]);
    expect(await world.drift()).toEqual([]);
  });

  it('holds all lines of an order or none, and says what is short', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 5 });
    const hat = await world.variant({ near: 1, far: 1 });
    const gone = 'Variant:00000000000000000000000000';
    const answer = await world.holds.hold(order(), [line(shirt), line(hat, 3), line(gone)], MINUTE);
    expect(answer).toEqual({
      outcome: 'SHORT',
      lines: [
        { variantId: gone, requested: 1, available: 0 },
        { variantId: hat, requested: 3, available: 2 },
      ],
    });
    expect(await world.level(shirt, world.near)).toEqual([5, 0]);
    expect(await world.run('SELECT * FROM stock_order')).toEqual([]);
  });

  it('extends a hold that is asked for again, and never shortens it', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 1 });
    const id = order();
    const first = await world.holds.hold(id, [line(shirt)], MINUTE);
    const longer = await world.holds.hold(id, [line(shirt)], 10 * MINUTE);
    const shorter = await world.holds.hold(id, [line(shirt)], MINUTE);
    if (first.outcome !== 'HELD' || longer.outcome !== 'HELD') throw new Error('the hold was refused');
    expect(longer.expiresAt.getTime() - first.expiresAt.getTime()).toBeGreaterThan(8 * MINUTE * 1000);
    expect(shorter).toEqual(longer);
  });

  it('refuses an order that asks for another quantity than it holds', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 9 });
    const id = order();
    await world.holds.hold(id, [line(shirt)], MINUTE);
    expect(await world.holds.hold(id, [line(shirt, 2)], MINUTE)).toEqual({ outcome: 'OTHER_QUANTITY' });
    expect(await world.level(shirt, world.near)).toEqual([9, 1]);
  });

  it('leaves nothing behind when the connection is cut in the middle, and holds when asked again', async () => {
    await using world = await stockWorld();
    const [shirt, hat] = [await world.variant({ near: 5 }), await world.variant({ near: 5 })];
    const id = order();
    const blocker = await world.db.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM stock_level WHERE variant_id = $1 FOR UPDATE', [hat]);
    const cut = world.holds.hold(id, [line(shirt), line(hat)], MINUTE).catch(({ code }) => code);
    const waiting = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await expect.poll(() => world.run(waiting), { timeout: 5_000 }).toHaveLength(1);
    expect(await cut).toBe('57P01');
    await blocker.query('COMMIT');
    blocker.release();
    expect([await world.available(shirt), await world.run('SELECT * FROM stock_order')]).toEqual([5, []]);
    expect(await world.holds.hold(id, [line(shirt), line(hat)], MINUTE)).toMatchObject({ outcome: 'HELD' });
    expect(await world.level(shirt, world.near)).toEqual([5, 1]);
    expect(await world.drift()).toEqual([]);
  });

  it('adds lines that an order did not hold yet', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 9 });
    const hat = await world.variant({ near: 9 });
    const id = order();
    await world.holds.hold(id, [line(shirt)], MINUTE);
    expect(await world.holds.hold(id, [line(hat), line(shirt)], MINUTE)).toMatchObject({ outcome: 'HELD' });
    expect([await world.level(shirt, world.near), await world.level(hat, world.near)]).toEqual([
      [9, 1],
      [9, 1],
    ]);
    expect(await world.drift()).toEqual([]);
  });
});

describe('allocation', () => {
  const from = async (near: number, far: number, quantity: number) => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near, far });
    const answer = await world.holds.hold(order(), [line(shirt, quantity)], MINUTE);
    if (answer.outcome !== 'HELD') return null;
    const taken = (id: string) => answer.allocations.find(({ warehouseId }) => warehouseId === id)?.quantity ?? 0;
    return [taken(world.near), taken(world.far)];
  };

  it('asks the warehouse of the first priority first', async () => expect(await from(5, 50, 5)).toEqual([5, 0]));
  it('prefers one warehouse that has the whole line', async () => expect(await from(4, 5, 5)).toEqual([0, 5]));
  it('splits a line that no warehouse has alone', async () => expect(await from(4, 5, 6)).toEqual([4, 2]));
  it('refuses what all warehouses together do not have', async () => expect(await from(4, 5, 10)).toBeNull());

  it('takes the fuller of two warehouses of one priority', async () => {
    await using world = await stockWorld();
    const equal = await world.warehouse(2);
    const shirt = await world.variant({ far: 3 });
    await world.receive(shirt, equal, 4);
    const answer = await world.holds.hold(order(), [line(shirt, 2)], MINUTE);
    expect(answer).toMatchObject({ allocations: [{ warehouseId: equal, quantity: 2 }] });
  });

  it('sells nothing from an inactive warehouse, and still commits what it holds', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 5 });
    const id = order();
    await world.holds.hold(id, [line(shirt)], MINUTE);
    await world.run('UPDATE warehouse SET active = false WHERE id = $1', [world.near]);
    expect(await world.available(shirt)).toBe(0);
    expect(await world.holds.hold(order(), [line(shirt)], MINUTE)).toMatchObject({ outcome: 'SHORT' });
    expect(await world.holds.commit(id)).toHaveLength(1);
    expect(await world.level(shirt, world.near)).toEqual([4, 0]);
  });
});

describe('backorder', () => {
  it('lets a variant be sold beyond what is there, and owes the rest', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ far: 2, backorder: true });
    const id = order();
    await world.holds.hold(id, [line(shirt, 5)], MINUTE);
    expect([await world.level(shirt, world.near), await world.level(shirt, world.far)]).toEqual([
      [0, 3],
      [2, 2],
    ]);
    expect(await world.holds.commit(id)).toHaveLength(2);
    expect(await world.level(shirt, world.near)).toEqual([-3, 0]);
    await world.receive(shirt, world.near, 2);
    expect(await world.available(shirt)).toBe(0);
    await world.receive(shirt, world.near, 2);
    expect(await world.available(shirt)).toBe(1);
    expect(await world.drift()).toEqual([]);
  });

  it('takes orders at once for a variant that no warehouse has ever had', async () => {
    await using world = await stockWorld();
    const shirts = [await world.variant({ backorder: true }), await world.variant({ backorder: true })];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        world.holds.hold(
          order(),
          (index % 2 ? shirts : shirts.toReversed()).map((id) => line(id)),
          MINUTE,
        ),
      ),
    );
    expect(answers.every(({ outcome }) => outcome === 'HELD')).toBe(true);
    expect(await world.level(shirts[0] ?? '', world.near)).toEqual([0, 40]);
    expect(await world.drift()).toEqual([]);
  });

  it('sells no more than there is once backorder is switched off', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 1, backorder: true });
    await world.holds.hold(order(), [line(shirt, 3)], MINUTE);
    await world.run('UPDATE variant SET backorder = false WHERE id = $1', [shirt]);
    expect(await world.holds.hold(order(), [line(shirt)], MINUTE)).toMatchObject({ outcome: 'SHORT' });
  });
});
