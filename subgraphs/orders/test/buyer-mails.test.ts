import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { openEdits } from './open-edits.ts';
import { eventually, neighbour, openShop } from './open-shop.ts';

const REFUND_ISSUED = /* GraphQL */ `
  mutation ($orderId: ID!, $refundId: ID!, $amount: MoneyInput!, $reason: String) {
    refundIssued(orderId: $orderId, refundId: $refundId, amount: $amount, reason: $reason)
  }
`;
const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });

type Test = Awaited<ReturnType<typeof openEdits>>;

const mailsOf = ({ neighbours }: Test, template: string) =>
  [...neighbours.mails.values()].filter((mail) => mail.template === template);

const settled = ({ db }: Test) => eventually(async () => (await db.pool.query('SELECT FROM outbox')).rowCount === 0);

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

