import fc, { type AsyncCommand } from 'fast-check';
import type { Fault } from './memory-shop.ts';
import type { World } from './world.ts';

type Model = Record<string, never>;
type Step = AsyncCommand<Model, World>;

/** Does something to the world, and lets some of what follows from it happen. */
class Command implements Step {
  readonly #name: string;
  readonly #act: (world: World) => void | Promise<void>;
  readonly #then: number;

  constructor(name: string, then: number, act: (world: World) => void | Promise<void>) {
    this.#name = name;
    this.#then = then;
    this.#act = act;
  }
  check = () => true;
  async run(_model: Model, world: World): Promise<void> {
    await this.#act(world);
    await world.happen(this.#then);
  }
  toString = () => `${this.#name}, then ${this.#then}`;
}

const FAULTY = [
  'hold',
  'authorize',
  'commit',
  'release',
  'void',
  'plan',
  'confirm',
  'refuse',
  'call off',
  'restock',
  'finish',
];
const process = fc.nat({ max: 1 });
const then = fc.nat({ max: 25 });
const order = fc.integer({ min: 1, max: 4 }).map((n) => `Order:${n}`);
/** The saga of an order, or of its cancellation. */
const saga = fc.tuple(order, fc.boolean()).map(([id, cancels]) => (cancels ? `Cancellation:${id}` : id));
const token = fc.constantFrom('ok', 'ok', 'declined', '3ds');
const at = fc.constantFrom<Fault['at'][]>('before', 'after');
const fault = fc.record({ call: fc.constantFrom(...FAULTY), at, times: fc.integer({ min: 1, max: 6 }) });

const place = fc
  .tuple(process, token, fc.integer({ min: 1, max: 2 }), then)
  .map(
    ([p, pays, quantity, n]) => new Command(`place ${quantity} at ${p}, ${pays}`, n, (w) => w.place(p, pays, quantity)),
  );

/** Buyers, staff, and everything that can go wrong, in any order and at any moment. */
export const commands = fc.commands<Model, World, false>(
  [
    place,
    place,
    place,
    fc
      .tuple(process, order, fc.boolean(), then)
      .map(
        ([p, id, off, n]) => new Command(`${off ? 'abandon' : 'resume'} ${id} at ${p}`, n, (w) => w.resume(p, id, off)),
      ),
    fc.tuple(process, order, then).map(([p, id, n]) => new Command(`cancel ${id} at ${p}`, n, (w) => w.cancel(p, id))),
    fc
      .tuple(process, saga, fc.constantFrom('retry', 'give-up'), then)
      .map(([p, id, how, n]) => new Command(`${how} ${id} at ${p}`, n, (w) => w.intervene(p, id, how))),
    fc.tuple(process, then).map(([p, n]) => new Command(`recover at ${p}`, n, (w) => w.recover(p))),
    fc.tuple(process, then).map(([p, n]) => new Command(`kill ${p}`, n, (w) => w.kill(p))),
    fc.tuple(process, then).map(([p, n]) => new Command(`stop ${p}`, n, (w) => w.stop(p))),
    // Another takes over what it had, and both go on later.
    fc.tuple(process, then).map(
      ([p, n]) =>
        new Command(`usurp ${p}`, n, async (w) => {
          w.stop(p);
          await w.happen(60);
          w.recover(1 - p);
        }),
    ),
    then.map((n) => new Command('wake', n, (w) => w.wakeAll())),
    fc
      .tuple(fault, then)
      .map(
        ([f, n]) =>
          new Command(`fail ${f.call} ${f.at}, ${f.times} times`, n, (w) => void w.shop.faults.push({ ...f })),
      ),
    then.map((n) => new Command('expire holds', n, (w) => w.shop.expireHolds())),
    // Long enough for a lease to run out.
    fc.integer({ min: 30, max: 90 }).map((n) => new Command('wait', n, () => {})),
  ],
  { maxCommands: 25, size: 'max' },
);
