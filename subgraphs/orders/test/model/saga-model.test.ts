import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { commands, live, pasts } from './commands.ts';
import { wrongs } from './invariants.ts';
import { World } from './world.ts';

const schedules = Number(process.env.MODEL_SCHEDULES ?? 500);
const seed = process.env.MODEL_SEED === undefined ? undefined : Number(process.env.MODEL_SEED);

/** A failure is printed with its seed, smallest example and schedule; `MODEL_SEED` runs the same schedules again. */
it(
  `keeps every order whole under ${schedules} schedules of buyers, staff, faults, kills and pauses`,
  async () => {
    let orders = 0;
    const property = fc.asyncProperty(
      fc.scheduler(),
      fc.nat(),
      pasts,
      commands,
      async (scheduler, chance, before, steps) => {
        const world = new World(scheduler, chance);
        let unanswered: readonly string[] = [];
        // Requests wait by this clock.
        const clock = vi.spyOn(performance, 'now').mockImplementation(() => world.now);
        try {
          for (const past of before) await live(world, past);
          await fc.asyncModelRun(() => ({ model: {}, real: world }), steps);
          await world.rest();
          unanswered = await world.clients.askAgain();
          await world.rest();
        } finally {
          clock.mockRestore();
        }
        orders += world.tables.orders.size;
        expect([...unanswered, ...wrongs(world)]).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: schedules, ...(seed !== undefined && { seed }) });
    expect(orders).toBeGreaterThan(schedules / 2);
  },
  60_000 + schedules * 100,
);
