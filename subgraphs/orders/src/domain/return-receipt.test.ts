import { money } from '@cartograph/kernel/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Receipt, type ReceiptFacts, toReceipt } from './return-receipt.ts';

const eur = (minor: number) => money(minor, 'EUR');

const facts = (more: Partial<ReceiptFacts> = {}, returned = { quantity: 0, paid: eur(0) }): ReceiptFacts => ({
  status: 'APPROVED',
  orderTotal: eur(1490),
  shippingPaid: eur(490),
  refunded: eur(0),
  shippingRefunded: false,
  lines: [{ id: 'a', quantity: 3, bought: 3, total: eur(1000), returned }],
  ...more,
});

const request = (quantity: number, more: object = {}) => ({
  returnId: 'Return:1',
  lines: [{ lineId: 'a', quantity, condition: 'RESALEABLE' as const }],
  refundShipping: false,
  refundAmount: null,
  ...more,
});

const issuesOf = (outcome: ReturnType<typeof toReceipt>): readonly string[] =>
  'issues' in outcome ? outcome.issues.map(({ path }) => path.join('.')) : [];

describe('what a receipt comes to', () => {
  it('gives back exactly what was paid, in whatever portions the pieces come', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 0, max: 100_000 }), (portions, total) => {
        const bought = portions.reduce((all, quantity) => all + quantity, 0);
        let returned = { quantity: 0, paid: eur(0) };
        for (const quantity of portions) {
          const lines = [{ id: 'a', quantity: bought, bought, total: eur(total), returned }];
          const known = facts({ orderTotal: eur(total), refunded: returned.paid, lines });
          const { refund } = toReceipt(request(quantity), known) as Receipt;
          expect(Math.abs(refund.minor - (total * quantity) / bought)).toBeLessThanOrEqual(1);
          returned = { quantity: returned.quantity + quantity, paid: eur(returned.paid.minor + refund.minor) };
        }
        expect(returned.paid.minor).toBe(total);
      }),
    );
  });

  it('counts pieces in both conditions, and none of what has not arrived', () => {
    const lines = [
      { lineId: 'a', quantity: 1, condition: 'RESALEABLE' as const },
      { lineId: 'a', quantity: 1, condition: 'DAMAGED' as const },
    ];
    expect(toReceipt(request(0, { lines }), facts())).toMatchObject({
      refund: eur(667),
      lines: [{ id: 'a', resaleable: 1, damaged: 1, paid: eur(667) }],
    });
  });

  it('adds shipping once', () => {
    expect(toReceipt(request(3, { refundShipping: true }), facts())).toMatchObject({
      refund: eur(1490),
      shippingRefund: eur(490),
    });
    const again = facts({ shippingRefunded: true });
    expect(issuesOf(toReceipt(request(3, { refundShipping: true }), again))).toEqual(['refundShipping']);
  });

  it('takes another amount from staff, up to what is left', () => {
    expect(toReceipt(request(1, { refundAmount: eur(0) }), facts())).toMatchObject({ refund: eur(0) });
    expect(toReceipt(request(1, { refundAmount: eur(1490) }), facts())).toMatchObject({ refund: eur(1490) });
    const left = facts({ refunded: eur(1000) });
    expect(issuesOf(toReceipt(request(1, { refundAmount: eur(491) }), left))).toEqual(['refundAmount.amount']);
    expect(issuesOf(toReceipt(request(1, { refundAmount: money(1, 'USD') }), left))).toEqual([
      'refundAmount.currencyCode',
    ]);
  });

  it('is never more than what is left, though an earlier return was given more', () => {
    expect(toReceipt(request(3), facts({ refunded: eur(800) }))).toMatchObject({ refund: eur(690) });
  });

  it('is refused for more than was asked back, for other lines, and unless it is approved', () => {
    expect(issuesOf(toReceipt(request(4), facts()))).toEqual(['lines.0.quantity']);
    const lines = [{ lineId: 'b', quantity: 1, condition: 'DAMAGED' as const }];
    expect(issuesOf(toReceipt(request(1, { lines }), facts()))).toEqual(['lines.0.lineId']);
    expect(toReceipt(request(1), facts({ status: 'REQUESTED' }))).toEqual({
      kind: 'ReturnStatusConflict',
      status: 'REQUESTED',
    });
  });
});
