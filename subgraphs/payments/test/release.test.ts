import { Unavailable } from '@cartograph/kernel/errors';
import { describe, expect, it } from 'vitest';
import type { FakeProvider } from './fakes.ts';
import {
  auditLedger,
  authorize,
  effect,
  FINANCE,
  newOrder,
  ORDERS,
  openConnections,
  openWorld,
  voidPayment,
  type World,
} from './setup.ts';

const SUCCESS = { __typename: 'PaymentEffectSuccess' };
const refusedAs = (reason: string) => ({ __typename: 'PaymentEffectRefused', reason });
const BALANCED = { unbalanced: 0, drift: 0 };
const ISSUE = /* GraphQL */ `
  mutation ($input: IssueGiftCardInput!) { issueGiftCard(input: $input) { ... on IssueGiftCardSuccess { code } } }
`;
const RELEASED = /* GraphQL */ `
  mutation ($orderId: ID!, $key: String!) {
    answer: releasePayment(orderId: $orderId, key: $key) { ... on PaymentEffectSuccess { released { amount } } }
  }
`;
const ORDER = /* GraphQL */ `
  query ($keys: [_Any!]!) {
    _entities(representations: $keys) {
      ... on Order { payment { status authorizedAmount { amount } redemptions { releasedAmount { amount } capturedAmount { amount } } } }
    }
  }
`;

async function issue({ ask }: World<FakeProvider>, amount: string): Promise<string> {
  const input = { amount: { amount, currencyCode: 'EUR' }, idempotencyKey: `card-${amount}` };
  return (await ask(FINANCE)(ISSUE, { input })).data.issueGiftCard.code;
}

const balanceOf = async ({ ask }: World<FakeProvider>, code: string): Promise<string> =>
  (await ask(FINANCE)('query ($code: String!) { giftCard(code: $code) { balance { amount } } }', { code })).data
    .giftCard.balance.amount;

const paymentOf = async ({ ask }: World<FakeProvider>, id: string) =>
  (await ask(FINANCE)(ORDER, { keys: [{ __typename: 'Order', id }] })).data._entities[0].payment;

/** An order of 100.00: gift cards of 30.00 and 50.00 pay 80.00 of it, a card the rest. */
async function openPaid() {
  const world = await openWorld();
  const orderId = newOrder();
  const codes = [await issue(world, '30.00'), await issue(world, '50.00')] as const;
  const { payment } = await authorize(world, { orderId, giftCardCodes: codes });
  const capture = (key: string, amount?: string) =>
    effect(world, 'capturePayment', orderId, { key, ...(amount && { amount }) });
  const release = (key: string, amount?: string) =>
    effect(world, 'releasePayment', orderId, { key, ...(amount && { amount }) });
  const balances = async () => [await balanceOf(world, codes[0]), await balanceOf(world, codes[1])];
  return { world, orderId, paymentId: payment?.id ?? '', capture, release, balances };
}

describe('releasePayment', () => {
  it('lets go of the card first, then of the last gift card, and leaves the rest to be captured', async () => {
    const { world, orderId, paymentId, capture, release, balances } = await openPaid();
    await using _ = world;
    await capture('a', '25.00');
    expect(await release('edit', '45.00')).toMatchObject({ ...SUCCESS, payment: { status: 'PARTIALLY_CAPTURED' } });
    expect(await balances()).toEqual(['0.00', '25.00']);
    expect(await capture('b', '30.01')).toMatchObject(refusedAs('EXCEEDS_AUTHORIZED'));
    expect(await capture('c', '30.00')).toMatchObject({ ...SUCCESS, payment: { status: 'CAPTURED' } });
    expect(await paymentOf(world, orderId)).toEqual({
      status: 'CAPTURED',
      authorizedAmount: { amount: '55.00' },
      redemptions: [
        { capturedAmount: { amount: '30.00' }, releasedAmount: { amount: '0.00' } },
        { capturedAmount: { amount: '25.00' }, releasedAmount: { amount: '25.00' } },
      ],
    });
    expect(await balances()).toEqual(['0.00', '25.00']);
    expect(world.provider.net(paymentId)).toBe(0);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('lets go of all that is left, after which nothing can be captured', async () => {
    const { world, orderId, capture, release, balances } = await openPaid();
    await using _ = world;
    await capture('a', '25.00');
    expect(await release('end')).toMatchObject({ ...SUCCESS, payment: { status: 'CAPTURED' } });
    expect(await release('end')).toMatchObject(SUCCESS);
    expect(await release('again')).toMatchObject(SUCCESS);
    expect(await balances()).toEqual(['5.00', '50.00']);
    expect(await capture('b', '0.01')).toMatchObject(refusedAs('NOT_AUTHORIZED'));
    expect(await release('c', '0.01')).toMatchObject(refusedAs('EXCEEDS_AUTHORIZED'));
    await effect(world, 'refundPayment', orderId);
    expect(await balances()).toEqual(['30.00', '50.00']);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('happens once per key, and with captures never lets go of more than is reserved, when all meet', async () => {
    const { world, capture, release } = await openPaid();
    await using _ = world;
    await openConnections(world.db);
    const rounds = Array.from({ length: 24 }, (_, index) => index % 8);
    const answers = await Promise.all(
      rounds.map((n) => (n % 2 ? capture(`part-${n}`, '15.00') : release(`part-${n}`, '15.00'))),
    );
    const { rows } = await world.db.pool.query(
      `SELECT authorized_minor, captured_minor, capturing_minor, (SELECT sum(amount_minor)::int FROM effects WHERE kind = 'RELEASE') AS released
       FROM payments`,
    );
    const [{ authorized_minor, captured_minor, capturing_minor, released }] = rows;
    expect(authorized_minor + released).toBe(100_00);
    expect(captured_minor + released).toBe(90_00);
    expect(capturing_minor).toBe(0);
    expect(answers.filter(({ __typename }) => __typename === SUCCESS.__typename).length).toBeGreaterThanOrEqual(18);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('has one answer for requests of one key that meet, also for the last of what is reserved', async () => {
    const { world, release } = await openPaid();
    await using _ = world;
    await openConnections(world.db);
    const answers = await Promise.all(Array.from({ length: 8 }, () => release('all', '99.00')));
    for (const answer of answers) expect(answer).toMatchObject(SUCCESS);
    await expect(release('all', '1.00')).rejects.toThrow('BAD_USER_INPUT');
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('gives the card’s reservation up at the provider when nothing is left, and can be repeated', async () => {
    const { world, paymentId, capture, release, balances } = await openPaid();
    await using _ = world;
    expect(await release('all')).toMatchObject({ ...SUCCESS, payment: { status: 'VOIDED' } });
    expect(world.provider.snapshot(paymentId).status).toBe('voided');
    expect(await release('all')).toMatchObject({ ...SUCCESS, payment: null });
    expect(await capture('a')).toMatchObject(refusedAs('NOT_FOUND'));
    expect(await balances()).toEqual(['30.00', '50.00']);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('is finished by the recovery job when the process ends before the provider is asked', async () => {
    const { world, paymentId, capture, release, balances } = await openPaid();
    await using _ = world;
    world.provider.before = () => {
      throw new Unavailable('payment provider');
    };
    await expect(release('all')).rejects.toThrow('SERVICE_UNAVAILABLE');
    expect(await balances()).toEqual(['30.00', '50.00']);
    expect(await capture('a', '1.00')).toMatchObject(refusedAs('EXCEEDS_AUTHORIZED'));
    world.provider.before = () => {};
    await world.makeDue();
    await world.operations.recoverPayments();
    expect(world.provider.snapshot(paymentId).status).toBe('voided');
    expect(await release('all')).toMatchObject({ ...SUCCESS, payment: null });
    expect(await balances()).toEqual(['30.00', '50.00']);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('has nothing to let go of before the money is reserved, or where there is no payment', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    expect(await effect(world, 'releasePayment', orderId)).toEqual({ ...SUCCESS, payment: null });
    await authorize(world, { orderId, token: 'tok_3ds' });
    expect(await effect(world, 'releasePayment', orderId)).toMatchObject(refusedAs('NOT_AUTHORIZED'));
  });
});

describe('what releasePayment has let go', () => {
  /** An order of 40.00, which a gift card of 50.00 pays; and what can be done with that card. */
  async function openGift() {
    const world = await openWorld();
    const orderId = newOrder();
    const code = await issue(world, '50.00');
    const pay = async (order: string, amount: string) =>
      (await authorize(world, { orderId: order, amount, token: null, giftCardCodes: [code] })).__typename;
    await pay(orderId, '40.00');
    const release = async (key: string) => {
      const { data, errors } = await world.ask(ORDERS)(RELEASED, { orderId, key });
      if (errors) throw new Error(JSON.stringify(errors));
      return data.answer.released?.amount ?? null;
    };
    return { world, orderId, pay, release };
  }

  it('is told under its key, once and ever after, and can be spent again', async () => {
    const { world, orderId, pay, release } = await openGift();
    await using _ = world;
    await effect(world, 'capturePayment', orderId, { amount: '15.00' });
    expect(await pay(newOrder(), '35.00')).toBe('PaymentRefused');
    expect([await release('a'), await release('a'), await release('b')]).toEqual(['25.00', '25.00', null]);
    expect(await pay(newOrder(), '35.00')).toBe('PaymentAuthorized');
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('is told to all who ask under one key at once, also when the payment ends with it', async () => {
    const { world, release } = await openGift();
    await using _ = world;
    await openConnections(world.db);
    const answers = await Promise.all(Array.from({ length: 8 }, () => release('a')));
    expect(new Set(answers)).toEqual(new Set(['40.00']));
    expect([await release('a'), await release('b')]).toEqual(['40.00', null]);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });
});

describe('voidPayment of an order of which a part was captured', () => {
  it('gives that part back, and lets go of what is still reserved', async () => {
    const { world, orderId, paymentId, capture, balances } = await openPaid();
    await using _ = world;
    await capture('a', '85.00');
    await effect(world, 'refundPayment', orderId, { key: 'b', amount: '5.00' });
    expect(await voidPayment(world, orderId)).toMatchObject({ ...SUCCESS, payment: { status: 'REFUNDED' } });
    expect(world.provider.net(paymentId)).toBe(0);
    expect(await balances()).toEqual(['30.00', '50.00']);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });

  it('lets go of it also when what was captured went back before', async () => {
    const { world, orderId, capture, balances } = await openPaid();
    await using _ = world;
    await capture('a', '25.00');
    await effect(world, 'refundPayment', orderId);
    expect(await balances()).toEqual(['25.00', '0.00']);
    await voidPayment(world, orderId);
    await voidPayment(world, orderId);
    expect(await balances()).toEqual(['30.00', '50.00']);
    expect(await auditLedger(world.db)).toEqual(BALANCED);
  });
});
