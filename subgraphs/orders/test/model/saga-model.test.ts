import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commands } from './commands.ts';
import { World, wrongs } from './world.ts';

const schedules = Number(process.env.MODEL_SCHEDULES ?? 500);
const seed = process.env.MODEL_SEED === undefined ? undefined : Number(process.env.MODEL_SEED);

/** A failure is printed with its seed, smallest example and schedule; `MODEL_SEED` runs the same schedules again. */
it(
  `keeps every order whole under ${schedules} schedules of buyers, staff, faults, kills and pauses`,
  async () => {
    let orders = 0;
    const property = fc.asyncProperty(fc.scheduler(), fc.nat(), commands, async (scheduler, chance, steps) => {
      const world = new World(scheduler, chance);
      await fc.asyncModelRun(() => ({ model: {}, real: world }), steps);
      await world.rest();
      orders += world.shop.orders.size;
      expect(wrongs(world)).toEqual([]);
    });
    await fc.assert(property, { numRuns: schedules, ...(seed !== undefined && { seed }) });
    expect(orders).toBeGreaterThan(schedules / 2);
  },
  60_000 + schedules * 100,
);
