import { newId } from '@cartograph/runtime/ids';
import { describe, expect, it } from 'vitest';
import { arrived, fulfilment, openReturns } from './open-returns.ts';
import { newCustomer, staff } from './open-shop.ts';

const DAY_MS = 86_400_000;

describe('requestReturn', () => {
  it('asks to send goods back, for the buyer and for support staff', async () => {
    await using test = await openReturns();
    const { ada, order, lineId, returns } = test;

    const asked = await returns.request(ada, test.goods(2, { reason: 'OTHER', note: ' It hums. ' }));

    expect(asked).toMatchObject({
      __typename: 'RequestReturnSuccess',
      replayed: false,
      return: {
        status: 'REQUESTED',
        refundAmount: null,
        approvedAt: null,
        order: { id: order.id },
        lines: [{ quantity: 2, reason: 'OTHER', note: 'It hums.', receivedQuantity: null, inspected: [] }],
      },
    });
    expect(asked.return.number).toMatch(/^R-[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(asked.return.lines[0].orderLine.id).toBe(lineId);
    expect(await returns.request(staff, test.goods(1))).toMatchObject({ return: { status: 'REQUESTED' } });
    expect(await test.timeline()).toEqual(['RETURN_REQUESTED', 'RETURN_REQUESTED']);
  });

  it.each([
    [null, 'NOT_FULFILLED'],
    ['LABEL_PURCHASED', 'NOT_FULFILLED'],
    ['HANDED_OVER', null],
  ])('of an order whose parcel is %s is answered %s', async (shipment, reason) => {
    await using test = await openReturns({ shipment });
    const answer = await test.returns.request(test.ada, test.goods(1));
    expect(answer.notReturnable ?? null).toBe(reason);
  });

  it('comes too late after the days that the shop grants', async () => {
    let now = Date.now();
    await using test = await openReturns({ clock: () => new Date(now), checkout: { returnDays: 14 } });
    now += 14 * DAY_MS - 60_000;
    expect((await test.returns.request(test.ada, test.goods(1))).__typename).toBe('RequestReturnSuccess');
    now += 120_000;
    for (const viewer of [test.ada, staff])
      expect(await test.returns.request(viewer, test.goods(1))).toMatchObject({
        __typename: 'OrderNotReturnable',
        notReturnable: 'TOO_LATE',
      });
  });

  it('never asks back more than was bought, also when many ask at once', async () => {
    await using test = await openReturns();
    const { ada, db, lineId, returns } = test;

    const answers = await Promise.all(Array.from({ length: 8 }, () => returns.request(ada, test.goods(1))));

    const names = answers.map(({ __typename }) => __typename);
    expect(names.filter((name) => name === 'RequestReturnSuccess')).toHaveLength(3);
    expect(names.filter((name) => name === 'QuantityNotReturnable')).toHaveLength(5);
    const { rows } = await db.pool.query('SELECT sum(quantity)::int AS all FROM order_return_line');
    expect(rows).toEqual([{ all: 3 }]);
    expect(await returns.request(ada, test.goods(1))).toMatchObject({
      lines: [{ orderLineId: lineId, requested: 1, returnable: 0 }],
    });
  });

  it('may ask again for what was refused or cancelled', async () => {
    await using test = await openReturns();
    const { ada, returns } = test;
    const first = await returns.request(ada, test.goods(3));
    expect((await returns.request(ada, test.goods(1))).__typename).toBe('QuantityNotReturnable');
    await returns.refuse({ returnId: first.return.id, reason: 'It is worn.' });
    const second = await returns.request(ada, test.goods(3));
    await returns.cancel(ada, second.return.id);
    expect((await returns.request(ada, test.goods(3))).__typename).toBe('RequestReturnSuccess');
  });

  it('happens once per key, however often and at once it is asked', async () => {
    await using test = await openReturns();
    const { ada, db, returns } = test;
    const same = { ...test.goods(2), idempotencyKey: 'return-key-1' };

    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => returns.request(ada, same)));

    expect(new Set(answers.map((answer) => answer.return.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await db.pool.query('SELECT FROM order_return')).rowCount).toBe(1);
    const other = await returns.request(ada, { ...test.goods(1), idempotencyKey: 'return-key-1' });
    expect(other.__typename).toBe('IdempotencyKeyReused');
    // Somebody else's key of the same words is another key.
    const theirs = await returns.request(staff, { ...test.goods(1), idempotencyKey: 'return-key-1' });
    expect(theirs).toMatchObject({ __typename: 'RequestReturnSuccess', replayed: false });
  });

  it('does not use up its key when it was refused', async () => {
    await using test = await openReturns();
    const same = { idempotencyKey: 'return-key-2' };
    expect((await test.returns.request(test.ada, { ...test.goods(4), ...same })).__typename).toBe(
      'QuantityNotReturnable',
    );
    expect((await test.returns.request(test.ada, { ...test.goods(3), ...same })).__typename).toBe(
      'RequestReturnSuccess',
    );
  });

  it('tells everything that is wrong with it', async () => {
    await using test = await openReturns();
    const { ada, lineId, order, returns } = test;
    const line = { orderLineId: lineId, quantity: 1, reason: 'UNWANTED' };
    const paths = async (input: object) => {
      const { issues } = await returns.request(ada, { orderId: order.id, ...input });
      return issues.map(({ path }: { path: string[] }) => path.join('.'));
    };
    expect(await paths({ lines: [] })).toEqual(['lines']);
    expect(await paths({ lines: [line, { ...line, quantity: 0 }], idempotencyKey: 'short' })).toEqual([
      'idempotencyKey',
      'lines.1.orderLineId',
      'lines.1.quantity',
    ]);
    expect(await paths({ lines: [{ ...line, reason: 'OTHER' }] })).toEqual(['lines.0.note']);
    expect(await paths({ lines: [{ ...line, orderLineId: newId('OrderLine') }] })).toEqual(['lines.0.orderLineId']);
    expect(await paths({ lines: [{ ...line, orderLineId: 'nonsense' }] })).toEqual(['lines.0.orderLineId']);
  });

  it("is refused for somebody else's order and for staff without that duty", async () => {
    await using test = await openReturns();
    const { returns } = test;
    expect((await returns.request(newCustomer(), test.goods(1))).__typename).toBe('NotFound');
    expect(await returns.request(fulfilment, test.goods(1))).toBe('FORBIDDEN');
    expect(await returns.request({ kind: 'anonymous' }, test.goods(1))).toBe('UNAUTHENTICATED');
  });
});

describe('a return', () => {
  it('is approved or refused by staff, and stays so', async () => {
    await using test = await openReturns();
    const { ada, returns } = test;
    const one = (await returns.request(ada, test.goods(1))).return.id;
    const two = (await returns.request(ada, test.goods(1))).return.id;

    for (const viewer of [staff, fulfilment])
      expect(await returns.approve(one, viewer)).toMatchObject({ return: { status: 'APPROVED' } });
    for (const reason of ['Worn.', 'Another reason.'])
      expect(await returns.refuse({ returnId: two, reason })).toMatchObject({
        return: { status: 'REFUSED', refusalReason: 'Worn.' },
      });

    expect(await returns.approve(two)).toMatchObject({ __typename: 'ReturnStatusConflict', status: 'REFUSED' });
    expect(await returns.refuse({ returnId: one, reason: 'Late.' })).toMatchObject({ status: 'APPROVED' });
    expect((await returns.refuse({ returnId: one, reason: ' ' })).__typename).toBe('InvalidInput');
    expect(await test.timeline()).toEqual([
      'RETURN_REQUESTED',
      'RETURN_REQUESTED',
      'RETURN_APPROVED',
      'RETURN_REFUSED',
    ]);
  });

  it('is cancelled by its buyer or by staff until its goods have arrived', async () => {
    await using test = await openReturns();
    const { ada, returns } = test;
    const one = (await returns.request(ada, test.goods(1))).return.id;
    const two = await test.approved(1);
    const three = await test.approved(1);

    for (const viewer of [ada, fulfilment])
      expect(await returns.cancel(viewer, one)).toMatchObject({ return: { status: 'CANCELLED' } });
    expect(await returns.cancel(staff, two.returnId)).toMatchObject({ return: { status: 'CANCELLED' } });

    await returns.receive(arrived(three, 1, 'DAMAGED'));
    expect(await returns.cancel(ada, three.returnId)).toMatchObject({
      __typename: 'ReturnStatusConflict',
      status: 'CLOSED',
    });
  });

  it('ends in one way when it is approved, refused and cancelled at once', async () => {
    await using test = await openReturns();
    const { ada, returns } = test;
    const id = (await returns.request(ada, test.goods(1))).return.id;
    const answers = await Promise.all([
      returns.refuse({ returnId: id, reason: 'Worn.' }),
      returns.cancel(ada, id),
      returns.refuse({ returnId: id, reason: 'Late.' }),
    ]);
    const statuses = new Set(answers.map((answer) => answer.status ?? answer.return.status));
    expect(statuses.size).toBe(1);
    expect(await test.timeline()).toHaveLength(2);
  });

  it('is for staff with that duty to decide', async () => {
    await using test = await openReturns();
    const { ada, returns } = test;
    const id = (await returns.request(ada, test.goods(1))).return.id;
    const clerk = { kind: 'staff' as const, staffId: newId('Staff'), roles: ['CATALOGUE' as const] };
    for (const viewer of [ada, clerk]) {
      expect(await returns.approve(id, viewer)).toBe('FORBIDDEN');
      expect(await returns.refuse({ returnId: id, reason: 'No.' }, viewer)).toBe('FORBIDDEN');
      expect(await returns.receive({ returnId: id, lines: [] }, viewer)).toBe('FORBIDDEN');
    }
    expect(await returns.cancel(clerk, id)).toBe('FORBIDDEN');
    expect((await returns.cancel(newCustomer(), id)).__typename).toBe('NotFound');
    expect((await returns.approve(newId('Return'))).__typename).toBe('NotFound');
  });
});
