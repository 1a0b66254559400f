import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import type { Ports } from '../src/ports.ts';
import { createFakeShop, type FakeShop } from './fake-shop.ts';
import { checkInvariants, eventually, newCustomer, openShop, orderOf, place, staff } from './open-shop.ts';
import { ask, forever, GIVE_UP, giveUp, listStuck, retry, STUCK, timeline } from './stuck.ts';

/** A shop in which one call gets no answer, and an order that waits for it. */
async function openStuck(db: Awaited<ReturnType<typeof testDatabase>>, neighbours: FakeShop, call: string, more = {}) {
  const variant = neighbours.addVariant(3);
  neighbours.failing.set(call, forever);
  const shop = await openShop(db, neighbours, { checkout: { deadlineMs: 100 }, ...more });
  const ada = newCustomer();
  const input = orderOf(variant);
  await place(shop, ada, input);
  await eventually(async () => (await listStuck(shop)).some(({ attempts }: any) => attempts >= 7));
  const [step] = await listStuck(shop);
  return { shop, ada, input, variant, step };
}

describe('a step that gets no answer', () => {
  it('is seen by staff with its reason, and told to the buyer without it', async () => {
    await using db = await testDatabase('orders');
    const { shop, ada, step } = await openStuck(db, createFakeShop(), 'payments.authorize');
    await using _ = shop;

    expect(step).toMatchObject({ process: 'placeOrder', step: 'authorize', undoing: false, canGiveUp: true });
    expect(step.reason).toBe('payments.authorize gave no answer.');
    expect(Date.parse(step.since)).toBeLessThanOrEqual(Date.now());
    expect(Date.parse(step.nextAttemptAt)).toBeGreaterThan(Date.parse(step.since));
    expect(step.order.status).toBe('PENDING');

    const seen = await timeline(shop, ada, step.order.id);
    expect(seen.stuckSteps).toEqual([]);
    expect(seen.timeline.nodes[0]).toEqual({
      type: 'STEP_STUCK',
      by: 'SYSTEM',
      message: 'Authorising the payment takes longer than usual. It is tried again by itself.',
    });
    const { errors } = await shop.as(ada)(STUCK, {});
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const refused = await shop.as(ada)(GIVE_UP, { stepId: step.id, reason: 'Mine.' });
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is asked for at once when staff say so, once however many say so at once', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    // Its next attempt by itself is an hour away.
    const { shop, ada, input, step } = await openStuck(db, neighbours, 'stock.hold', { maxAttempts: 1e6 });
    await using _ = shop;
    neighbours.failing.clear();

    const answers = await Promise.all([1, 2, 3].map(() => retry(shop, step.id)));

    await eventually(async () => (await place(shop, ada, input)).__typename === 'PlaceOrderSuccess');
    expect(answers.filter((answer) => answer === 'RetryStepSuccess').length).toBeLessThanOrEqual(1);
    expect(await retry(shop, step.id)).toBe('StepNotStuck');
    expect(await listStuck(shop)).toEqual([]);
    await checkInvariants(db, neighbours);
  });

  it('is undone when staff give it up, once, and the buyer hears the same refusal ever after', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const { shop, ada, input, variant, step } = await openStuck(db, neighbours, 'payments.authorize');
    await using _ = shop;

    const answers = await Promise.all([giveUp(shop, step.id), giveUp(shop, step.id), giveUp(shop, step.id)]);

    expect(answers.filter((answer) => answer === 'GiveUpStepSuccess')).toHaveLength(1);
    await eventually(async () => (await place(shop, ada, input)).__typename === 'CheckoutFailed');
    const { timeline: events } = await timeline(shop, ada, step.order.id);
    expect(events.nodes.filter(({ type }: any) => type === 'STEP_GIVEN_UP')).toEqual([
      { type: 'STEP_GIVEN_UP', by: 'STAFF', message: 'Authorising the payment was given up: The buyer called.' },
    ]);
    expect(neighbours.available(variant)).toBe(3);
    expect(await giveUp(shop, step.id)).toBe('StepNotStuck');
    await checkInvariants(db, neighbours);
  });

  it('given up while its answer is on the way leaves nothing charged and nothing held', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const { shop, ada, input, variant, step } = await openStuck(db, neighbours, 'payments.authorize');
    await using _ = shop;
    let arrive: () => void = () => {};
    const late = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    let asked = false;
    const { authorize } = neighbours.ports.payments;
    Object.assign(neighbours.ports.payments, {
      authorize: async (request: Parameters<typeof authorize>[0]) => {
        asked = true;
        await late;
        return authorize(request);
      },
    });
    neighbours.failing.clear();
    await eventually(() => asked);

    expect(await giveUp(shop, step.id)).toBe('GiveUpStepSuccess');
    await eventually(async () => (await place(shop, ada, input)).__typename === 'CheckoutFailed');
    arrive();
    await eventually(() => neighbours.count('payments.authorize') > 3);
    expect(neighbours.available(variant)).toBe(3);
    await checkInvariants(db, neighbours);
  });

  it('that nobody else can do, and that has no way back, can only be asked for again', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const { shop, step } = await openStuck(db, neighbours, 'stock.commit');
    await using _ = shop;

    expect(step).toMatchObject({ step: 'confirm', canGiveUp: false, order: { status: 'PENDING' } });
    expect(await giveUp(shop, step.id)).toBe('StepNotUndoable');
    neighbours.failing.clear();
    await eventually(async () => (await listStuck(shop)).length === 0);
    await checkInvariants(db, neighbours);
  });
});

describe('a delivery that gets no answer', () => {
  it('is seen too, and can be given up or asked for again', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    const variant = neighbours.addVariant(3);
    neighbours.failing.set('payments.capture', forever).set('messages.send', forever);
    await using shop = await openShop(db, neighbours);
    await place(shop, newCustomer(), orderOf(variant));
    await eventually(async () => (await listStuck(shop)).length === 2);
    const stuck = await listStuck(shop);
    const capture = stuck.find(({ step }) => step === 'capture-payment');
    const mail = stuck.find(({ step }) => step === 'order-mail');

    expect([capture.canGiveUp, mail.canGiveUp]).toEqual([true, true]);
    await eventually(async () => (await giveUp(shop, mail.id)) === 'GiveUpStepSuccess');
    expect((await listStuck(shop)).map(({ step }) => step)).toEqual(['capture-payment']);
    neighbours.failing.clear();
    await eventually(async () => (await retry(shop, capture.id)) === 'RetryStepSuccess');
    await eventually(() => neighbours.accounts.get(capture.order.id)?.status === 'captured');
    await eventually(async () => (await listStuck(shop)).length === 0);
    expect(neighbours.mails.size).toBe(0);
    await checkInvariants(db, neighbours);
  });

  it('of money that failed for good is on its way again once staff ask for it', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    neighbours.failing.set('payments.capture', forever);
    let orders: Ports['orders'] | undefined;
    const ports = (all: Ports) => {
      orders = all.orders;
      return {};
    };
    await using shop = await openShop(db, neighbours, { ports });
    const { order } = await place(shop, newCustomer(), orderOf(neighbours.addVariant(1)));
    await eventually(async () => (await listStuck(shop)).length === 1);
    await db.pool.query(`UPDATE outbox SET attempts = 12, due_at = now()`);
    await eventually(async () => (await listStuck(shop))[0]?.nextAttemptAt === null);
    expect(await orders?.awaitsCapture(order.id)).toBe(false);

    const [capture] = await listStuck(shop);
    expect(await retry(shop, capture.id)).toBe('RetryStepSuccess');

    expect(await orders?.awaitsCapture(order.id)).toBe(true);
    neighbours.failing.clear();
    await eventually(() => neighbours.accounts.get(order.id)?.status === 'captured');
  });

  it('that failed for good waits for staff, and a page of the list ends where the next begins', async () => {
    await using db = await testDatabase('orders');
    const neighbours = createFakeShop();
    neighbours.failing.set('messages.send', forever);
    const variant = neighbours.addVariant(9);
    await using shop = await openShop(db, neighbours);
    for (let n = 0; n < 3; n += 1) await place(shop, newCustomer(), orderOf(variant));
    await eventually(async () => (await listStuck(shop)).length === 3);
    await db.pool.query(`UPDATE outbox SET key = 'dead:' || id, attempts = 12, due_at = now() + interval '100 years'`);
    const all = await listStuck(shop);
    expect(all.map(({ nextAttemptAt }) => nextAttemptAt)).toEqual([null, null, null]);
    const first = (await ask(shop, staff, STUCK, { first: 2 })).stuckSteps;
    const rest = (await ask(shop, staff, STUCK, { first: 2, after: first.pageInfo.endCursor })).stuckSteps;
    expect([...first.nodes, ...rest.nodes].map(({ id }: any) => id)).toEqual(all.map(({ id }) => id));
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);

    neighbours.failing.clear();
    for (const { id } of all) expect(await retry(shop, id)).toBe('RetryStepSuccess');
    await eventually(() => neighbours.mails.size === 3);
  });
});
