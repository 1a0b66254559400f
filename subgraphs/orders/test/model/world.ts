import type { Saga, SagaOutcome, SagaRunner } from '@cartograph/kernel/saga';
import { createLogger } from '@cartograph/runtime/logger';
import type { SagaRows } from '@cartograph/runtime/saga-rows';
import { createSagaRunnerOn } from '@cartograph/runtime/saga-runner';
import type { SagaTime } from '@cartograph/runtime/saga-time';
import type { Scheduler } from 'fast-check';
import { type CancelOrderState, cancelOrderSaga } from '../../src/sagas/cancel-order.ts';
import { type PlaceOrderState, placeOrderSaga } from '../../src/sagas/place-order.ts';
import { createMemorySagas } from './memory-sagas.ts';
import { createMemoryShop, PRICE, STOCK } from './memory-shop.ts';

const LEASE_MS = 10_000;
const POLICY = { holdSeconds: 1200, capture: 'immediate' } as const;
const logger = createLogger('model', 'silent');
const never = new Promise<never>(() => {});

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** A process of the shop. A dead one never comes back from wherever it was; a stopped one does, once it is woken. */
class Process {
  readonly owner: string;
  readonly runner: SagaRunner;
  readonly sagas: readonly Saga<unknown, unknown>[];
  readonly placeSaga: ReturnType<typeof placeOrderSaga>;
  readonly cancelSaga: ReturnType<typeof cancelOrderSaga>;
  readonly cross: (label: string) => Promise<void>;
  dead = false;
  #gate: Promise<void> | null = null;
  #open: () => void = () => {};

  constructor(world: World, owner: string) {
    this.owner = owner;
    this.cross = async (label) => {
      await world.scheduler.schedule(Promise.resolve(), `${owner} ${label}`);
      if (this.#gate) await this.#gate;
      if (this.dead) await never;
    };
    const ports = world.shop.portsOf(this.cross);
    const time: SagaTime = {
      now: () => world.now,
      random: () => world.random(),
      sleep: async (ms, signal) => {
        await world.sleep(ms, signal);
        if (this.#gate) await this.#gate;
        if (this.dead) await never;
      },
    };
    const presence = { owner, seen: Promise.resolve(), close: async () => {} };
    const rows = crossing(world.sagas.rowsOf(owner, LEASE_MS), this.cross);
    this.runner = createSagaRunnerOn(rows, presence, { logger, leaseMs: LEASE_MS, maxAttempts: 4, time });
    this.placeSaga = placeOrderSaga({ ...ports, edits: NOBODY, returns: NOBODY }, POLICY);
    this.cancelSaga = cancelOrderSaga(ports);
    this.sagas = [this.placeSaga, this.cancelSaga] as readonly unknown[] as readonly Saga<unknown, unknown>[];
  }
  stop(): void {
    this.#gate ??= new Promise((resolve) => {
      this.#open = resolve;
    });
  }
  wake(): void {
    this.#open();
    this.#gate = null;
  }
}

/** Nobody in this model edits an order or sends anything back. */
const NOBODY = null as never;

/** Every statement is somewhere between its sending and its answer for as long as the schedule likes. */
const crossing = (rows: SagaRows, cross: (label: string) => Promise<void>): SagaRows =>
  Object.fromEntries(
    Object.entries(rows).map(([name, run]) => [
      name,
      async (...given: unknown[]) => {
        await cross(`${name} sent`);
        const answer = await (run as (...args: unknown[]) => Promise<unknown>)(...given);
        await cross(`${name} done`);
        return answer;
      },
    ]),
  ) as unknown as SagaRows;

/** A shop of several processes on one database, in which time, chance and the order of all that happens are given. */
export class World {
  readonly scheduler: Scheduler;
  readonly sagas = createMemorySagas(
    () => this.now,
    (owner) => this.processes.some((one) => one.owner === owner && !one.dead),
  );
  readonly shop = createMemoryShop(this.sagas, () => this.now);
  /** What buyers were told: an answer that is final stays so. */
  readonly told = new Map<string, SagaOutcome<unknown, unknown>[]>();
  processes: readonly Process[];
  now = 0;
  #chance: number;
  #started = 0;
  #placed = 0;
  #timers: Timer[] = [];

  constructor(scheduler: Scheduler, chance: number) {
    this.scheduler = scheduler;
    this.#chance = chance;
    this.processes = [this.#start(), this.#start()];
  }

  #start = (): Process => new Process(this, `p${++this.#started}`);

  random(): number {
    // A linear congruential generator: chance has to come from the seed. Constants: Numerical Recipes.
    this.#chance = (Math.imul(this.#chance, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#chance / 2 ** 32;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = { at: this.now + ms, fire: end };
      this.#timers.push(timer);
      signal.addEventListener('abort', end);
    });
  }

  /** Lets so many things happen. Time passes when nothing else is left to do. */
  async happen(count: number, done: () => boolean = () => false): Promise<void> {
    for (let left = count; left > 0 && !done(); left -= 1) {
      if (this.scheduler.count() > 0) await this.scheduler.waitOne();
      else this.#tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #tick(): void {
    const [next] = this.#timers.toSorted((a, b) => a.at - b.at);
    if (!next) return;
    this.now = Math.max(this.now, next.at);
    next.fire();
  }

  place(at: number, token: string, quantity: number): void {
    const orderId = `Order:${++this.#placed}`;
    const process = this.processes[at % this.processes.length] as Process;
    this.shop.tokens.set(orderId, token);
    const insert = async (start: Parameters<typeof this.sagas.insert>[0]) => {
      await process.cross('insert sent');
      this.shop.orders.set(orderId, 'PENDING');
      this.sagas.insert(start);
      await process.cross('insert done');
      return true;
    };
    this.#hear(orderId, process.runner.begin(process.placeSaga, orderId, newState(orderId, quantity), insert, 5_000));
  }

  /** The buyer comes back from the bank, or somebody calls the order off. */
  resume(at: number, orderId: string, abandoned: boolean): void {
    const process = this.processes[at % this.processes.length] as Process;
    const payment = this.shop.payments.get(orderId);
    if (!abandoned && payment?.status === 'needs-action') Object.assign(payment, { status: 'authorized', charges: 1 });
    const change = (state: PlaceOrderState): PlaceOrderState =>
      abandoned ? { ...state, abandoned: { by: 'SYSTEM', reason: 'Too late.' } } : state;
    this.#hear(orderId, process.runner.resume(process.placeSaga, orderId, change, 5_000));
  }

  cancel(at: number, orderId: string): void {
    const process = this.processes[at % this.processes.length] as Process;
    const id = `Cancellation:${orderId}`;
    if (this.shop.orders.get(orderId) !== 'CONFIRMED' || this.sagas.find(orderId)?.status !== 'DONE') return;
    const state: CancelOrderState = {
      ...{ orderId, by: 'BUYER', reason: 'Changed my mind.', sagaId: id, paid: true, shipped: true },
      lines: [{ variantId: 'Variant:1', quantity: 1 }],
    };
    const insert = async (start: Parameters<typeof this.sagas.insert>[0]) => {
      await process.cross('claim sent');
      if (this.shop.orders.get(orderId) !== 'CONFIRMED') return false;
      this.shop.move(orderId, 'CANCELLING');
      this.sagas.insert(start);
      await process.cross('claim done');
      return true;
    };
    void process.runner.begin(process.cancelSaga, id, state, insert, 5_000);
  }

  intervene(at: number, id: string, how: 'retry' | 'give-up'): void {
    const process = this.processes[at % this.processes.length] as Process;
    void process.runner.intervene(process.sagas, id, how, async (takeover) => this.sagas.take(takeover));
  }

  recover(at: number): void {
    const process = this.processes[at % this.processes.length] as Process;
    void process.runner.recover(process.sagas);
  }

  /** `kill -9`, and another one starts in its place. */
  kill(at: number): void {
    const index = at % this.processes.length;
    const victim = this.processes[index] as Process;
    victim.dead = true;
    victim.wake();
    this.processes = this.processes.with(index, this.#start());
  }

  stop(at: number): void {
    this.processes[at % this.processes.length]?.stop();
  }

  /** All faults end; whoever is left finishes what there is, and then nothing of it may still be under way. */
  async rest(): Promise<void> {
    this.wakeAll();
    this.shop.faults.length = 0;
    const atRest = () => this.sagas.all().every(({ status }) => status === 'DONE' || status === 'REFUSED');
    await this.#drain();
    for (let round = 0; !atRest(); round += 1) {
      if (round > 200) throw new Error(`never came to rest: ${JSON.stringify(this.sagas.all())}`);
      this.recover(round);
      for (const { id, status } of this.sagas.all()) if (status === 'PAUSED') this.resume(round, id, true);
      await this.happen(50, atRest);
    }
    await this.#drain();
    await this.happen(50);
    await this.#drain();
  }

  async #drain(): Promise<void> {
    do await this.happen(1);
    while (this.scheduler.count() > 0);
  }

  wakeAll(): void {
    for (const process of this.processes) process.wake();
  }

  #hear(orderId: string, answer: Promise<SagaOutcome<unknown, unknown> | null>): void {
    void answer.then((outcome) => {
      if (outcome) this.told.set(orderId, [...(this.told.get(orderId) ?? []), outcome]);
    });
  }
}

/** What must hold of every order at rest, whatever has happened to it. */
export function wrongs({ shop, sagas, told }: World): string[] {
  const wrong: string[] = [];
  const expect = (fact: boolean, text: string) => fact || wrong.push(text);
  expect(shop.taken() <= STOCK, `${shop.taken()} of ${STOCK} sold`);
  for (const [id, status] of shop.orders) {
    const saga = sagas.find(id);
    const payment = shop.payments.get(id)?.status;
    const hold = shop.holds.get(id)?.status;
    const mailed = shop.events.has(`${id}:confirmed-mail`);
    const lives = status === 'CONFIRMED';
    expect(['CONFIRMED', 'CANCELLED', 'REFUSED'].includes(status), `${id} is ${status}`);
    expect((shop.payments.get(id)?.charges ?? 0) <= 1, `${id} is charged twice`);
    expect(lives === (payment === 'authorized'), `${id} is ${status}, and its payment ${payment}`);
    expect(lives === (shop.plans.get(id) === 'planned'), `${id} is ${status}, and its shipment ${shop.plans.get(id)}`);
    const restocks = shop.restocked.get(id)?.size ?? 0;
    expect(restocks <= 1, `${id} is put back ${restocks} times`);
    if (lives) expect(hold === 'committed' && restocks === 0, `${id} is ${status}, and its stock ${hold}`);
    else
      expect(hold !== 'held' && (hold !== 'committed' || restocks === 1), `${id} is ${status}, and its stock ${hold}`);
    expect(mailed === (saga?.status === 'DONE'), `${id}: saga ${saga?.status}, mail ${mailed}`);
    for (const { kind } of told.get(id) ?? []) {
      if (kind === 'done') expect(saga?.status === 'DONE', `${id} was confirmed to its buyer, and is ${saga?.status}`);
      if (kind === 'refused') expect(saga?.status === 'REFUSED', `${id} was refused, and is ${saga?.status}`);
    }
  }
  return wrong;
}

const newState = (orderId: string, quantity: number): PlaceOrderState => ({
  ...{
    orderId,
    buyerId: 'Customer:ada',
    email: 'ada@example.com',
    total: { minor: PRICE * quantity, currency: 'EUR' },
  },
  lines: [{ id: `${orderId}:line`, variantId: 'Variant:1', quantity, requiresShipping: true }],
  shipping: {
    methodId: 'ShippingMethod:1',
    weightGrams: 300,
    address: {
      ...{ name: 'Ada', line1: 'Allee 1', city: 'Berlin', postalCode: '10115', countryCode: 'DE' },
      ...{ company: null, line2: null, region: null, phone: null },
    },
  },
  payment: null,
  ...{ allocations: [], heldAt: 0, action: null, abandoned: null },
});
