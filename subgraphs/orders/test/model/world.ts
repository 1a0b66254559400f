import type { Scheduler } from 'fast-check';
import type { PlaceOrderState } from '../../src/sagas/place-order.ts';
import { createFakeShop } from '../fake-shop.ts';
import { Clients } from './clients.ts';
import { createMemoryOrders } from './memory-orders.ts';
import { createMemoryEdits, createMemoryReturns } from './memory-returns.ts';
import { createMemorySagas } from './memory-sagas.ts';
import { createMemoryTables } from './memory-tables.ts';
import { type Fault, Process } from './process.ts';

/** What is on the shelf at first: pieces and their price in cents. */
export const SHELF = [
  [3, 1990],
  [2, 3490],
  [3, 700],
] as const;

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** A shop of several processes on one database, in which time, chance and the order of all that happens are given. */
export class World {
  readonly scheduler: Scheduler;
  readonly sagas = createMemorySagas(
    () => this.now,
    (owner) => this.processes.some((one) => one.owner === owner && !one.dead),
  );
  readonly neighbours = createFakeShop(async () => {});
  readonly variants = SHELF.map(([stock, price]) => this.neighbours.addVariant(stock, price));
  readonly tables = createMemoryTables(this.sagas, () => this.now);
  readonly faults: Fault[] = [];
  /** What nobody should ever meet. */
  readonly defects: unknown[] = [];
  readonly ports: object;
  readonly clients = new Clients(this);
  processes: readonly Process[];
  now = 0;
  #chance: number;
  #started = 0;
  #numbers = 0;
  #timers: Timer[] = [];

  constructor(scheduler: Scheduler, chance: number) {
    this.scheduler = scheduler;
    this.#chance = chance;
    const { products, stock, shipping, fulfilment, customers, payments } = this.neighbours.ports;
    this.ports = {
      ...{ products, stock, shipping, fulfilment, customers, payments },
      ...createMemoryOrders(this.tables),
      edits: createMemoryEdits(this.tables),
      returns: createMemoryReturns(this.tables),
      pricing: { facts: async () => [{ pricesIncludeTax: true, taxRates: [], discounts: [] }] },
    };
    this.processes = [this.#start(), this.#start()];
  }

  #start = (): Process => new Process(this, `p${++this.#started}`);

  newNumber = (): string => String(++this.#numbers);

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

  at = (at: number): Process => this.processes[at % this.processes.length] as Process;

  #tick(): void {
    const [next] = this.#timers.toSorted((a, b) => a.at - b.at);
    if (!next) return;
    this.now = Math.max(this.now, next.at);
    next.fire();
  }

  /** What nobody has paid in time ends. */
  expirePayments(at: number): void {
    void this.at(at)
      .operations.expirePayments()
      .catch(() => {});
  }

  /** Delivers what is in the outbox; what fails stays there. Mails need no delivering here. */
  relay(at: number): void {
    const { operations } = this.at(at);
    for (const { id, topic, payload } of this.tables.outbox.values()) {
      if (this.tables.delivered.has(id)) continue;
      const orderId = String(payload.orderId);
      const done = () => void this.tables.delivered.add(id);
      if (topic === 'capture-payment') void operations.capturePayment(orderId, null).then(done, () => {});
      else if (topic === 'abandon-exchange') void operations.abandonExchange(orderId).then(done, () => {});
      else done();
    }
  }

  recover(at: number): void {
    void this.at(at).operations.recoverSagas();
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

  /** Nothing is under way, though some may wait for their buyers. */
  isCalm = (): boolean =>
    this.scheduler.count() === 0 &&
    this.sagas.all().every(({ status }) => status !== 'RUNNING' && status !== 'UNDOING');

  /** It knows what returned goods pay of it, and waits for the rest. */
  isCredited(orderId: string | undefined): boolean {
    const saga = this.sagas.find(orderId ?? '');
    const { followUp } = (saga?.state ?? {}) as Partial<PlaceOrderState>;
    return saga?.status === 'PAUSED' && Boolean(followUp?.exchange?.credit);
  }

  /** All faults end; whoever is left finishes what there is, and then nothing of it may still be under way. */
  async rest(): Promise<void> {
    this.wakeAll();
    this.faults.length = 0;
    const isDone = () =>
      this.sagas.all().every(({ status }) => status === 'DONE' || status === 'REFUSED') &&
      this.tables.delivered.size === this.tables.outbox.size;
    await this.#drain();
    for (let round = 0; !isDone(); round += 1) {
      if (round > 200) throw new Error(`never came to rest: ${JSON.stringify(this.sagas.all())}`);
      this.recover(round);
      this.relay(round);
      if (this.isCalm()) this.expirePayments(round);
      await this.happen(50, isDone);
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
}
