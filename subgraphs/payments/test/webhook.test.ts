import { randomUUID } from 'node:crypto';
import { SIGNATURE_HEADER, signWebhook } from '@cartograph/sandbox/webhooks';
import { describe, expect, it } from 'vitest';
import type { FakeProvider } from './fakes.ts';
import {
  authorize,
  effect,
  eventually,
  newOrder,
  openConnections,
  openWorld,
  voidPayment,
  WEBHOOK_SECRET,
  type World,
} from './setup.ts';

type Open = World<FakeProvider>;

async function deliver(
  world: Open,
  event: object,
  { secret = WEBHOOK_SECRET, now = Date.now(), tamper = '' } = {},
): Promise<number> {
  const body = JSON.stringify(event);
  const response = await fetch(new URL('/webhooks/fake', world.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signWebhook(secret, body, now) },
    body: body + tamper,
  });
  await response.text();
  return response.status;
}

const eventOf = (world: Open, paymentId: string, id = `evt_${randomUUID()}`) => {
  const payment = world.provider.snapshot(paymentId);
  return { id, type: `payment.${payment.status}`, payment };
};

const statusOf = async ({ db }: Open) => (await db.pool.query('SELECT status FROM payments')).rows[0]?.status;
const newsOf = async ({ db }: Open) =>
  (await db.pool.query("SELECT payload FROM outbox WHERE topic = 'paymentChanged' ORDER BY position")).rows.map(
    ({ payload }) => payload.status,
  );

describe('the provider’s webhook', () => {
  it('settles a payment that was pending, and orders is told', async () => {
    await using world = await openWorld();
    const { __typename } = await authorize(world, { token: 'tok_late' });
    expect(__typename).toBe('PaymentUnknown');
    expect(await statusOf(world)).toBe('PENDING');
    const { rows } = await world.db.pool.query<{ id: string }>('SELECT id FROM payments');
    world.provider.decide(rows[0]?.id ?? '', true);
    expect(await deliver(world, eventOf(world, rows[0]?.id ?? ''))).toBe(200);
    expect(await statusOf(world)).toBe('AUTHORIZED');
    expect(await newsOf(world)).toEqual(['AUTHORIZED']);
  });

  it('takes effect once when it is delivered ten times at once', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const { payment } = await authorize(world, { token: 'tok_3ds', capture: 'AUTOMATIC' });
    world.provider.decide(payment?.id ?? '', true);
    const event = eventOf(world, payment?.id ?? '');
    const statuses = await Promise.all(Array.from({ length: 10 }, () => deliver(world, event)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await newsOf(world)).toEqual(['CAPTURED']);
    const { rows } = await world.db.pool.query('SELECT count(*)::int AS entries FROM ledger_entries');
    expect(rows).toEqual([{ entries: 2 }]);
    expect((await world.db.pool.query('SELECT deliveries FROM provider_events')).rows).toEqual([{ deliveries: 10 }]);
  });

  it('may come before the answer to the call that caused it', async () => {
    await using world = await openWorld();
    let open = () => {};
    const held = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.provider.after = (call) => (call === 'authorize' ? held : undefined);
    const authorizing = authorize(world, { capture: 'AUTOMATIC' });
    await eventually(() => world.provider.count() === 1);
    const { rows } = await world.db.pool.query<{ id: string }>('SELECT id FROM payments');
    await deliver(world, eventOf(world, rows[0]?.id ?? ''));
    open();
    expect(await authorizing).toMatchObject({ __typename: 'PaymentAuthorized', payment: { status: 'CAPTURED' } });
    const { rows: effects } = await world.db.pool.query('SELECT kind, status, amount_minor FROM effects');
    expect(effects).toEqual([{ kind: 'CAPTURE', status: 'SUCCEEDED', amount_minor: 100_00 }]);
  });

  it('settles a capture whose answer was lost', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId });
    world.provider.after = (call) => (call === 'capture' ? new Promise<never>(() => {}) : undefined);
    void effect(world, 'capturePayment', orderId).catch(() => {});
    await eventually(() => world.provider.net(payment?.id ?? '') === 100_00);
    await deliver(world, eventOf(world, payment?.id ?? ''));
    expect(await statusOf(world)).toBe('CAPTURED');
  });

  it('never lets an old event overwrite what came later', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId, token: 'tok_3ds' });
    const paymentId = payment?.id ?? '';
    const asked = eventOf(world, paymentId);
    world.provider.decide(paymentId, true);
    const approved = eventOf(world, paymentId);
    await deliver(world, approved);
    await deliver(world, asked);
    expect(await statusOf(world)).toBe('AUTHORIZED');
    await voidPayment(world, orderId);
    await deliver(world, { ...approved, id: 'evt_again' });
    expect(await statusOf(world)).toBe('VOIDED');
    expect(world.provider.calls.void).toBe(1);
  });

  it('never takes a payment back from "pending" to an older question', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { token: 'tok_3ds' });
    const asked = eventOf(world, payment?.id ?? '');
    world.provider.decide(payment?.id ?? '', 'later');
    await deliver(world, eventOf(world, payment?.id ?? ''));
    await deliver(world, asked);
    expect(await statusOf(world)).toBe('PENDING');
  });

  it('is not undone by an answer that was slow on its way', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId, token: 'tok_3ds' });
    let open = () => {};
    const held = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.provider.after = (call) => (call === 'find' ? held : undefined);
    const confirming = world.operations.confirmPayment(orderId);
    await eventually(() => world.provider.calls.find === 1);
    world.provider.decide(payment?.id ?? '', 'later');
    await deliver(world, eventOf(world, payment?.id ?? ''));
    open();
    expect(await confirming).toMatchObject({ kind: 'PaymentUnknown' });
    expect(await statusOf(world)).toBe('PENDING');
  });

  it('cannot decline what is authorised already', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world);
    world.provider.decide(payment?.id ?? '', false);
    await deliver(world, eventOf(world, payment?.id ?? ''));
    expect(await statusOf(world)).toBe('AUTHORIZED');
  });

  it('undoes an approval that comes after the order was voided', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId, token: 'tok_3ds', capture: 'AUTOMATIC' });
    world.provider.before = (call) => {
      if (call === 'void') throw new Error('the provider is being restarted');
    };
    await voidPayment(world, orderId).catch(() => {});
    world.provider.before = () => {};
    world.provider.decide(payment?.id ?? '', true);
    await deliver(world, eventOf(world, payment?.id ?? ''));
    expect(await statusOf(world)).toBe('REFUNDED');
    expect(world.provider.net(payment?.id ?? '')).toBe(0);
  });

  it('is taken up by the recovery job when the process died after storing it', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { token: 'tok_3ds' });
    world.provider.decide(payment?.id ?? '', true);
    const event = eventOf(world, payment?.id ?? '');
    await world.ports.inbox.receive({ ...event, reference: event.payment.reference }, 'fake', event);
    await world.makeDue();
    await world.operations.recoverPayments();
    expect(await statusOf(world)).toBe('AUTHORIZED');
    const { rows } = await world.db.pool.query('SELECT applied_at IS NOT NULL AS applied FROM provider_events');
    expect(rows).toEqual([{ applied: true }]);
  });

  it('is refused with another secret, changed bytes, no signature, or a time that is past', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { token: 'tok_3ds' });
    world.provider.decide(payment?.id ?? '', true);
    const event = eventOf(world, payment?.id ?? '');
    expect(await deliver(world, event, { secret: 'another-secret' })).toBe(401);
    expect(await deliver(world, event, { tamper: ' ' })).toBe(401);
    expect(await deliver(world, event, { now: Date.now() - 6 * 60_000 })).toBe(401);
    const unsigned = await fetch(new URL('/webhooks/fake', world.url), {
      method: 'POST',
      body: JSON.stringify(event),
    });
    expect(unsigned.status).toBe(401);
    expect(await statusOf(world)).toBe('ACTION_REQUIRED');
  });

  it('is taken without effect when it names a payment that is not ours', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world);
    const event = eventOf(world, payment?.id ?? '');
    expect(await deliver(world, { ...event, payment: { ...event.payment, reference: 'somebody-else' } })).toBe(200);
  });
});
