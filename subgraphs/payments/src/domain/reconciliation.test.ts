import { describe, expect, it } from 'vitest';
import { compare, type Moved } from './reconciliation.ts';

const side = (...rows: Moved[]) => new Map(rows.map((row) => [row.reference, row]));
const moved = (reference: string, capturedMinor: number, refundedMinor = 0, currency = 'EUR'): Moved => ({
  reference,
  currency,
  capturedMinor,
  refundedMinor,
});

describe('comparing two sets of books', () => {
  it('finds nothing where both agree, and where nothing moved', () => {
    expect(compare(side(moved('a', 10), moved('b', 0)), side(moved('a', 10))).differences).toEqual([]);
  });

  it('finds a payment that only one side has, and amounts and currencies that differ', () => {
    const ours = side(moved('a', 10), moved('b', 10), moved('c', 10));
    const theirs = side(moved('b', 9, 1), moved('c', 10, 0, 'USD'), moved('d', 5));
    expect(compare(ours, theirs).differences.map(({ reference, message }) => [reference, message])).toEqual([
      ['a', 'The provider has no record of this payment.'],
      ['b', 'The captured amounts differ and the refunded amounts differ.'],
      ['c', 'We have it in EUR, the provider in USD.'],
      ['d', 'The provider has a payment that is not in our books.'],
    ]);
  });

  it('takes money that came after a payment was given up, and went back at once, for no difference', () => {
    expect(compare(side(moved('a', 0)), side(moved('a', 10, 10))).differences).toEqual([]);
    expect(compare(side(moved('a', 0)), side(moved('a', 10, 9))).differences).toHaveLength(1);
  });

  it('sums each currency by itself', () => {
    const { totals } = compare(side(moved('a', 10), moved('b', 7, 2, 'USD')), side(moved('a', 10)));
    expect(totals).toEqual([
      { currency: 'EUR', capturedMinor: 10, providerCapturedMinor: 10, refundedMinor: 0, providerRefundedMinor: 0 },
      { currency: 'USD', capturedMinor: 7, providerCapturedMinor: 0, refundedMinor: 2, providerRefundedMinor: 0 },
    ]);
  });
});
