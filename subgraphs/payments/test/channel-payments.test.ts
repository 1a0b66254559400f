import type { Viewer } from '@cartograph/kernel/viewer';
import { describe, expect, it } from 'vitest';
import { createOperations } from '../src/operations/index.ts';
import type { FakeProvider } from './fakes.ts';
import {
  ada,
  auditLedger,
  authorize,
  effect,
  FINANCE,
  inputOf,
  newOrder,
  type World as OpenWorld,
  ORDERS,
  openWorld,
  voidPayment,
} from './setup.ts';

type World = OpenWorld<FakeProvider>;

const AUTHORIZE = 'mutation ($input: AuthorizePaymentInput!) { authorizePayment(input: $input) { __typename } }';
const REFUND = /* GraphQL */ `
  mutation ($input: IssueRefundInput!) { issueRefund(input: $input) { __typename ... on RefundRefused { reason } } }
`;

const throughAmazon = { channel: 'amazon', token: null, capture: 'MANUAL' } as const;

const balances = async (world: World) => {
  const { data } = await world.ask(FINANCE)('{ ledgerBalances { account balance { amount } } }');
  return Object.fromEntries(data.ledgerBalances.map(({ account, balance }: any) => [account, balance.amount]));
};

const codeFor = async (world: World, viewer: Viewer, given: object) => {
  const { errors } = await world.ask(viewer)(AUTHORIZE, { input: { ...inputOf(throughAmazon), ...given } });
  return errors?.[0]?.extensions.code;
};

const paymentOf = async (world: World, orderId: string) => {
  const { rows } = await world.db.pool.query('SELECT * FROM payments WHERE order_id = $1', [orderId]);
  expect(rows).toHaveLength(1);
  return rows[0];
};

const expectSound = async (world: World) => {
  expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  expect(await world.ports.reconciliations.drift()).toEqual([]);
  expect(world.provider.count()).toBe(0);
};

describe('what a sales channel has collected', () => {
  it('is taken at once, asks no provider, and is owed by the channel', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    expect(await authorize(world, { ...throughAmazon, orderId })).toMatchObject({ __typename: 'PaymentAuthorized' });
    const { status, channel, provider, captured_minor } = await paymentOf(world, orderId);
    expect({ status, channel, provider, captured_minor }).toEqual({
      ...{ status: 'CAPTURED', channel: 'amazon', provider: null, captured_minor: 100_00 },
    });
    expect(await balances(world)).toEqual({ CHANNELS: '100.00', ORDERS: '-100.00' });
    // What the shop's capture policy asks for besides is the case already.
    expect((await effect(world, 'capturePayment', orderId)).__typename).toBe('PaymentEffectSuccess');
    expect(await balances(world)).toEqual({ CHANNELS: '100.00', ORDERS: '-100.00' });
    await expectSound(world);
  });

  it('is one payment however often, and at once, it is told', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const answers = await Promise.all(Array.from({ length: 8 }, () => authorize(world, { ...throughAmazon, orderId })));
    expect(new Set(answers.map(({ payment }) => payment?.id)).size).toBe(1);
    expect(await balances(world)).toEqual({ CHANNELS: '100.00', ORDERS: '-100.00' });
    await expectSound(world);
  });

  it('goes back to the channel in parts, and never more than was collected', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    await authorize(world, { ...throughAmazon, orderId });
    await effect(world, 'refundPayment', orderId, { key: 'part', amount: '30.00' });
    await effect(world, 'refundPayment', orderId, { key: 'part', amount: '30.00' });
    expect(await balances(world)).toEqual({ CHANNELS: '70.00', ORDERS: '-70.00' });
    const more = await effect(world, 'refundPayment', orderId, { key: 'more', amount: '70.01' });
    expect(more).toMatchObject({ __typename: 'PaymentEffectRefused', reason: 'EXCEEDS_CAPTURED' });
    expect((await voidPayment(world, orderId)).__typename).toBe('PaymentEffectSuccess');
    expect(await balances(world)).toEqual({ CHANNELS: '0.00', ORDERS: '0.00' });
    await expectSound(world);
  });

  it('is taken by the recovery job when the process died before it was', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    const dying = {
      ...world.ports,
      effects: { ...world.ports.effects, claim: () => Promise.reject(new Error('killed')) },
    };
    const input = {
      ...inputOf({ ...throughAmazon, orderId }),
      amount: { minor: 100_00, currency: 'EUR' },
      email: null,
    };
    await expect(createOperations(dying).authorizePayment(ORDERS, input)).rejects.toThrow('killed');
    expect((await paymentOf(world, orderId)).status).toBe('AUTHORIZED');

    await world.makeDue();
    await world.operations.recoverPayments();
    expect((await paymentOf(world, orderId)).status).toBe('CAPTURED');
    expect(await balances(world)).toEqual({ CHANNELS: '100.00', ORDERS: '-100.00' });
    await expectSound(world);
  });

  it('is never charged once the order was voided', async () => {
    await using world = await openWorld();
    const orderId = newOrder();
    await voidPayment(world, orderId);
    expect(await authorize(world, { ...throughAmazon, orderId })).toMatchObject({
      ...{ __typename: 'PaymentRefused', reason: 'VOIDED' },
    });
    expect(await balances(world)).toEqual({});
  });

  it('is believed to orders alone', async () => {
    await using world = await openWorld();
    expect(await codeFor(world, ada, {})).toBe('FORBIDDEN');
    expect(await codeFor(world, FINANCE, {})).toBe('FORBIDDEN');
    expect(await codeFor(world, { kind: 'service', service: 'shipping' }, {})).toBe('FORBIDDEN');
    expect((await world.db.pool.query('SELECT FROM payments')).rowCount).toBe(0);
  });

  it('leaves nothing to pay in another way', async () => {
    await using world = await openWorld();
    expect(await codeFor(world, ORDERS, { token: 'tok_success' })).toBe('BAD_USER_INPUT');
    expect(await codeFor(world, ORDERS, { giftCardCodes: ['ABCDEF12'] })).toBe('BAD_USER_INPUT');
    expect(await codeFor(world, ORDERS, { useStoreCredit: true })).toBe('BAD_USER_INPUT');
    expect((await world.db.pool.query('SELECT FROM payments')).rowCount).toBe(0);
  });

  it('is not given back by staff behind the back of orders, who would not tell the channel', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, throughAmazon);
    const input = { paymentId: payment?.id, idempotencyKey: 'refund-it', amount: null };
    const { data } = await world.ask(FINANCE)(REFUND, { input });
    expect(data.issueRefund).toEqual({ __typename: 'RefundRefused', reason: 'PAID_THROUGH_CHANNEL' });
    expect(await balances(world)).toEqual({ CHANNELS: '100.00', ORDERS: '-100.00' });
  });

  it('is shown to staff with its channel, and reported when the books and the payments differ', async () => {
    await using world = await openWorld();
    const { payment } = await authorize(world, throughAmazon);
    const { data } = await world.ask(FINANCE)('query ($id: ID!) { payment(id: $id) { channel provider } }', {
      id: payment?.id,
    });
    expect(data.payment).toEqual({ channel: 'amazon', provider: null });
    await world.db.pool.query(
      `INSERT INTO ledger_entries (transaction_id, account_id, kind, currency, amount_minor)
       VALUES ('t', 'CHANNELS', 'CAPTURE', 'EUR', 1), ('t', 'ORDERS', 'CAPTURE', 'EUR', -1)`,
    );
    expect(await world.ports.reconciliations.drift()).toMatchObject([{ reference: 'CHANNELS in EUR' }]);
  });
});
