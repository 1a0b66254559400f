import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { arrived, buy, openReturns, returnsOf } from './open-returns.ts';
import { eventually, openShop, orderOf } from './open-shop.ts';

const inCents = (answer: any): number => Math.round(Number(answer.return.refundAmount.amount) * 100);

describe('receiveReturn', () => {
  it('refunds what has arrived, puts back what can be sold again, and mails the buyer', async () => {
    await using test = await openReturns();
    const { ada, atlas, neighbours, order, returns } = test;
    const { returnId, lineId } = await test.approved(3);
    const lines = [
      { lineId, quantity: 1, condition: 'RESALEABLE' },
      { lineId, quantity: 1, condition: 'DAMAGED' },
    ];

    const answer = await returns.receive({ returnId, lines });

    expect(answer).toMatchObject({
      __typename: 'ReceiveReturnSuccess',
      replayed: false,
      return: {
        status: 'CLOSED',
        // Two of three pieces of 59.70 less 5.00.
        refundAmount: { amount: '36.47', currencyCode: 'EUR' },
        refundsShipping: false,
        lines: [
          {
            quantity: 3,
            receivedQuantity: 2,
            inspected: [
              { condition: 'RESALEABLE', quantity: 1 },
              { condition: 'DAMAGED', quantity: 1 },
            ],
          },
        ],
      },
    });
    expect(neighbours.refunded(order.id)).toBe(3647);
    expect(neighbours.sold(atlas)).toBe(2);
    await eventually(() => neighbours.mails.has(`${returnId}:return-received`));
    expect(neighbours.mails.get(`${returnId}:return-received`)).toMatchObject({
      template: 'return-received',
      to: 'ada@example.com',
      data: {
        returnNumber: answer.return.number,
        lines: [{ title: 'Atlas, Pocket', quantity: 2 }],
        refund: { amount: '36.47', currencyCode: 'EUR' },
      },
    });
    expect(await test.timeline()).toEqual(['RETURN_REQUESTED', 'RETURN_APPROVED', 'RETURN_RECEIVED', 'RETURN_CLOSED']);
    // The third piece has not come back, and may be asked for anew.
    expect(await returns.request(ada, test.goods(1))).toMatchObject({ __typename: 'RequestReturnSuccess' });
    expect(await returns.request(ada, test.goods(1))).toMatchObject({ __typename: 'QuantityNotReturnable' });
  });

  it('loses no cent over several returns, shipping included', async () => {
    await using test = await openReturns();
    const { neighbours, order, returns } = test;
    const amounts: number[] = [];
    for (const refundShipping of [false, true, false]) {
      const asked = await test.approved(1);
      amounts.push(inCents(await returns.receive({ ...arrived(asked, 1), refundShipping })));
    }
    expect(amounts).toEqual([1823, 1824 + 490, 1823]);
    expect(neighbours.refunded(order.id)).toBe(5960);
    expect(neighbours.accounts.get(order.id)?.amount.minor).toBe(5960);
  });

  it('counts every other receipt of the order that happens at once', async () => {
    await using test = await openReturns();
    const { neighbours, order, returns } = test;
    const asked = [await test.approved(1), await test.approved(1), await test.approved(1)];
    const answers = await Promise.all(
      asked.map((one) => returns.receive({ ...arrived(one, 1), refundShipping: true })),
    );
    const received = answers.filter(({ __typename }) => __typename === 'ReceiveReturnSuccess');
    const refused = answers.filter(({ __typename }) => __typename === 'InvalidInput');
    expect([received.length, refused.length]).toEqual([1, 2]);
    expect(refused[0].issues[0].path).toEqual(['refundShipping']);
    const rest = asked.filter(({ returnId }) => returnId !== received[0].return.id);
    await Promise.all(rest.map((one) => returns.receive(arrived(one, 1))));
    expect(neighbours.refunded(order.id)).toBe(5960);
  });

  it('happens once per key and once per return, however often and at once it is asked', async () => {
    await using test = await openReturns();
    const { atlas, neighbours, order, returns } = test;
    const asked = await test.approved(2);
    const same = { ...arrived(asked, 2), idempotencyKey: 'receive-key-1' };

    const answers = await Promise.all([
      ...[1, 2, 3, 4].map(() => returns.receive(same)),
      ...[1, 2, 3].map(() => returns.receive(arrived(asked, 2))),
    ]);

    const names = answers.map(({ __typename }) => __typename);
    expect(names).toContain('ReceiveReturnSuccess');
    for (const name of names) expect(['ReceiveReturnSuccess', 'ReturnStatusConflict']).toContain(name);
    expect(answers.filter(({ replayed }) => replayed === false)).toHaveLength(1);
    expect(neighbours.refunded(order.id)).toBe(3647);
    expect(neighbours.count('payments.refund')).toBe(1);
    expect(neighbours.count('stock.restock')).toBe(1);
    expect(neighbours.sold(atlas)).toBe(1);
  });

  it('answers a repeated key as before, and refuses it with other input', async () => {
    await using test = await openReturns();
    const asked = await test.approved(2);
    const same = { ...arrived(asked, 2), idempotencyKey: 'receive-key-1' };
    await test.returns.receive(same);
    expect(await test.returns.receive(same)).toMatchObject({ __typename: 'ReceiveReturnSuccess', replayed: true });
    const other = await test.returns.receive({ ...arrived(asked, 1), idempotencyKey: 'receive-key-1' });
    expect(other.__typename).toBe('IdempotencyKeyReused');
    expect(test.neighbours.count('payments.refund')).toBe(1);
  });

  it('gives back another amount when staff say so, up to what is left', async () => {
    await using test = await openReturns();
    const { neighbours, order, returns } = test;
    const [one, two, three] = [await test.approved(1), await test.approved(1), await test.approved(1)];
    const euros = (amount: string, currencyCode = 'EUR') => ({ refundAmount: { amount, currencyCode } });

    expect(inCents(await returns.receive({ ...arrived(one, 1), ...euros('0') }))).toBe(0);
    expect(neighbours.count('payments.refund')).toBe(0);
    expect(inCents(await returns.receive({ ...arrived(two, 1, 'DAMAGED'), ...euros('50.00') }))).toBe(5000);
    const paths = async (more: object) =>
      (await returns.receive({ ...arrived(three, 1), ...more })).issues.map(({ path }: any) => path.join('.'));
    expect(await paths(euros('9.61'))).toEqual(['refundAmount.amount']);
    expect(await paths(euros('-1'))).toEqual(['refundAmount.amount']);
    expect(await paths(euros('1', 'USD'))).toEqual(['refundAmount.currencyCode']);
    expect(await paths(euros('1.234'))).toEqual(['refundAmount']);
    expect(await paths({ ...euros('1'), refundShipping: true })).toEqual(['refundShipping']);

    // 18.24 would be its share; 9.60 is left.
    expect(inCents(await returns.receive(arrived(three, 1)))).toBe(960);
    expect(neighbours.refunded(order.id)).toBe(5960);
  });

  it('is taken back when the money cannot be given back, and works once it can', async () => {
    await using test = await openReturns();
    const { atlas, neighbours, order, returns } = test;
    const asked = await test.approved(3);
    // Finance has given most of it back already, behind the back of orders.
    neighbours.accounts.get(order.id)?.refunds.set('by hand', { minor: 5000, currency: 'EUR' });
    const same = { ...arrived(asked, 3), idempotencyKey: 'receive-key-1' };

    for (const _ of [1, 2])
      expect(await returns.receive(same)).toMatchObject({
        __typename: 'ReturnNotRefunded',
        reason: 'EXCEEDS_CAPTURED',
        message: expect.stringMatching(/^This is more than was taken\. Nothing was given back.+"refundAmount"\.$/),
      });

    expect(neighbours.sold(atlas)).toBe(3);
    const { rows } = await test.db.pool.query(
      'SELECT r.status, refund_minor, received_at, paid_minor FROM order_return r JOIN order_return_line ON true',
    );
    expect(rows).toEqual([{ status: 'APPROVED', refund_minor: null, received_at: null, paid_minor: null }]);
    const less = await returns.receive({ ...arrived(asked, 3), refundAmount: { amount: '9.60', currencyCode: 'EUR' } });
    expect(less).toMatchObject({ return: { status: 'CLOSED', refundAmount: { amount: '9.60' } } });
    expect(neighbours.refunded(order.id)).toBe(5960);
    expect(neighbours.sold(atlas)).toBe(0);
    expect((await test.timeline()).slice(2)).toEqual([
      'RETURN_RECEIVED',
      'RETURN_REFUND_REFUSED',
      'RETURN_RECEIVED',
      'RETURN_CLOSED',
    ]);
  });

  it('ends without a refund of its own when payments has closed its key, and finance gives the money back', async () => {
    await using test = await openReturns();
    const { neighbours, order, returns } = test;
    const asked = await test.approved(1);
    neighbours.accounts.get(order.id)?.refunds.set(`${asked.returnId}:refund`, { minor: 1, currency: 'EUR' });
    expect(await returns.receive(arrived(asked, 1))).toMatchObject({ reason: 'OTHER_AMOUNT' });
    const nothing = { refundAmount: { amount: '0', currencyCode: 'EUR' } };
    expect(await returns.receive({ ...arrived(asked, 1), ...nothing })).toMatchObject({ return: { status: 'CLOSED' } });
  });

  it('goes on until money and goods are back although neighbours fail', async () => {
    await using test = await openReturns();
    const { atlas, neighbours, order, returns } = test;
    const asked = await test.approved(3);
    neighbours.failing.set('payments.refund', { at: 'after', times: 2 });
    neighbours.failing.set('stock.restock', { at: 'after', times: 2 });
    expect(await returns.receive(arrived(asked, 3))).toMatchObject({ return: { status: 'CLOSED' } });
    expect(neighbours.refunded(order.id)).toBe(5470);
    expect(neighbours.sold(atlas)).toBe(0);
  });

  it('tells that it still works when a neighbour takes too long, and ends by itself', async () => {
    await using test = await openReturns({ checkout: { deadlineMs: 300 } });
    const { neighbours, returns } = test;
    const asked = await test.approved(1);
    const same = { ...arrived(asked, 1), idempotencyKey: 'receive-key-1' };
    neighbours.failing.set('payments.refund', { at: 'before', times: 1e9 });
    expect((await returns.receive(same)).__typename).toBe('StillWorking');
    expect((await returns.receive(arrived(asked, 1))).__typename).toBe('ReturnStatusConflict');
    neighbours.failing.clear();
    await eventually(async () => (await returns.receive(same)).__typename === 'ReceiveReturnSuccess');
  });

  it('is for an approved return and its own lines alone', async () => {
    await using test = await openReturns();
    const { ada, returns } = test;
    const asked = await returns.request(ada, test.goods(1));
    const line = { returnId: asked.return.id, lineId: asked.return.lines[0].id };
    expect(await returns.receive(arrived(line, 1))).toMatchObject({
      __typename: 'ReturnStatusConflict',
      status: 'REQUESTED',
    });
    await returns.approve(line.returnId);
    const paths = async (input: object) => (await returns.receive(input)).issues.map(({ path }: any) => path.join('.'));
    expect(await paths(arrived(line, 2))).toEqual(['lines.0.quantity']);
    expect(await paths(arrived({ ...line, lineId: newId('ReturnLine') }, 1))).toEqual(['lines.0.lineId']);
    expect(await paths({ returnId: line.returnId, lines: [] })).toEqual(['lines']);
    const twice = [...arrived(line, 1).lines, ...arrived(line, 1).lines];
    expect(await paths({ returnId: line.returnId, lines: twice })).toEqual(['lines.1.lineId']);
    expect(await returns.receive(arrived({ ...line, returnId: newId('Return') }, 1))).toMatchObject({
      __typename: 'NotFound',
    });
  });

  it('pays back goods of several lines, of a guest, each by its own share', async () => {
    await using test = await openReturns();
    const { neighbours, returns, shop } = test;
    const [mug, pen] = [neighbours.addVariant(5, 999), neighbours.addVariant(5, 333)];
    const guest = { kind: 'guest' as const, guestId: newId('Guest') };
    const lines = [
      { variantId: mug, quantity: 2 },
      { variantId: pen, quantity: 3 },
    ];
    const order = await buy(shop, neighbours, guest, orderOf(mug, { lines }));
    const asked = await returns.request(guest, {
      orderId: order.id,
      lines: order.lines.map(({ id }, index) => ({ orderLineId: id, quantity: 2 - index, reason: 'LATE' })),
    });
    await returns.approve(asked.return.id);
    const answer = await returns.receive({
      returnId: asked.return.id,
      lines: asked.return.lines.map(({ id, quantity }: any) => ({ lineId: id, quantity, condition: 'RESALEABLE' })),
    });
    expect(inCents(answer)).toBe(2 * 999 + 333);
    expect([neighbours.sold(mug), neighbours.sold(pen)]).toEqual([0, 2]);
  });
});

describe('two processes', () => {
  it('that receive one return at once refund it once', async () => {
    await using test = await openReturns();
    await using other = await openShop(test.db, test.neighbours);
    const asked = await test.approved(3);
    const same = { ...arrived(asked, 3), idempotencyKey: 'receive-key-1' };
    const answers = await Promise.all(
      [test.returns, returnsOf(other), test.returns, returnsOf(other)].map((returns) => returns.receive(same)),
    );
    for (const { __typename } of answers) expect(__typename).toBe('ReceiveReturnSuccess');
    expect(test.neighbours.refunded(test.order.id)).toBe(5470);
    expect(test.neighbours.count('payments.refund')).toBe(1);
  });
});
