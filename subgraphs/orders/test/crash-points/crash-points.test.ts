import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeShop } from '../fake-shop.ts';
import { checkInvariants, eventually, openShop } from '../open-shop.ts';
import type { Death } from './messages.ts';
import { startMortal } from './mortal.ts';
import { type Asked, SCENARIOS, type Scenario } from './scenarios.ts';

/** `CRASH_POINTS=all` takes every pair too; a number, every so manieth point alone. CI takes every third. */
const setting = process.env.CRASH_POINTS ?? '3';
const pairs = setting === 'all';
const stride = pairs ? 1 : Number(setting);

const neighbours = createFakeShop();
let db: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  db = await testDatabase('orders');
});
afterAll(() => db?.[Symbol.asyncDispose]());

const atRest = async () =>
  (await db.pool.query(`SELECT FROM saga WHERE status IN ('RUNNING', 'UNDOING') UNION ALL SELECT FROM outbox`))
    .rowCount === 0;

/** A process takes seconds to start where others compute too. */
const WITHIN_MS = 60_000;

const openSteady = () => openShop(db, neighbours, { checkout: { deadlineMs: 3_000 } });

/** Made by a process that is gone before the other starts: it would take over what that one leaves. */
async function prepare(scenario: Scenario) {
  await using steady = await openSteady();
  const prepared = await scenario.prepare(steady, neighbours);
  await eventually(atRest, WITHIN_MS);
  return prepared;
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Whether there was an answer: none comes from a process that ends meanwhile, and the buyer asks again later. */
const answers = ({ ask }: Prepared, shop: Asked): Promise<boolean> =>
  ask(shop).then(
    () => true,
    () => false,
  );

async function takeOver(prepared: Prepared, death: Death): Promise<boolean> {
  await using two = await startMortal(db.url, neighbours, death);
  await eventually(async () => {
    two.recover();
    return two.ended() || (await atRest());
  }, WITHIN_MS);
  if (!(await answers(prepared, two))) await eventually(two.ended, WITHIN_MS);
  return two.ended();
}

/** Sends the request to a process that ends, has another one end while it takes that over, and looks at what is left. */
async function run(scenario: Scenario, first: Death, second?: Death) {
  const prepared = await prepare(scenario);
  await using one = await startMortal(db.url, neighbours, first);
  await answers(prepared, one);
  await eventually(async () => one.ended() || (first.at === undefined && (await atRest())), WITHIN_MS);
  const ended = [one.ended()];
  await one[Symbol.asyncDispose]();
  if (second) ended.push(await takeOver(prepared, second));

  await using last = await openSteady();
  let answer = { __typename: 'none' };
  await eventually(async () => {
    await last.operations.recoverSagas();
    answer = await prepared.ask(last);
    return answer.__typename !== 'StillWorking' && (await atRest());
  }, WITHIN_MS);
  prepared.check(answer);
  return { ended, passed: one.passed() };
}

describe.each(SCENARIOS)('$name, whose process is killed', (scenario) => {
  it(
    pairs ? 'at every point, and every pair of points, ends whole' : 'at a point in its middle ends whole',
    async () => {
      const { passed, ended } = await run(scenario, {});
      expect(ended).toEqual([false]);
      expect(passed.length).toBeGreaterThan(5);
      const points = [...new Set(passed)].filter((_, index) => index % stride === 0);
      for (const at of points) {
        expect(await run(scenario, { at }), at).toMatchObject({ ended: [true] });
        // The second process passes other points than the first: until it comes to its end, it is killed at the next.
        for (let after = 1, died = pairs; died; after += 1) {
          const pair = await run(scenario, { at }, { after });
          died = pair.ended[1] ?? false;
        }
      }
    },
    pairs ? 3_600_000 : 900_000,
  );
});

it('leaves money, goods and orders as they have to be', () => checkInvariants(db, neighbours));
