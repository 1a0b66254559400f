import { rmSync } from 'node:fs';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeShop } from '../fake-shop.ts';
import { checkInvariants, eventually, openShop } from '../open-shop.ts';
import { bundleProcess } from './bundle.ts';
import type { Death } from './messages.ts';
import { type Mortal, startMortal } from './mortal.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/** `CRASH_POINTS=all` takes every pair too; a number, every so manieth point alone. CI takes every third. */
const setting = process.env.CRASH_POINTS ?? '3';
const pairs = setting === 'all';
const stride = pairs ? 1 : Number(setting);

let program: string;
beforeAll(async () => {
  program = await bundleProcess();
});
afterAll(() => rmSync(program, { force: true }));

/** A process takes seconds to start where others compute too. */
const WITHIN_MS = 60_000;

/** Where one scenario is played, again and again: a database, and neighbours who remember everything. */
class Stage implements AsyncDisposable {
  readonly #scenario: Scenario;
  readonly #db: Awaited<ReturnType<typeof testDatabase>>;
  readonly #neighbours = createFakeShop();

  static open = async (scenario: Scenario): Promise<Stage> => new Stage(scenario, await testDatabase('orders'));

  private constructor(scenario: Scenario, db: Awaited<ReturnType<typeof testDatabase>>) {
    this.#scenario = scenario;
    this.#db = db;
  }

  /** Sends the request to a process that ends, has another one end while it takes that over, and looks at what is left. */
  async run(first: Death, second?: Death) {
    const prepared = await this.#prepare();
    await using one = await this.#start(first);
    await this.#ask(prepared, one);
    const ended = [one.ended()];
    await one[Symbol.asyncDispose]();
    if (second) ended.push(await this.#takeOver(prepared, second));

    await using last = await this.#openSteady();
    let answer = { __typename: 'none' };
    await eventually(async () => {
      await last.operations.recoverSagas();
      answer = await prepared.ask(last);
      return answer.__typename !== 'StillWorking' && (await this.#atRest());
    }, WITHIN_MS);
    prepared.check(answer);
    return { ended, passed: one.passed() };
  }

  checkInvariants = (): Promise<void> => checkInvariants(this.#db, this.#neighbours);

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db[Symbol.asyncDispose]();
  }

  #start = (death: Death) => startMortal(this.#db.url, this.#neighbours, death, program);

  #openSteady = () => {
    // An order keeps it, so that the process that ends need not know it.
    const { capture = 'immediate' } = this.#scenario;
    return openShop(this.#db, this.#neighbours, { checkout: { deadlineMs: 3_000, capture } });
  };

  async #atRest(): Promise<boolean> {
    const open = `SELECT FROM saga WHERE status IN ('RUNNING', 'UNDOING') UNION ALL SELECT FROM outbox`;
    return (await this.#db.pool.query(open)).rowCount === 0;
  }

  /** Made by a process that is gone before the other starts: it would take over what that one leaves. */
  async #prepare(): Promise<Prepared> {
    await using steady = await this.#openSteady();
    const prepared = await this.#scenario.prepare(steady, this.#neighbours);
    await eventually(() => this.#atRest(), WITHIN_MS);
    return prepared;
  }

  async #takeOver(prepared: Prepared, death: Death): Promise<boolean> {
    await using two = await this.#start(death);
    await eventually(async () => {
      two.recover();
      return two.ended() || (await this.#atRest());
    }, WITHIN_MS);
    await this.#ask(prepared, two);
    return two.ended();
  }

  /** As buyers do, until the process ends or there is an answer, and nothing more is to happen after it. */
  #ask = (prepared: Prepared, shop: Mortal): Promise<void> =>
    eventually(async () => {
      const answer = await prepared.ask(shop).catch(() => null);
      if (shop.ended()) return true;
      return answer !== null && answer.__typename !== 'StillWorking' && (await this.#atRest());
    }, WITHIN_MS);
}

type Prepared = Awaited<ReturnType<Scenario['prepare']>>;

// At once: most of a run is waiting.
describe.concurrent.each(SCENARIOS)('$name, whose process is killed', (scenario) => {
  it(
    pairs ? 'at every point, and every pair of points, ends whole' : 'at a point in its middle ends whole',
    async ({ annotate }) => {
      await using stage = await Stage.open(scenario);
      const { passed, ended } = await stage.run({});
      expect(ended).toEqual([false]);
      expect(passed.length).toBeGreaterThan(5);
      const all = [...new Set(passed)];
      const points = all.filter((_, index) => index % stride === 0);
      let twice = 0;
      for (const at of points) {
        expect(await stage.run({ at }), at).toMatchObject({ ended: [true] });
        // The second process passes other points than the first: until it comes to its end, it is killed at the next.
        for (let after = 1, died = pairs; died; after += 1) {
          const pair = await stage.run({ at }, { after });
          died = pair.ended[1] ?? false;
          if (died) twice += 1;
        }
      }
      await annotate(`killed at ${points.length} of ${all.length} points, and at ${twice} pairs`);
      await stage.checkInvariants();
    },
    // An exchange has some 500 pairs, and each takes three seconds of a processor.
    pairs ? 4 * 3_600_000 : 900_000,
  );
});
