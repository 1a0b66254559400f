import { waitsFor } from '@cartograph/runtime/testing/meet-locked';
import { describe, expect, it } from 'vitest';
import {
  ADA,
  ada,
  auditLedger,
  authorize,
  bob,
  effect,
  eventually,
  FINANCE,
  inputOf,
  newOrder,
  ORDERS,
  openConnections,
  openWorld,
  voidPayment,
} from './setup.ts';

type Open = Awaited<ReturnType<typeof openWorld>>;

const ISSUE = /* GraphQL */ `
  mutation ($input: IssueGiftCardInput!) {
    issueGiftCard(input: $input) {
      __typename
      ... on IssueGiftCardSuccess { code giftCard { id last4 balance { amount currencyCode } active } }
      ... on InvalidInput { issues { path message } }
    }
  }
`;

async function issue(world: Open, amount: string, key: string, extra: object = {}) {
  const input = { amount: { amount, currencyCode: 'EUR' }, idempotencyKey: key, ...extra };
  return (await world.ask(FINANCE)(ISSUE, { input })).data.issueGiftCard;
}

const lookUp = async (world: Open, code: string, viewer = ada) =>
  await world.ask(viewer)('query ($code: String!) { giftCard(code: $code) { balance { amount } active } }', { code });

const balance = async (world: Open, code: string) => (await lookUp(world, code, FINANCE as typeof ada)).data.giftCard;

const paymentOf = async (world: Open, orderId: string) =>
  (
    await world.ask(FINANCE)(
      `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Order { payment { status cardAmount { amount }
         redemptions { source last4 amount { amount } capturedAmount { amount } refundedAmount { amount } } } } } }`,
      { keys: [{ __typename: 'Order', id: orderId }] },
    )
  ).data._entities[0].payment;

describe('a gift card', () => {
  it('pays once for a request that comes again, to another process, while it is being taken', async () => {
    await using world = await openWorld();
    const { code } = await issue(world, '50.00', 'k');
    const asked = { orderId: newOrder(), amount: '50.00', token: null, giftCardCodes: [code] };
    const amount = { minor: 50_00, currency: 'EUR' };
    const holder = await world.db.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM stored_values FOR UPDATE');
    const first = authorize(world, asked);
    await waitsFor(holder, first);
    // It waits at the order's gate for the first.
    const second = world.operations.authorizePayment(ORDERS, { ...inputOf(asked), amount, email: null });
    await eventually(async () => {
      const { rowCount } = await world.db.pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rowCount === 2;
    });
    await holder.query('COMMIT');
    holder.release();

    expect((await first).__typename).toBe('PaymentAuthorized');
    expect((await second).kind).toBe('PaymentAuthorized');
    expect(await balance(world, code)).toMatchObject({ balance: { amount: '0.00' } });
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });

  it('shows its code to whoever issues it and keeps a digest of it', async () => {
    await using world = await openWorld();
    const first = await issue(world, '50.00', 'k');
    expect(first).toMatchObject({
      __typename: 'IssueGiftCardSuccess',
      giftCard: { balance: { amount: '50.00' }, active: true },
    });
    expect(first.code).toMatch(/^[2-9B-Z]{4}(-[2-9B-Z]{4}){3}$/);
    const again = await issue(world, '50.00', 'k');
    expect(again).toEqual(first);
    const { rows } = await world.db.pool.query('SELECT stored_values::text AS row FROM stored_values');
    expect(rows).toHaveLength(1);
    expect(rows[0].row).not.toContain(first.code.replaceAll('-', ''));
  });

  it('pays first, and the card pays the rest', async () => {
    await using world = await openWorld();
    const { code } = await issue(world, '30.00', 'k');
    const orderId = newOrder();
    await authorize(world, { orderId, giftCardCodes: [code.toLowerCase().replaceAll('-', ' ')] });
    expect(await balance(world, code)).toMatchObject({ balance: { amount: '0.00' } });
    await effect(world, 'capturePayment', orderId);
    expect(await paymentOf(world, orderId)).toEqual({
      status: 'CAPTURED',
      cardAmount: { amount: '70.00' },
      redemptions: [
        {
          source: 'GIFT_CARD',
          last4: code.slice(-4),
          amount: { amount: '30.00' },
          capturedAmount: { amount: '30.00' },
          refundedAmount: { amount: '0.00' },
        },
      ],
    });
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });

  it('pays alone without asking the provider', async () => {
    await using world = await openWorld();
    const { code } = await issue(world, '150.00', 'k');
    const orderId = newOrder();
    const answer = await authorize(world, { orderId, token: null, giftCardCodes: [code], capture: 'AUTOMATIC' });
    expect(answer).toMatchObject({ __typename: 'PaymentAuthorized', payment: { status: 'CAPTURED' } });
    expect(world.provider.calls.authorize + world.provider.calls.capture).toBe(0);
    expect(await balance(world, code)).toMatchObject({ balance: { amount: '50.00' } });
  });

  it('gets its part back when the card is declined, when the order is voided, and at a refund after the card', async () => {
    await using world = await openWorld();
    const { code } = await issue(world, '30.00', 'k');
    await authorize(world, { giftCardCodes: [code], token: 'tok_declined' });
    expect(await balance(world, code)).toMatchObject({ balance: { amount: '30.00' } });

    const voided = newOrder();
    await authorize(world, { orderId: voided, giftCardCodes: [code] });
    expect(await balance(world, code)).toMatchObject({ balance: { amount: '0.00' } });
    await voidPayment(world, voided);
    expect(await balance(world, code)).toMatchObject({ balance: { amount: '30.00' } });

    const refunded = newOrder();
    const { payment } = await authorize(world, { orderId: refunded, giftCardCodes: [code], capture: 'AUTOMATIC' });
    await effect(world, 'refundPayment', refunded, { key: 'a', amount: '70.00' });
    expect(world.provider.net(payment?.id ?? '')).toBe(0);
    expect(await balance(world, code)).toMatchObject({ balance: { amount: '0.00' } });
    await effect(world, 'refundPayment', refunded, { key: 'b' });
    expect(await balance(world, code)).toMatchObject({ balance: { amount: '30.00' } });
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });

  it('pays for parcels before the card does, two gift cards in their order', async () => {
    await using world = await openWorld();
    const first = await issue(world, '30.00', 'a');
    const second = await issue(world, '20.00', 'b');
    const orderId = newOrder();
    const { payment } = await authorize(world, { orderId, giftCardCodes: [second.code, first.code] });
    await effect(world, 'capturePayment', orderId, { key: 'a', amount: '25.00' });
    expect(world.provider.net(payment?.id ?? '')).toBe(0);
    const { redemptions } = await paymentOf(world, orderId);
    expect(
      redemptions.map(({ capturedAmount }: { capturedAmount: { amount: string } }) => capturedAmount.amount),
    ).toEqual(['20.00', '5.00']);
    await effect(world, 'capturePayment', orderId, { key: 'b' });
    expect(world.provider.net(payment?.id ?? '')).toBe(50_00);
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });

  it('is never spent twice when ten orders want it at once', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const { code } = await issue(world, '25.00', 'a');
    const other = await issue(world, '25.00', 'b');
    const orders = Array.from({ length: 10 }, newOrder);
    const answers = await Promise.all(
      orders.map((orderId, index) =>
        authorize(world, {
          orderId,
          amount: '10.00',
          token: null,
          giftCardCodes: index % 2 ? [code, other.code] : [other.code, code],
          capture: 'AUTOMATIC',
        }),
      ),
    );
    expect(answers.filter(({ __typename }) => __typename === 'PaymentAuthorized')).toHaveLength(5);
    const { rows } = await world.db.pool.query(
      'SELECT sum(balance_minor)::int AS balance, sum(reserved_minor)::int AS reserved FROM stored_values',
    );
    expect(rows).toEqual([{ balance: 0, reserved: 0 }]);
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });

  it('goes to one of forty orders that want its last ten euros at once', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    const { code } = await issue(world, '10.00', 'a');
    const one = { amount: '10.00', token: null, giftCardCodes: [code] };
    const answers = await Promise.all(Array.from({ length: 40 }, () => authorize(world, one)));
    expect(answers.filter(({ __typename }) => __typename === 'PaymentAuthorized')).toHaveLength(1);
    expect(answers.filter(({ reason }) => reason === 'GIFT_CARD_INSUFFICIENT')).toHaveLength(39);
  });

  it('is refused when it is unknown, disabled, expired, in another currency, or somebody else’s', async () => {
    await using world = await openWorld();
    const refused = { __typename: 'PaymentRefused', reason: 'GIFT_CARD_INVALID' };
    expect(await authorize(world, { giftCardCodes: ['NO-SUCH-CODE'] })).toMatchObject(refused);
    expect(await authorize(world, { giftCardCodes: ["' OR 1=1 --"] })).toMatchObject(refused);
    const disabled = await issue(world, '50.00', 'a');
    await world.ask(FINANCE)(`mutation ($id: ID!) { disableGiftCard(id: $id) { __typename } }`, {
      id: disabled.giftCard.id,
    });
    expect(await authorize(world, { giftCardCodes: [disabled.code] })).toMatchObject(refused);
    const dollars = await issue(world, '50.00', 'b', { amount: { amount: '50.00', currencyCode: 'USD' } });
    expect(await authorize(world, { giftCardCodes: [dollars.code] })).toMatchObject(refused);
    const expired = await issue(world, '50.00', 'c');
    await world.db.pool.query('UPDATE stored_values SET expires_at = now() WHERE id = $1', [expired.giftCard.id]);
    expect(await authorize(world, { giftCardCodes: [expired.code] })).toMatchObject(refused);
    const bobs = await issue(world, '50.00', 'd', { customerId: 'Customer:01JDEM0B0B0000000000000000' });
    expect(await authorize(world, { buyerId: ADA, giftCardCodes: [bobs.code] })).toMatchObject(refused);
    expect(world.provider.count()).toBe(0);
  });

  it('asks for a card when it does not cover the whole', async () => {
    await using world = await openWorld();
    const { code } = await issue(world, '50.00', 'k');
    const answer = await authorize(world, { token: null, giftCardCodes: [code] });
    expect(answer).toMatchObject({ reason: 'GIFT_CARD_INSUFFICIENT' });
    expect(await balance(world, code)).toMatchObject({ balance: { amount: '50.00' } });
  });

  it('cannot be guessed quickly', async () => {
    await using world = await openWorld();
    for (let index = 0; index < 10; index += 1) expect((await lookUp(world, `GUESS00${index}`)).errors).toBeUndefined();
    expect((await lookUp(world, 'GUESS010')).errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
    expect((await lookUp(world, 'GUESS010', bob)).errors).toBeUndefined();

    // Who has guessed is known no longer than it matters: guests come and go.
    await world.db.pool.query(
      `UPDATE lookup_budgets SET window_start = now() - interval '2 minutes' WHERE viewer_id <> $1`,
      [ADA],
    );
    await world.operations.recoverPayments();
    expect((await world.db.pool.query('SELECT viewer_id FROM lookup_budgets')).rows).toEqual([{ viewer_id: ADA }]);
  });

  it('is not issued for nonsense', async () => {
    await using world = await openWorld();
    for (const amount of ['0.00', '-5.00', '1000000.01'])
      expect(await issue(world, amount, `k${amount}`)).toMatchObject({ __typename: 'InvalidInput' });
    expect(await issue(world, '5.00', 'k', { expiresAt: '2020-01-01T00:00:00Z' })).toMatchObject({
      issues: [{ path: ['expiresAt'] }],
    });
    expect(await issue(world, '5.00', 'k', { customerId: 'Order:1' })).toMatchObject({
      issues: [{ path: ['customerId'] }],
    });
  });
});

describe('store credit', () => {
  const grant = async (world: Open, amount: string, key: string) =>
    (
      await world.ask(FINANCE)(
        `mutation ($input: GrantStoreCreditInput!) { grantStoreCredit(input: $input) { __typename
           ... on GrantStoreCreditSuccess { balance { amount } customer { id storeCredit { amount currencyCode } } } } }`,
        { input: { customerId: ADA, amount: { amount, currencyCode: 'EUR' }, idempotencyKey: key } },
      )
    ).data.grantStoreCredit;

  it('is given once per key and adds up', async () => {
    await using world = await openWorld();
    await openConnections(world.db);
    await Promise.all(Array.from({ length: 8 }, () => grant(world, '10.00', 'a')));
    expect(await grant(world, '5.00', 'b')).toMatchObject({ balance: { amount: '15.00' } });
    expect(await grant(world, '6.00', 'b')).toMatchObject({ __typename: 'IdempotencyKeyReused' });
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });

  it('pays after gift cards and before the card, for its owner alone', async () => {
    await using world = await openWorld();
    await grant(world, '40.00', 'a');
    const { code } = await issue(world, '30.00', 'k');
    const bobs = newOrder();
    await authorize(world, { orderId: bobs, buyerId: 'Customer:01JDEM0B0B0000000000000000', useStoreCredit: true });
    expect(await paymentOf(world, bobs)).toMatchObject({ cardAmount: { amount: '100.00' } });
    const orderId = newOrder();
    await authorize(world, { orderId, giftCardCodes: [code], useStoreCredit: true, capture: 'AUTOMATIC' });
    expect(await paymentOf(world, orderId)).toMatchObject({
      cardAmount: { amount: '30.00' },
      redemptions: [{ source: 'GIFT_CARD' }, { source: 'STORE_CREDIT', capturedAmount: { amount: '40.00' } }],
    });
    expect(await auditLedger(world.db)).toEqual({ unbalanced: 0, drift: 0 });
  });
});
