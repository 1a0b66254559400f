import { describe, expect, it } from 'vitest';
import { line, order, stockWorld } from './stock-world.ts';

const MINUTE = 60;

describe('settling', () => {
  it('takes goods off the shelf once, however often a commitment is repeated', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 5 });
    const id = order();
    await world.holds.hold(id, [line(shirt, 2)], MINUTE);
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.holds.commit(id)));
    expect(answers).toEqual(Array(10).fill([{ variantId: shirt, warehouseId: world.near, quantity: 2 }]));
    expect(await world.level(shirt, world.near)).toEqual([3, 0]);
    expect(await world.holds.release(id)).toBe(false);
    expect(await world.holds.hold(id, [line(shirt, 2)], MINUTE)).toMatchObject({ outcome: 'HELD' });
    expect(await world.level(shirt, world.near)).toEqual([3, 0]);
    expect(await world.drift()).toEqual([]);
  });

  it('gives goods back once, and holds nothing for that order again', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 5 });
    const id = order();
    await world.holds.hold(id, [line(shirt, 2)], MINUTE);
    expect(await Promise.all(Array.from({ length: 10 }, () => world.holds.release(id)))).toEqual(Array(10).fill(true));
    expect(await world.level(shirt, world.near)).toEqual([5, 0]);
    expect(await world.holds.commit(id)).toBeNull();
    expect(await world.holds.hold(id, [line(shirt, 2)], MINUTE)).toEqual({ outcome: 'CLOSED' });
    expect(await world.drift()).toEqual([]);
  });

  it('refuses a hold that arrives after its release', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 5 });
    const id = order();
    expect(await world.holds.release(id)).toBe(true);
    expect(await world.holds.hold(id, [line(shirt)], MINUTE)).toEqual({ outcome: 'CLOSED' });
    expect(await world.level(shirt, world.near)).toEqual([5, 0]);
  });

  it('either sells or releases when both are asked at once', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 40 });
    const ids = Array.from({ length: 40 }, order);
    await Promise.all(ids.map((id) => world.holds.hold(id, [line(shirt)], MINUTE)));
    const pairs = await Promise.all(ids.map((id) => Promise.all([world.holds.commit(id), world.holds.release(id)])));
    for (const [sold, released] of pairs) expect(sold !== null).not.toBe(released);
    const sold = pairs.filter(([committed]) => committed).length;
    expect(await world.level(shirt, world.near)).toEqual([40 - sold, 0]);
    expect(await world.drift()).toEqual([]);
  });

  it('knows nothing of an order that never held anything', async () => {
    await using world = await stockWorld();
    expect(await world.holds.commit(order())).toBeNull();
  });
});

describe('expiry', () => {
  it('gives back what was held too long, once, when several processes sweep at once', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 60 });
    const ids = Array.from({ length: 60 }, order);
    await Promise.all(ids.map((id) => world.holds.hold(id, [line(shirt)], MINUTE)));
    await Promise.all(ids.slice(0, 50).map(world.letExpire));
    const swept = await Promise.all([world.holds.expire(20), world.holds.expire(20), world.holds.expire(200)]);
    const rest = await world.holds.expire(200);
    expect(swept.reduce((a, b) => a + b, rest)).toBe(50);
    expect(await world.holds.expire(200)).toBe(0);
    expect(await world.level(shirt, world.near)).toEqual([60, 10]);
    expect(await world.drift()).toEqual([]);
  });

  it('still sells to a buyer who took too long when the goods are there, and says which warehouse has them now', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 2, far: 2 });
    const id = order();
    await world.holds.hold(id, [line(shirt, 3)], MINUTE);
    await world.letExpire(id);
    await world.holds.expire(200);
    await world.receive(shirt, world.far, 5);
    const moved = [{ variantId: shirt, warehouseId: world.far, quantity: 3 }];
    expect(await Promise.all([world.holds.commit(id), world.holds.commit(id)])).toEqual([moved, moved]);
    expect([await world.level(shirt, world.near), await world.level(shirt, world.far)]).toEqual([
      [2, 0],
      [4, 0],
    ]);
    expect(await world.drift()).toEqual([]);
  });

  it('refuses to sell to a buyer who took too long when somebody else has the goods', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 1 });
    const [slow, quick] = [order(), order()];
    await world.holds.hold(slow, [line(shirt)], MINUTE);
    await world.letExpire(slow);
    await world.holds.expire(200);
    expect(await world.holds.hold(quick, [line(shirt)], MINUTE)).toMatchObject({ outcome: 'HELD' });
    expect(await world.holds.commit(slow)).toBeNull();
    expect(await world.holds.release(quick)).toBe(true);
    expect(await world.holds.commit(slow)).toHaveLength(1);
    expect(await world.drift()).toEqual([]);
  });

  it('takes an expired hold up again when it is asked for again', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 1 });
    const id = order();
    for (let round = 0; round < 3; round += 1) {
      expect(await world.holds.hold(id, [line(shirt)], MINUTE)).toMatchObject({ outcome: 'HELD' });
      await world.letExpire(id);
      expect(await world.holds.expire(200)).toBe(1);
    }
    expect(await world.available(shirt)).toBe(1);
    expect(await world.drift()).toEqual([]);
  });
});

describe('restocking', () => {
  it('puts goods back where they were sold from, once per key', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 2, far: 3 });
    const id = order();
    await world.holds.hold(id, [line(shirt, 4)], MINUTE);
    await world.holds.commit(id);
    const back = () => world.holds.restock(id, [line(shirt, 3)], 'return-1');
    expect(await Promise.all([back(), back(), back()])).toEqual(['DONE', 'DONE', 'DONE']);
    expect(await world.available(shirt)).toBe(4);
    expect(await world.holds.restock(id, [line(shirt, 2)], 'return-1')).toBe('KEY_REUSED');
    expect(await world.holds.restock(id, [line(shirt, 2)], 'return-2')).toBe('REFUSED');
    expect(await world.holds.restock(id, [line(shirt, 1)], 'return-2')).toBe('DONE');
    expect([await world.level(shirt, world.near), await world.level(shirt, world.far)]).toEqual([
      [2, 0],
      [3, 0],
    ]);
    expect(await world.drift()).toEqual([]);
  });

  it('refuses goods of an order that never took them', async () => {
    await using world = await stockWorld();
    const shirt = await world.variant({ near: 2 });
    const hat = await world.variant({ near: 2 });
    const id = order();
    await world.holds.hold(id, [line(shirt)], MINUTE);
    expect(await world.holds.restock(id, [line(shirt)], 'too-early')).toBe('REFUSED');
    await world.holds.commit(id);
    expect(await world.holds.restock(id, [line(shirt), line(hat)], 'foreign')).toBe('REFUSED');
    expect(await world.level(shirt, world.near)).toEqual([1, 0]);
  });
});
