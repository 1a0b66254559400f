import { describe, expect, it } from 'vitest';
import { isCode, normaliseCode, type Redemption, shareOf } from './stored-value.ts';

const redemption = (offsetMinor: number, amountMinor: number): Redemption => ({
  paymentId: 'Payment:1',
  kind: 'GIFT_CARD',
  last4: 'ABCD',
  offsetMinor,
  amountMinor,
});

describe('gift card codes', () => {
  it('are read as people type them', () => {
    expect(normaliseCode(' gift-50 eur ')).toBe('GIFT50EUR');
    expect(isCode('GIFT50EUR')).toBe(true);
    for (const text of ['', 'AB', "' OR 1=1", 'Ä'.repeat(8), 'A'.repeat(51)])
      expect(isCode(normaliseCode(text))).toBe(false);
  });
});

describe('a payment’s total', () => {
  it('fills its redemptions in order, with nothing lost', () => {
    const parts = [redemption(0, 30), redemption(30, 20), redemption(50, 5)];
    for (let total = 0; total <= 55; total += 1)
      expect(parts.reduce((sum, part) => sum + shareOf(part, total), 0)).toBe(total);
    expect(parts.map((part) => shareOf(part, 40))).toEqual([30, 10, 0]);
  });
});
