import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ada, line, order, stockWorld } from './stock-world.ts';

const by = (key: string) => ({ actor: ada.staffId, key });

const small = fc.integer({ min: 1, max: 4 });
const pick = fc.nat({ max: 3 });
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('hold'), order: fc.nat({ max: 7 }), a: pick, b: pick, n: small }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('commit', 'release', 'expire'), order: fc.nat({ max: 7 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('restock'), order: fc.nat({ max: 7 }), a: pick, n: small, key: small }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('adjust', 'receive', 'count'), a: pick, n: small, far: fc.boolean() }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

it('leaves levels, holds, orders and ledger in agreement, and never sells what is not there', async () => {
  await using world = await stockWorld();
  let keys = 0;
  const play = async (orders: readonly string[], variants: readonly string[], step: Action): Promise<unknown> => {
    const one = { a: 0, b: 0, n: 1, order: 0, key: 1, far: false, ...step };
    const id = orders[one.order] ?? '';
    const variantId = variants[one.a] ?? '';
    const warehouseId = one.far ? world.far : world.near;
    keys += 1;
    switch (step.do) {
      case 'hold':
        return world.holds.hold(
          id,
          [...new Set([variantId, variants[one.b] ?? ''])].map((v) => line(v, one.n)),
          60,
        );
      case 'commit':
        return world.holds.commit(id);
      case 'release':
        return world.holds.release(id);
      case 'expire':
        await world.letExpire(id);
        return world.holds.expire(2);
      case 'restock':
        return world.holds.restock(id, [line(variantId, one.n)], `return-${one.key}`);
      case 'receive':
        return world.stock.receive(by(`k${keys}`), { warehouseId, lines: [line(variantId, one.n)], reference: null });
      case 'count':
        return world.stock.setCounts(warehouseId, [{ variantId, onHand: one.n }], { reason: 'count', actor: 'x' });
      default:
        return world.stock.adjust(by(`k${keys}`), {
          ...{ variantId, warehouseId, delta: -one.n, setTo: null, ifOnHand: null, reason: 'lost' },
        });
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60 }), async (steps) => {
      const orders = Array.from({ length: 8 }, order);
      const variants = await Promise.all(
        [0, 1, 2, 3].map((index) => world.variant({ near: 4, far: 3, backorder: index === 3 })),
      );
      // Five at a time, as many as the pool has connections: what meets in the database is up to chance.
      const queue = [...steps];
      const worker = async (): Promise<void> => {
        for (let step = queue.shift(); step; step = queue.shift()) await play(orders, variants, step);
      };
      await Promise.all([worker(), worker(), worker(), worker(), worker()]);
      expect(await world.drift()).toEqual([]);
      const below = await world.run(
        `SELECT * FROM stock_level WHERE variant_id = ANY ($1) AND (on_hand < 0 OR held > on_hand)`,
        [variants.slice(0, 3)],
      );
      expect(below).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 120_000);
