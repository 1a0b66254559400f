import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { openChannelShop } from './open-channel.ts';
import { openEdits, pieces } from './open-edits.ts';
import { eventually, neighbour, openShop, staff } from './open-shop.ts';

const REFUND_ISSUED = /* GraphQL */ `
  mutation ($orderId: ID!, $refundId: ID!, $amount: MoneyInput!, $reason: String, $staffId: ID) {
    refundIssued(orderId: $orderId, refundId: $refundId, amount: $amount, reason: $reason, staffId: $staffId)
  }
`;
const TIMELINE = /* GraphQL */ `
  query ($id: ID!) { order(id: $id) { timeline(first: 50) { nodes { type message by staffId subjectId } } } }
`;
const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });

type Test = Awaited<ReturnType<typeof openEdits>>;

const mailsOf = ({ neighbours }: Test, template: string) =>
  [...neighbours.mails.values()].filter((mail) => mail.template === template);

async function mailOf(test: Test, template: string): Promise<any> {
  await eventually(() => mailsOf(test, template).length > 0);
  return mailsOf(test, template)[0];
}

const settled = ({ db }: Pick<Test, 'db'>) =>
  eventually(async () => (await db.pool.query('SELECT FROM outbox')).rowCount === 0);

describe('the mail about a refund', () => {
  it('names the amount that went back, once per refund, however often payments tells of it', async () => {
    await using test = await openEdits();
    const { order, shop, ada } = test;
    await test.db.pool.query(`UPDATE orders SET locale = 'de'`);
    const first = { orderId: order.id, refundId: newId('Refund'), amount: euros('12.34'), reason: 'Late' };
    const second = { ...first, refundId: newId('Refund'), amount: euros('5.00'), reason: null };
    await Promise.all([first, first, second, first].map((news) => shop.as(neighbour)(REFUND_ISSUED, news)));
    await settled(test);
    const mail = { template: 'refund-issued', to: 'ada@example.com', locale: 'de', customerId: ada.customerId };
    const data = { orderId: order.id, orderNumber: order.number, name: 'Ada Lovelace' };
    const mails = mailsOf(test, 'refund-issued').sort((one, other) => (one.key < other.key ? -1 : 1));
    expect(mails).toEqual([
      { ...mail, key: `${first.refundId}:refund-issued`, data: { ...data, refund: euros('12.34'), reason: 'Late' } },
      { ...mail, key: `${second.refundId}:refund-issued`, data: { ...data, refund: euros('5.00'), reason: null } },
    ]);
    // Told again after it was sent.
    expect((await shop.as(neighbour)(REFUND_ISSUED, first)).data.refundIssued).toBe(false);
    expect((await test.db.pool.query('SELECT FROM outbox')).rowCount).toBe(0);
  });

  it('goes out by whoever is left when the first process ends, and once when its answer was lost', async () => {
    await using test = await openEdits({ relay: false });
    const { order, neighbours } = test;
    const news = { orderId: order.id, refundId: newId('Refund'), amount: euros('1.00') };
    await test.shop.as(neighbour)(REFUND_ISSUED, news);
    neighbours.failing.set('messages.send', { at: 'after', times: 1 });
    await using _next = await openShop(test.db, neighbours);
    await settled(test);
    expect(mailsOf(test, 'refund-issued')).toHaveLength(1);
  });

  it('is not for the buyer of a sales channel, who hears of it there', async () => {
    await using one = await openChannelShop();
    one.fake.sell({ lines: [{ sku: one.addVariant(1).sku }] });
    await one.takeIn();
    const [order] = await one.orders();
    const news = { orderId: order.id, refundId: newId('Refund'), amount: euros('1.00') };
    expect((await one.shop.as(neighbour)(REFUND_ISSUED, news)).data.refundIssued).toBe(true);
    await settled(one);
    expect(one.neighbours.count('messages.send')).toBe(0);
  });

  it('stands on the timeline with amount and reason when staff gave it back in payments, once, and for webhooks', async () => {
    await using test = await openEdits();
    const { order, shop, ada, db } = test;
    const ids = [newId('Refund'), newId('Refund')];
    const news = { orderId: order.id, amount: euros('5.00'), staffId: newId('Staff') };
    await Promise.all(
      [...ids, ...ids].map((refundId) =>
        shop.as(neighbour)(REFUND_ISSUED, { ...news, refundId, reason: refundId === ids[0] ? 'Scratched' : null }),
      ),
    );
    // What orders has given back itself is told by whoever asked for it.
    await shop.as(neighbour)(REFUND_ISSUED, { ...news, refundId: newId('Refund'), staffId: null });
    const read = async (viewer: Parameters<typeof shop.as>[0]) =>
      (await shop.as(viewer)(TIMELINE, { id: order.id })).data.order.timeline.nodes
        .filter(({ type }: { type: string }) => type === 'PAYMENT_REFUNDED')
        .sort((one: { message: string }, other: { message: string }) => (one.message < other.message ? -1 : 1));
    const told = { type: 'PAYMENT_REFUNDED', by: 'STAFF' };
    expect(await read(staff)).toEqual([
      { ...told, message: '5.00 EUR was given back.', staffId: news.staffId, subjectId: ids[1] },
      { ...told, message: '5.00 EUR was given back: Scratched', staffId: news.staffId, subjectId: ids[0] },
    ]);
    expect((await read(ada)).map(({ staffId }: { staffId: string | null }) => staffId)).toEqual([null, null]);
    await settled({ db });
  });

  it('is ordered by payments alone, and of an order that there is', async () => {
    await using test = await openEdits();
    const news = { orderId: test.order.id, refundId: newId('Refund'), amount: euros('1.00') };
    const { errors } = await test.shop.as(test.ada)(REFUND_ISSUED, news);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const { data } = await test.shop.as(neighbour)(REFUND_ISSUED, { ...news, orderId: newId('Order') });
    expect(data.refundIssued).toBe(false);
    await settled(test);
    expect(mailsOf(test, 'refund-issued')).toEqual([]);
  });
});

describe('the mail about a payment that an edit makes due', () => {
  it('names what is left to pay, until when and where, once', async () => {
    const now = new Date('2026-03-01T12:00:00Z');
    await using test = await openEdits({ clock: () => now });
    const { edit } = await test.edit({
      remove: pieces(test.lineIds[0], 1),
      add: [{ variantId: test.globe, quantity: 1 }],
    });
    const { id } = edit.followUp;
    expect(await mailOf(test, 'payment-due')).toMatchObject({
      key: `${id}:payment-due`,
      to: 'ada@example.com',
      data: {
        orderId: id,
        total: euros('25.00'),
        due: euros('5.10'),
        payBy: '2026-03-04T12:00:00.000Z',
        url: `https://shop.test/pay?id=${encodeURIComponent(id)}`,
        lines: [{ title: 'Atlas, Pocket', quantity: 1 }],
      },
    });
    await test.pay(test.ada, { orderId: id, payment: { token: 'tok_declined' } });
    await test.pay(test.ada, { orderId: id, payment: { token: 'tok_ok' } });
    await test.settled();
    await settled(test);
    expect(test.neighbours.calls.filter((call) => call === 'messages.send')).toHaveLength(3);
  });

  it('does not go out once the order is paid', async () => {
    await using test = await openEdits({ relay: false });
    const { edit } = await test.edit({ add: [{ variantId: test.globe, quantity: 1 }] });
    await test.pay(test.ada, { orderId: edit.followUp.id, payment: { token: 'tok_ok' } });
    await test.settled();
    await using _relay = await openShop(test.db, test.neighbours);
    await settled(test);
    expect(mailsOf(test, 'payment-due')).toEqual([]);
    expect(mailsOf(test, 'order-confirmed')).toHaveLength(2);
  });

  it('does not go out where nothing is due', async () => {
    await using test = await openEdits();
    await test.edit({ remove: pieces(test.lineIds[0], 1), add: [{ variantId: test.map, quantity: 1 }] });
    await test.settled();
    await settled(test);
    expect(mailsOf(test, 'payment-due')).toEqual([]);
  });
});

describe('the mail about a cancellation', () => {
  // 3 × 19.90, 5.00 and 4.90 for shipping.
  it('names the whole amount where nothing went back before', async () => {
    await using test = await openEdits();
    await settled(test);
    await test.cancel(test.ada, { orderId: test.order.id });
    expect((await mailOf(test, 'order-cancelled')).data.refund).toEqual(euros('69.60'));
  });

  it('names what an edit has left of it', async () => {
    await using test = await openEdits();
    await test.edit({ remove: pieces(test.lineIds[0], 2) });
    await test.cancel(test.ada, { orderId: test.order.id });
    expect((await mailOf(test, 'order-cancelled')).data.refund).toEqual(euros('29.80'));
  });

  it('does not name what staff had given back before', async () => {
    await using test = await openEdits();
    await settled(test);
    const account = test.neighbours.accounts.get(test.order.id);
    account?.refunds.set('by staff', { minor: 5000, currency: 'EUR' });
    await test.cancel(test.ada, { orderId: test.order.id });
    expect((await mailOf(test, 'order-cancelled')).data.refund).toEqual(euros('19.60'));
  });

  it('does not name what pays for something else, and names it when that is cancelled, too', async () => {
    await using test = await openEdits();
    const { edit } = await test.edit({
      remove: pieces(test.lineIds[0], 1),
      add: [{ variantId: test.map, quantity: 1 }],
    });
    await test.settled();
    await test.cancel(test.ada, { orderId: test.order.id });
    expect((await mailOf(test, 'order-cancelled')).data.refund).toEqual(euros('49.70'));
    await test.cancel(test.ada, { orderId: edit.followUp.id });
    await eventually(() => mailsOf(test, 'order-cancelled').length === 2);
    expect(mailsOf(test, 'order-cancelled')[1]?.data).toMatchObject({ refund: euros('5.00') });
    expect(test.neighbours.refunded(test.order.id)).toBe(6960);
  });

  it('names nothing where money is taken when the goods leave', async () => {
    await using test = await openEdits({ checkout: { capture: 'on_shipment' } });
    await test.cancel(test.ada, { orderId: test.order.id });
    expect((await mailOf(test, 'order-cancelled')).data.refund).toBeNull();
  });
});
