import { Unavailable } from '@cartograph/kernel/errors';
import type { Logger } from '@cartograph/runtime/logger';
import { describe, expect, it } from 'vitest';
import { createReconciliationJob } from '../src/jobs/reconcile.ts';
import { openBesideSandbox } from './beside-sandbox.ts';
import { soughtFor } from './payment-provider.contract.ts';
import { ada, authorize, effect, FINANCE, newOrder, openWorld, type World } from './setup.ts';

const HOUR_MS = 3_600_000;
const HOURLY = { everyMs: HOUR_MS, days: 30 };
const RUNS = `{ reconciliationRuns(first: 10) { nodes { id status finishedAt problem
  result { balanced paymentsCompared differenceCount totals { captured { amount } providerCaptured { amount } }
    differences { reference message payment { id } captured { amount } providerCaptured { amount } refunded { amount }
      providerRefunded { amount } } } } } }`;

type Asking = Pick<World<never>, 'ask' | 'url'>;

async function runsOf(world: Asking) {
  const { data, errors } = await world.ask(FINANCE)(RUNS);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.reconciliationRuns.nodes;
}

async function metricsOf(world: Asking): Promise<Record<string, number>> {
  const text = await (await fetch(new URL('/metrics', world.url))).text();
  const lines = text.split('\n').filter((line) => line.startsWith('cartograph_payments_reconciliation_'));
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', value] = line.replace(/cartograph_payments_reconciliation_|\{.*\}/g, '').split(' ');
      return [name, Number(value)];
    }),
  );
}

describe('the reconciliation on schedule', () => {
  it('finds what the provider has and we have not, in its ledger: a charge, a capture and a refund', async () => {
    await using beside = await openBesideSandbox();
    const { world, byHand } = beside;
    const whole = (await authorize(world, { capture: 'AUTOMATIC' })).payment?.id ?? '';
    const part = newOrder();
    const partly = (await authorize(world, { orderId: part })).payment?.id ?? '';
    await effect(world, 'capturePayment', part, { amount: '60.00' });
    await world.operations.runReconciliation(HOURLY, world.provider.name);
    expect(await runsOf(world)).toMatchObject([
      { status: 'BALANCED', result: { balanced: true, paymentsCompared: 2 } },
    ]);

    const idOf = async (reference: string) => (await world.provider.find(soughtFor(reference)))?.providerId;
    await byHand(`/v1/payments/${await idOf(whole)}/refunds`, { amount: 5_00 });
    await byHand(`/v1/payments/${await idOf(partly)}/capture`, { amount: 40_00 });
    const card = { token: 'tok_success', capture_method: 'automatic' };
    await byHand('/v1/payments', { ...card, reference: 'not-ours', amount: 7_00, currency: 'EUR' });
    world.advance(HOUR_MS);
    await world.operations.runReconciliation(HOURLY, world.provider.name);

    const [run] = await runsOf(world);
    expect(run).toMatchObject({
      ...{ status: 'DIFFERENT', problem: null, finishedAt: expect.any(String) },
      result: {
        balanced: false,
        differenceCount: 3,
        totals: [{ captured: { amount: '160.00' }, providerCaptured: { amount: '207.00' } }],
      },
    });
    expect(byReference(run)).toEqual({
      [whole]: {
        message: 'The refunded amounts differ.',
        payment: { id: whole },
        ...amounts('100.00', '100.00', '0.00', '5.00'),
      },
      [partly]: {
        message: 'The captured amounts differ.',
        payment: { id: partly },
        ...amounts('60.00', '100.00', '0.00', '0.00'),
      },
      'not-ours': {
        message: 'The provider has a payment that is not in our books.',
        payment: null,
        ...amounts(null, '7.00', null, '0.00'),
      },
    });
  });

  it('finds what we have and the provider has not: a whole payment, a capture and a refund', async () => {
    await using beside = await openBesideSandbox();
    const { world } = beside;
    const lost = (await authorize(world, { capture: 'AUTOMATIC' })).payment?.id ?? '';
    const orderId = newOrder();
    const kept = (await authorize(world, { orderId, capture: 'AUTOMATIC' })).payment?.id ?? '';
    await effect(world, 'refundPayment', orderId, { amount: '30.00' });
    const { moved } = world.provider;
    // Its ledger has lost one payment, and of another a part of the charge and the refund.
    Object.assign(world.provider, {
      async *moved(from: Date) {
        for await (const row of moved(from))
          if (row.reference === kept) yield { ...row, capturedMinor: row.capturedMinor - 1, refundedMinor: 0 };
      },
    });

    await world.operations.runReconciliation(HOURLY, world.provider.name);

    expect(byReference((await runsOf(world))[0])).toEqual({
      [lost]: {
        message: 'The provider has no record of this payment.',
        payment: { id: lost },
        ...amounts('100.00', null, '0.00', null),
      },
      [kept]: {
        message: 'The captured amounts differ and the refunded amounts differ.',
        ...{ payment: { id: kept }, ...amounts('100.00', '99.99', '30.00', '0.00') },
      },
    });
  });

  it('is seen by staff in the log and as numbers for an alarm, and by nobody else', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    expect(await metricsOf(world)).toEqual({ differences: 0, failed: 0, finished_timestamp_seconds: 0 });
    const lines: unknown[][] = [];
    const write = (...line: unknown[]) => void lines.push(line);
    const logger = { info: write, error: write } as unknown as Logger;
    const once = async () => {
      const job = createReconciliationJob(world.operations, HOURLY, logger, world.provider.name);
      job.start();
      await job.stop();
    };

    await once();
    world.provider.refundByHand(payment?.id ?? '', 5_00);
    world.advance(HOUR_MS);
    await once();

    expect(lines).toMatchObject([
      [{ paymentsCompared: 1 }, 'books agree with the provider'],
      [
        { count: 1, first: [{ reference: payment?.id, message: 'The refunded amounts differ.' }] },
        'books differ from the provider',
      ],
    ]);
    const { finished_timestamp_seconds: finished, ...rest } = await metricsOf(world);
    expect(rest).toEqual({ differences: 1, failed: 0 });
    expect(Math.abs((finished ?? 0) * 1000 - Date.now())).toBeLessThan(60_000);
    expect((await world.ask(ada)(RUNS)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is made once per slot by processes that meet, and made anew when the process that began it is gone', async () => {
    await using world = await openWorld();
    const runs = await Promise.all(
      Array.from({ length: 8 }, () => world.operations.runReconciliation(HOURLY, world.provider.name)),
    );
    expect(runs.filter(Boolean)).toHaveLength(1);
    expect(await world.operations.runReconciliation(HOURLY, world.provider.name)).toBeNull();

    await world.db.pool.query(`UPDATE reconciliation_runs SET status = 'RUNNING', finished_at = NULL`);
    expect(await world.operations.runReconciliation(HOURLY, world.provider.name)).toBeNull();
    await world.db.pool.query(`UPDATE reconciliation_runs SET started_at = now() - interval '11 minutes'`);
    expect(await world.operations.runReconciliation(HOURLY, world.provider.name)).toMatchObject({ differences: [] });
    expect(await runsOf(world)).toMatchObject([{ status: 'BALANCED' }]);
  });

  it('says why it did not come to an end, and comes again in time', async () => {
    await using world = await openWorld();
    const { moved } = world.provider;
    Object.assign(world.provider, {
      moved: () => {
        throw new Unavailable('payment provider');
      },
    });
    await expect(world.operations.runReconciliation(HOURLY, world.provider.name)).rejects.toThrow('does not answer');
    expect(await runsOf(world)).toMatchObject([
      { status: 'FAILED', result: null, problem: 'The payment provider gave no answer.' },
    ]);
    expect(await metricsOf(world)).toMatchObject({ failed: 1 });

    Object.assign(world.provider, { moved });
    world.advance(HOUR_MS);
    await world.operations.runReconciliation(HOURLY, world.provider.name);
    expect(await metricsOf(world)).toMatchObject({ failed: 0, differences: 0 });
  });

  it('takes no payment for different that moves while both sides are read', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    await authorize(world, { orderId });
    const { moved } = world.provider;
    Object.assign(world.provider, {
      async *moved(from: Date) {
        yield* moved(from);
        await effect(world, 'capturePayment', orderId);
      },
    });

    await world.operations.runReconciliation(HOURLY, world.provider.name);

    expect(await runsOf(world)).toMatchObject([{ status: 'BALANCED' }]);
  });

  it('explains a difference by an operation under way for a quarter of an hour, and then reports it', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    await authorize(world, { orderId });
    world.provider.after = (call) => {
      if (call === 'capture') throw new Unavailable('payment provider', { timedOut: true });
    };
    await expect(effect(world, 'capturePayment', orderId)).rejects.toThrow();

    await world.operations.runReconciliation(HOURLY, world.provider.name);
    await world.db.pool.query(`UPDATE payments SET updated_at = now() - interval '16 minutes'`);
    world.advance(HOUR_MS);
    await world.operations.runReconciliation(HOURLY, world.provider.name);

    const message = 'The captured amounts differ; an operation is under way, look again in a minute.';
    expect(await runsOf(world)).toMatchObject([
      { status: 'DIFFERENT', result: { differences: [{ message }] } },
      { status: 'BALANCED' },
    ]);
  });

  it('notices what the provider gave back of a payment from long before', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    await world.db.pool.query(`UPDATE payments SET created_at = now() - interval '200 days'`);
    await world.operations.runReconciliation(HOURLY, world.provider.name);
    world.provider.refundByHand(payment?.id ?? '', 5_00);
    world.advance(HOUR_MS);
    await world.operations.runReconciliation(HOURLY, world.provider.name);

    expect(await runsOf(world)).toMatchObject([
      {
        status: 'DIFFERENT',
        result: { differences: [{ reference: payment?.id, providerRefunded: { amount: '5.00' } }] },
      },
      { status: 'BALANCED' },
    ]);
  });

  it('notices that our own books contradict themselves', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    await world.operations.grantStoreCredit(FINANCE, {
      ...{ customerId: 'Customer:01JDEM0ADA0000000000000000', idempotencyKey: 'k' },
      amount: { minor: 10_00, currency: 'EUR' },
    });
    await world.operations.runReconciliation(HOURLY, world.provider.name);
    await world.db.pool.query('UPDATE stored_values SET balance_minor = balance_minor + 1');
    await world.db.pool.query(`UPDATE payments SET refunded_minor = 1, status = 'PARTIALLY_REFUNDED'`);
    world.advance(HOUR_MS);
    await world.operations.runReconciliation(HOURLY, world.provider.name);

    const [run, before] = await runsOf(world);
    expect(before.status).toBe('BALANCED');
    const own = run.result.differences.filter(({ message }: { message: string }) =>
      message.startsWith('Our own books'),
    );
    expect(own.map(({ reference }: { reference: string }) => reference)).toEqual(
      expect.arrayContaining([payment?.id, 'STORE_CREDIT in EUR']),
    );
  });
});

const amounts = (
  captured: string | null,
  providerCaptured: string | null,
  refunded: string | null,
  providerRefunded: string | null,
) => {
  const money = (amount: string | null) => amount && { amount };
  return {
    captured: money(captured),
    providerCaptured: money(providerCaptured),
    refunded: money(refunded),
    providerRefunded: money(providerRefunded),
  };
};

const byReference = (run: { result: { differences: readonly { reference: string }[] } }) =>
  Object.fromEntries(run.result.differences.map(({ reference, ...rest }) => [reference, rest]));
