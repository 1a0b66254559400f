import type { Viewer } from '@cartograph/kernel/viewer';
import { describe, expect, it } from 'vitest';
import { ADA, authorize, BOB, FINANCE, openConnections, openWorld } from './setup.ts';

type Open = Awaited<ReturnType<typeof openWorld>>;
const COLLEAGUE: Viewer = { kind: 'staff', staffId: 'Staff:01JDEM0F1N0000000000000001', roles: ['FINANCE'] };
const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });

const MUTATIONS = {
  issueRefund: `mutation ($input: IssueRefundInput!) { answer: issueRefund(input: $input) { __typename
    ... on IssueRefundSuccess { refund { id amount { amount } } } ... on UserError { message } } }`,
  issueGiftCard: `mutation ($input: IssueGiftCardInput!) { answer: issueGiftCard(input: $input) { __typename
    ... on IssueGiftCardSuccess { code giftCard { id balance { amount } } } ... on UserError { message } } }`,
  grantStoreCredit: `mutation ($input: GrantStoreCreditInput!) { answer: grantStoreCredit(input: $input) { __typename
    ... on GrantStoreCreditSuccess { balance { amount } } ... on UserError { message } } }`,
};

async function send(world: Open, name: keyof typeof MUTATIONS, input: object, viewer: Viewer = FINANCE) {
  const { data, errors } = await world.ask(viewer)(MUTATIONS[name], { input });
  if (errors) throw new Error(JSON.stringify(errors));
  return data.answer;
}

const many = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 12 }, work));

describe('the idempotency key of issueRefund', () => {
  it('makes one refund of requests that come at once, and gives each the same answer', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    const input = { paymentId: payment?.id, amount: eur('20.00'), reason: 'Late', idempotencyKey: 'key-1' };
    await openConnections(world.db);

    const answers = await many(() => send(world, 'issueRefund', input));

    for (const answer of [...answers, await send(world, 'issueRefund', input)]) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ __typename: 'IssueRefundSuccess', refund: { amount: { amount: '20.00' } } });
    expect(world.provider.net(payment?.id ?? '')).toBe(80_00);
  });

  it('is refused with any other input, and nothing is refunded', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    const { payment: other } = await authorize(world, { capture: 'AUTOMATIC' });
    const input = { paymentId: payment?.id, amount: eur('20.00'), reason: 'Late', idempotencyKey: 'key-1' };
    await send(world, 'issueRefund', input);

    for (const change of [{ amount: eur('21.00') }, { amount: null }, { reason: 'Broken' }, { paymentId: other?.id }])
      expect(await send(world, 'issueRefund', { ...input, ...change })).toMatchObject({
        __typename: 'IdempotencyKeyReused',
        message: expect.stringContaining('new key'),
      });
    expect(world.provider.net(payment?.id ?? '')).toBe(80_00);
    expect(world.provider.net(other?.id ?? '')).toBe(100_00);
  });

  it('belongs to one member of staff', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    const input = { paymentId: payment?.id, amount: eur('20.00'), idempotencyKey: 'key-1' };

    const mine = await send(world, 'issueRefund', input);
    const theirs = await send(world, 'issueRefund', input, COLLEAGUE);

    expect(theirs.refund.id).not.toBe(mine.refund.id);
    expect(world.provider.net(payment?.id ?? '')).toBe(60_00);
  });

  it('is still free after input that was wrong', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, { capture: 'AUTOMATIC' });
    const input = { paymentId: payment?.id, amount: eur('-1.00'), idempotencyKey: 'key-1' };

    expect(await send(world, 'issueRefund', input)).toMatchObject({ __typename: 'InvalidInput' });
    expect(await send(world, 'issueRefund', { ...input, amount: null })).toMatchObject({
      refund: { amount: { amount: '100.00' } },
    });
  });
});

describe('the idempotency key of issueGiftCard', () => {
  it('makes one card of requests that come at once, and shows each the same code', async () => {
    await using world = await openWorld();
    const input = { amount: eur('50.00'), idempotencyKey: 'key-1' };
    await openConnections(world.db);

    const answers = await many(() => send(world, 'issueGiftCard', input));

    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0].code).toMatch(/^[2-9B-Z]{4}(-[2-9B-Z]{4}){3}$/);
    expect((await send(world, 'issueGiftCard', input, COLLEAGUE)).code).not.toBe(answers[0].code);
    const { rows } = await world.db.pool.query('SELECT FROM stored_values');
    expect(rows).toHaveLength(2);
  });

  it('is refused with any other input', async () => {
    await using world = await openWorld();
    const input = { amount: eur('50.00'), idempotencyKey: 'key-1', expiresAt: '2090-01-01T00:00:00Z' };
    await send(world, 'issueGiftCard', input);

    for (const change of [{ amount: eur('51.00') }, { customerId: ADA }, { expiresAt: null }])
      expect((await send(world, 'issueGiftCard', { ...input, ...change })).__typename).toBe('IdempotencyKeyReused');
    const { rows } = await world.db.pool.query('SELECT FROM stored_values');
    expect(rows).toHaveLength(1);
  });
});

describe('the idempotency key of grantStoreCredit', () => {
  it('gives once, however many requests come at once', async () => {
    await using world = await openWorld();
    const input = { customerId: ADA, amount: eur('10.00'), idempotencyKey: 'key-1' };
    await openConnections(world.db);

    const answers = await many(() => send(world, 'grantStoreCredit', input));

    for (const answer of answers) expect(answer).toMatchObject({ balance: { amount: '10.00' } });
  });

  it('is refused for another customer, also for one who has credit already', async () => {
    await using world = await openWorld();
    await send(world, 'grantStoreCredit', { customerId: BOB, amount: eur('10.00'), idempotencyKey: 'key-0' });
    const input = { customerId: ADA, amount: eur('10.00'), idempotencyKey: 'key-1' };
    await send(world, 'grantStoreCredit', input);

    for (const change of [
      { customerId: BOB },
      { amount: eur('11.00') },
      { amount: { amount: '10.00', currencyCode: 'USD' } },
    ])
      expect((await send(world, 'grantStoreCredit', { ...input, ...change })).__typename).toBe('IdempotencyKeyReused');
    const { rows } = await world.db.pool.query('SELECT balance_minor FROM stored_values');
    expect(rows).toEqual([{ balance_minor: 1000 }, { balance_minor: 1000 }]);
  });
});
