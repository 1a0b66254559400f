import { readFileSync } from 'node:fs';
import { ROOT } from '@cartograph/runtime/sdl';
import { testDatabase } from '@cartograph/runtime/testing/test-database';
import { describe, expect, it } from 'vitest';
import { canReturnBecome, RETURN_STATUSES } from '../src/domain/return-status.ts';
import { arrived, openReturns } from './open-returns.ts';

describe('the database', () => {
  it('allows the same transitions of a return as the domain, and they are drawn', async () => {
    await using db = await testDatabase('orders');
    const { rows } = await db.pool.query<{ before: string; after: string; legal: boolean }>(
      `SELECT b AS before, a AS after, return_transition_is_legal(b, a) AS legal
       FROM unnest(enum_range(NULL::return_status)) b, unnest(enum_range(NULL::return_status)) a`,
    );
    const pairs = RETURN_STATUSES.flatMap((before) =>
      RETURN_STATUSES.map((after) => ({ before, after, legal: canReturnBecome(before, after) })),
    );
    expect(rows).toHaveLength(pairs.length);
    expect(rows).toEqual(expect.arrayContaining(pairs));
    const page = readFileSync(new URL('docs/order-states.md', ROOT), 'utf8');
    const section = page.split('\n## ').find((text) => text.startsWith('Return\n')) ?? '';
    const drawn = [...section.matchAll(/^ {2}([A-Z]+) --> ([A-Z]+)$/gm)].map(
      ([, before, after]) => `${before} ${after}`,
    );
    const legal = pairs.filter((pair) => pair.legal).map(({ before, after }) => `${before} ${after}`);
    expect(drawn.toSorted()).toEqual(legal.toSorted());
  });

  it.each([
    [`UPDATE order_return SET status = 'REQUESTED'`, 'order_return_transition'],
    [`UPDATE order_return SET status = 'RECEIVED', refund_minor = 5961, receipt_id = 'r'`, 'order_return_refund_total'],
    [`UPDATE order_return SET status = 'RECEIVED'`, 'order_return_refund'],
    [`UPDATE order_return SET status = 'CANCELLED', refund_minor = 1, receipt_id = 'r'`, 'order_return_refund'],
    [`UPDATE order_return SET buyer_id = 'Customer:somebody'`, 'order_return_snapshot'],
    ['UPDATE order_return_line SET quantity = 1', 'order_return_snapshot'],
    [
      'UPDATE order_return_line SET resaleable_quantity = 2, damaged_quantity = 1, paid_minor = 0',
      'order_return_line_received',
    ],
    [
      `INSERT INTO order_return_line SELECT (jsonb_populate_record(l, '{"id": "ReturnLine:2", "order_id": "x"}')).*
       FROM order_return_line l`,
      'order_return_line_return_id_position_key',
    ],
    [
      `WITH another AS (
         INSERT INTO order_return SELECT (jsonb_populate_record(r,
           '{"id": "Return:2", "number": "R-00000000", "status": "REQUESTED", "approved_at": null}')).* FROM order_return r)
       INSERT INTO order_return_line SELECT (jsonb_populate_record(l,
         '{"id": "ReturnLine:2", "return_id": "Return:2"}')).* FROM order_return_line l`,
      'order_return_line_bought',
    ],
    [
      `INSERT INTO order_return SELECT (jsonb_populate_record(r,
         '{"id": "Return:2", "number": "R-00000000", "status": "REQUESTED", "approved_at": null, "buyer_id": "x"}')).*
       FROM order_return r`,
      'order_return_of_fulfilled',
    ],
  ])('refuses %s', async (sql, constraint) => {
    await using test = await openReturns();
    await test.approved(2);
    await expect(test.db.pool.query(sql)).rejects.toMatchObject({ constraint });
  });

  it('keeps the refund of a return that is done', async () => {
    await using test = await openReturns();
    await test.returns.receive(arrived(await test.approved(1), 1));
    await expect(test.db.pool.query('UPDATE order_return SET refund_minor = 1')).rejects.toMatchObject({
      constraint: 'order_return_snapshot',
    });
  });

  it('takes at most a hundred returns of one order', async () => {
    await using test = await openReturns();
    await test.approved(1);
    await test.db.pool.query(
      `INSERT INTO order_return (id, number, order_id, buyer_id, currency)
       SELECT 'Return:' || n, 'R-' || lpad(n::text, 8, '0'), order_id, buyer_id, currency
       FROM order_return, generate_series(1, 99) n`,
    );
    const answer = await test.returns.request(test.ada, test.goods(1));
    expect(answer).toMatchObject({ __typename: 'OrderNotReturnable', notReturnable: 'TOO_MANY' });
  });
});
