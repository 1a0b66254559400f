import { Unavailable } from '@cartograph/kernel/errors';
import { createLogger } from '@cartograph/runtime/logger';
import type { SagaRows } from '@cartograph/runtime/saga-rows';
import { createSagaRunnerOn } from '@cartograph/runtime/saga-runner';
import type { SagaTime } from '@cartograph/runtime/saga-time';
import { type CheckoutSettings, createCheckout } from '../../src/operations/checkout.ts';
import type { Ports } from '../../src/ports.ts';
import type { World } from './world.ts';

const LEASE_MS = 10_000;
const SETTINGS: CheckoutSettings = {
  ...{ deadlineMs: 5_000, holdSeconds: 1200, paymentSeconds: 900, returnDays: 30 },
  ...{ capture: 'immediate', editPaymentSeconds: 259_200 },
};
const logger = createLogger('model', 'silent');
const never = new Promise<never>(() => {});

export type Checkout = ReturnType<typeof createCheckout>;
type Cross = (label: string) => Promise<void>;
type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Which call is lost, on its way there or back, and how often. */
export interface Fault {
  readonly call: string;
  readonly at: 'before' | 'after';
  times: number;
}

/** A process of the shop. A dead one never comes back from wherever it was; a stopped one does, once it is woken. */
export class Process {
  readonly owner: string;
  readonly operations: Checkout;
  dead = false;
  #gate: Promise<void> | null = null;
  #open: () => void = () => {};

  constructor(world: World, owner: string) {
    this.owner = owner;
    const cross: Cross = async (label) => {
      await world.scheduler.schedule(Promise.resolve(), `${owner} ${label}`);
      if (this.#gate) await this.#gate;
      if (this.dead) await never;
    };
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
    const rows = crossing('saga', world.sagas.rowsOf(owner, LEASE_MS), cross, []) as SagaRows;
    const sagas = createSagaRunnerOn(rows, presence, { logger, leaseMs: LEASE_MS, maxAttempts: 4, time });
    const ports = Object.entries(world.ports).map(([name, port]) => [name, crossing(name, port, cross, world.faults)]);
    const own = { sagas, clock: () => new Date(world.now), newOrderNumber: () => world.newNumber() };
    this.operations = createCheckout({ ...Object.fromEntries(ports), ...own } as Ports, SETTINGS);
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

const READS =
  /^(find|list|lines|facts|removedOf|returnable|live|awaiting|shipmentsOf|trackedShipmentsOf|checkout|shippingRates|holds)/;

/** Everything asked is somewhere between its sending and its answer for as long as the schedule likes. */
function crossing(name: string, port: object, cross: Cross, faults: readonly Fault[]): object {
  const over = ([method, run]: [string, Methods[string]]) => {
    const label = `${name}.${method}`;
    const read = async (...args: unknown[]) => {
      const answer = structuredClone(await run(...args));
      await cross(label);
      return answer;
    };
    const write = async (...args: unknown[]) => {
      await cross(`${label} asked`);
      const fault = faults.find((one) => one.call === label && one.times > 0);
      if (fault) fault.times -= 1;
      if (fault?.at === 'before') throw new Unavailable(label);
      const answer = structuredClone(await run(...args));
      await cross(`${label} answered`);
      if (fault?.at === 'after') throw new Unavailable(label);
      return answer;
    };
    return [method, READS.test(method) ? read : write] as const;
  };
  return Object.fromEntries(Object.entries(port as Methods).map(over));
}
