import { Unavailable } from '@cartograph/kernel/errors';
import { describe, expect, it } from 'vitest';
import type { FakeProvider } from './fakes.ts';
import {
  auditLedger,
  authorize,
  effect,
  eventually,
  newOrder,
  ORDERS,
  openConnections,
  openWorld,
  voidPayment,
  type World,
} from './setup.ts';

const SUCCESS = { __typename: 'PaymentEffectSuccess' };

const netOf = async ({ db, provider }: World<FakeProvider>) => {
  const { rows } = await db.pool.query<{ id: string; status: string; net: number }>(
    'SELECT id, status, captured_minor - refunded_minor AS net FROM payments ORDER BY id',
  );
  return rows.map(({ id, status, net }) => ({ status, net, atProvider: provider.count() ? provider.net(id) : 0 }));
};

/** A promise that is kept when the test says so. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('voidPayment', () => {
  it('releases what is reserved, and again does nothing more', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId });
    expect(await voidPayment(world, orderId)).toMatchObject({ ...SUCCESS, payment: { status: 'VOIDED' } });
    expect(await voidPayment(world, orderId)).toMatchObject({ ...SUCCESS, payment: { status: 'VOIDED' } });
    expect(world.provider.snapshot(payment?.id ?? '').status).toBe('voided');
    expect(world.provider.calls.void).toBe(1);
  });

  it('before any authorisation bars the order for good', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    expect(await voidPayment(world, orderId)).toEqual({ ...SUCCESS, payment: null });
    expect(await authorize(world, { orderId })).toMatchObject({ __typename: 'PaymentRefused', reason: 'VOIDED' });
    expect(world.provider.count()).toBe(0);
    expect(await netOf(world)).toEqual([]);
  });

  it('wins over an authorisation whose request has not reached the provider yet', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { open, opened } = gate();
    world.provider.before = (call) => (call === 'authorize' ? opened : undefined);
    const authorizing = authorize(world, { orderId });
    await eventually(() => world.provider.calls.authorize === 1);
    expect(await voidPayment(world, orderId)).toMatchObject(SUCCESS);
    open();
    expect(await authorizing).toMatchObject({ __typename: 'PaymentRefused', reason: 'VOIDED' });
    expect(await netOf(world)).toEqual([{ status: 'VOIDED', net: 0, atProvider: 0 }]);
  });

  it('wins over an authorisation whose answer is on its way back', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { open, opened } = gate();
    world.provider.after = (call) => (call === 'authorize' ? opened : undefined);
    const authorizing = authorize(world, { orderId, capture: 'AUTOMATIC' });
    await eventually(() => world.provider.count() === 1);
    expect(await voidPayment(world, orderId)).toMatchObject(SUCCESS);
    open();
    await authorizing;
    expect((await netOf(world))[0]).toMatchObject({ net: 0, atProvider: 0 });
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });

  it('wins whatever the order of events, twenty orders at once', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    world.provider.before = () => new Promise((wake) => setTimeout(wake, Math.random() * 8));
    const orders = Array.from({ length: 20 }, newOrder);
    await Promise.all(
      orders.flatMap((orderId, index) => [
        authorize(world, { orderId, capture: index % 2 ? 'AUTOMATIC' : 'MANUAL' }),
        new Promise((wake) => setTimeout(wake, Math.random() * 30)).then(() => voidPayment(world, orderId)),
      ]),
    );
    const left = await netOf(world);
    expect(left.filter(({ net, atProvider }) => net !== 0 || atProvider !== 0)).toEqual([]);
    expect(left.filter(({ status }) => !['VOIDED', 'REFUNDED', 'DECLINED'].includes(status))).toEqual([]);
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });

  it('gives captured money back', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId });
    await effect(world, 'capturePayment', orderId);
    expect(await voidPayment(world, orderId)).toMatchObject({ ...SUCCESS, payment: { status: 'REFUNDED' } });
    expect(world.provider.net(payment?.id ?? '')).toBe(0);
  });

  it('says what it gives back of what was taken, however often it is asked, and without what went back before', async () => {
    await using world = await openWorld();
    const [taken, reserved, none] = [newOrder(), newOrder(), newOrder()];
    for (const orderId of [taken, reserved]) await authorize(world, { orderId });
    await effect(world, 'capturePayment', taken);
    await effect(world, 'refundPayment', taken, { key: 'a', amount: '12.34' });
    const undone = async (orderId: string) => {
      const { data } = await world.ask(ORDERS)(
        `mutation ($id: ID!) { voidPayment(orderId: $id, key: "k") { ... on PaymentEffectSuccess { undone { amount } } } }`,
        { id: orderId },
      );
      return data.voidPayment.undone;
    };
    for (const _twice of [1, 2]) expect(await undone(taken)).toEqual({ amount: '87.66' });
    expect([await undone(reserved), await undone(none)]).toEqual([{ amount: '0.00' }, null]);
  });

  it('is finished by the recovery job when the provider was silent', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    await authorize(world, { orderId });
    world.provider.before = () => {
      throw new Unavailable('payment provider');
    };
    await expect(voidPayment(world, orderId)).rejects.toThrow('SERVICE_UNAVAILABLE');
    expect(await effect(world, 'capturePayment', orderId)).toMatchObject({ reason: 'VOIDED' });
    world.provider.before = () => {};
    await world.makeDue();
    await world.operations.recoverPayments();
    expect(await netOf(world)).toEqual([{ status: 'VOIDED', net: 0, atProvider: 0 }]);
  });

  it('holds when the process died between the provider and our books', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    let isDead = true;
    world.provider.after = () => (isDead ? new Promise<never>(() => {}) : undefined);
    void authorize(world, { orderId, capture: 'AUTOMATIC' }).catch(() => {});
    await eventually(() => world.provider.count() === 1);
    isDead = false;
    await voidPayment(world, orderId);
    expect((await netOf(world))[0]).toMatchObject({ net: 0, atProvider: 0 });
  });

  it('gives back what the provider took long after we had given the payment up', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { open, opened } = gate();
    world.provider.before = (call) => (call === 'authorize' ? opened : undefined);
    const authorizing = authorize(world, { orderId });
    await eventually(() => world.provider.calls.authorize === 1);
    world.advance(61_000);
    await voidPayment(world, orderId);
    expect((await world.db.pool.query('SELECT status FROM payments')).rows).toEqual([{ status: 'VOIDED' }]);
    open();
    expect(await authorizing).toMatchObject({ reason: 'VOIDED' });
    const { rows } = await world.db.pool.query<{ id: string }>('SELECT id FROM payments');
    expect(world.provider.snapshot(rows[0]?.id ?? '').status).toBe('voided');
  });
});
