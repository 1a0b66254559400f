import fc, { type AsyncCommand } from 'fast-check';
import type { Fault } from './process.ts';
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
  ...['stock.hold', 'stock.commit', 'stock.release', 'stock.restock'],
  ...['payments.authorize', 'payments.confirm', 'payments.capture', 'payments.void', 'payments.refund'],
  ...['fulfilment.plan', 'fulfilment.cancel', 'fulfilment.takeOut'],
  ...['checkouts.confirm', 'checkouts.refuse', 'cancellations.finish', 'edits.close', 'edits.giveUp'],
  ...['returns.receive', 'returns.giveUpExchange', 'returns.takeBack', 'returns.close'],
];
/** Long enough for what has begun to come to its end, unless something is in its way. */
const CALM = 400;

const process = fc.nat({ max: 1 });
const then = fc.nat({ max: 30 });
/** The first orders, returns, sagas and requests are the ones to meet. */
const nth = fc.nat({ max: 3 });
const variant = fc.nat({ max: 2 });
const quantity = fc.integer({ min: 1, max: 2 });
const token = fc.constantFrom('tok_ok', 'tok_ok', 'tok_declined', 'tok_3ds');
const at = fc.constantFrom<Fault['at'][]>('before', 'after');
const fault = fc.record({ call: fc.constantFrom(...FAULTY), at, times: fc.integer({ min: 1, max: 6 }) });

type Act<T> = (world: World, at: number, given: T) => void | Promise<void>;

/** What somebody asks one of the processes. */
const asks = <T>(name: string, given: fc.Arbitrary<T>, act: Act<T>): fc.Arbitrary<Step> =>
  fc
    .tuple(process, given, then)
    .map(
      ([p, value, n]) => new Command(`${name} ${JSON.stringify(value)} at ${p}`, n, (world) => act(world, p, value)),
    );

const does = (name: string, act: (world: World, at: number) => void | Promise<void>): fc.Arbitrary<Step> =>
  fc.tuple(process, then).map(([p, n]) => new Command(`${name} ${p}`, n, (world) => act(world, p)));

/** How far an order has come before anything is in its way: most of what can go wrong begins late. */
export interface Past {
  readonly variant: number;
  readonly quantity: number;
  /** Whether its money was taken. */
  readonly paid: boolean;
  readonly to: 'placed' | 'arrived' | 'sent back' | 'exchanged';
  readonly instead: readonly [variant: number, quantity: number];
}

export const pasts = fc.array(
  fc.record<Past>({
    variant,
    quantity,
    paid: fc.boolean(),
    to: fc.constantFrom<Past['to'][]>(
      'placed',
      'placed',
      'arrived',
      'sent back',
      'exchanged',
      'exchanged',
      'exchanged',
    ),
    instead: fc.tuple(variant, quantity),
  }),
  { minLength: 1, maxLength: 2, size: 'max' },
);

export async function live(world: World, { variant: v, quantity: q, paid, to, instead }: Past): Promise<void> {
  const { clients, tables } = world;
  const calm = () => world.happen(CALM, world.isCalm);
  clients.place(0, 'tok_ok', v, q);
  await calm();
  if (paid) world.relay(0);
  await calm();
  if (to === 'placed') return;
  const nth = tables.orders.size - 1;
  clients.deliver(0, nth);
  await calm();
  if (to === 'arrived') return;
  clients.sendBack(0, nth, 1);
  await calm();
  if (to === 'exchanged') clients.exchange(0, tables.returns.size - 1, ...instead);
  await calm();
}

const buyers = [
  asks('place', fc.tuple(token, variant, quantity), (w, p, [t, v, q]) => w.clients.place(p, t, v, q)),
  asks('complete', nth, (w, p, n) => w.clients.complete(p, n)),
  asks('pay', fc.tuple(nth, token), (w, p, [n, t]) => w.clients.pay(p, n, t)),
  asks('cancel', nth, (w, p, n) => w.clients.cancel(p, n)),
  asks('cancel', nth, (w, p, n) => w.clients.cancel(p, n)),
  asks('send back', fc.tuple(nth, quantity), (w, p, [n, q]) => w.clients.sendBack(p, n, q)),
  asks('cancel return', nth, (w, p, n) => w.clients.cancelReturn(p, n)),
  asks('again', nth, (w, p, n) => w.clients.again(p, n)),
];
const addition = fc.tuple(variant, fc.nat({ max: 2 }));
/** Goods arrive, and meanwhile the buyer calls off what was to come in their place; who received them may be gone. */
const meanwhile: Act<readonly [n: number, damaged: boolean, when: number | 'credited', dies: boolean]> = async (
  world,
  p,
  [n, damaged, when, dies],
) => {
  world.clients.receive(p, n, damaged);
  if (when === 'credited') await world.happen(CALM, () => world.isCredited(world.clients.instead(n)));
  else await world.happen(when);
  if (dies) world.kill(p);
  world.clients.cancelInstead(1 - p, n);
};
/** Just when it is cancelled, an order leaves and is to be paid. */
const asItLeaves: Act<readonly [n: number, between: number]> = async (world, p, [n, between]) => {
  world.clients.cancel(p, n);
  await world.happen(between);
  world.relay(1 - p);
  world.clients.deliver(1 - p, n);
};
const moment = fc.oneof(fc.nat({ max: 30 }), fc.constant('credited' as const));
const staff = [
  asks('receive, and cancel meanwhile', fc.tuple(nth, fc.boolean(), moment, fc.boolean()), meanwhile),
  asks('cancel as it leaves', fc.tuple(nth, fc.nat({ max: 25 })), asItLeaves),
  asks('edit', fc.tuple(nth, fc.nat({ max: 2 }), addition), (w, p, [n, out, add]) => w.clients.edit(p, n, out, add)),
  asks('exchange', fc.tuple(nth, variant, quantity), (w, p, [n, v, q]) => w.clients.exchange(p, n, v, q)),
  asks('receive', fc.tuple(nth, fc.boolean()), (w, p, [n, damaged]) => w.clients.receive(p, n, damaged)),
  asks('receive', fc.tuple(nth, fc.boolean()), (w, p, [n, damaged]) => w.clients.receive(p, n, damaged)),
  asks(
    'intervene',
    fc.tuple(fc.nat({ max: 6 }), fc.constantFrom('retry' as const, 'give-up' as const)),
    (w, p, [n, how]) => w.clients.intervene(p, n, how),
  ),
];
const happens = [
  asks('deliver', nth, (w, p, n) => w.clients.deliver(p, n)),
  does('time is up at', (w, p) => w.expirePayments(p)),
  does('relay at', (w, p) => w.relay(p)),
  does('recover at', (w, p) => w.recover(p)),
  // Long enough for a lease to run out.
  fc.integer({ min: 30, max: 90 }).map((n) => new Command('wait', n, () => {})),
];
const faults = [
  does('kill', (w, p) => w.kill(p)),
  does('stop', (w, p) => w.stop(p)),
  // Another takes over what it had, and both go on later.
  does('usurp', async (w, p) => {
    w.stop(p);
    await w.happen(60);
    w.recover(1 - p);
  }),
  then.map((n) => new Command('wake', n, (w) => w.wakeAll())),
  fc
    .tuple(fault, then)
    .map(([f, n]) => new Command(`fail ${f.call} ${f.at}, ${f.times} times`, n, (w) => void w.faults.push({ ...f }))),
  then.map((n) => new Command('expire holds', n, (w) => w.neighbours.passTime(100_000))),
];

/** Buyers, staff, and everything that can go wrong, in any order and at any moment. */
export const commands = fc.commands<Model, World, false>([...buyers, ...staff, ...happens, ...faults], {
  maxCommands: 25,
  size: 'max',
});
