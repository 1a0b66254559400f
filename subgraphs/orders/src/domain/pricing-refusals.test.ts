import { describe, expect, it } from 'vitest';
import { NOW, percent, price, variant } from '../../test/pricing-cases.ts';
import type { CheckoutCustomer, CheckoutVariant } from './checkout.ts';
import type { DiscountRule } from './discount.ts';

describe('a code', () => {
  const lines = [[variant('a', 10_000), 1]] as const;
  const refusal = (more: Partial<DiscountRule>, customer?: Partial<CheckoutCustomer>) =>
    price({ lines, discounts: [percent('d', 1000, { code: 'CODE', ...more })], ...(customer && { customer }) })
      .refusedCodes[0]?.reason;

  it.each<[string, Partial<DiscountRule>]>([
    ['NOT_STARTED', { startsAt: new Date('2026-04-01') }],
    ['EXPIRED', { endsAt: NOW }],
    ['WRONG_CURRENCY', { currency: 'USD' }],
    ['NOT_ELIGIBLE', { customerGroups: ['wholesale'] }],
    ['USED_UP', { usageLimit: 3, uses: 3 }],
    ['ALREADY_USED', { usageLimitPerBuyer: 1, usesByBuyer: 1 }],
    ['NO_MATCHING_ITEMS', { productIds: ['Product:other'] }],
    ['MINIMUM_NOT_MET', { minimumSubtotalMinor: 10_001 }],
    ['MINIMUM_NOT_MET', { minimumQuantity: 2 }],
    ['MINIMUM_NOT_MET', { kind: 'BUY_X_GET_Y', buyQuantity: 1, getQuantity: 1 }],
  ])('does not count, and says %s, for %o', (reason, more) => {
    expect(refusal(more)).toBe(reason);
  });

  it('that nobody knows says so', () => {
    expect(price({ lines, codes: ['nope'] }).refusedCodes).toEqual([
      { code: 'NOPE', reason: 'UNKNOWN', message: '"NOPE" is not a code of this shop. Check its spelling.' },
    ]);
  });

  it('counts for members of its group', () => {
    expect(refusal({ customerGroups: ['wholesale'] }, { groups: ['wholesale'] })).toBeUndefined();
  });

  it('counts until its last moment, and from its first', () => {
    expect(refusal({ startsAt: NOW, endsAt: new Date(NOW.getTime() + 1) })).toBeUndefined();
  });

  it('counts at exactly its minimum', () => {
    expect(refusal({ minimumSubtotalMinor: 10_000, minimumQuantity: 1 })).toBeUndefined();
  });
});

describe('a line', () => {
  it.each<[string, Partial<CheckoutVariant>, number, boolean]>([
    ['SOLD_OUT', { availableQuantity: 0 }, 0, true],
    ['INSUFFICIENT_STOCK', { availableQuantity: 2 }, 2, true],
    ['NOT_FOR_SALE', { purchasable: false }, 0, false],
    ['NOT_SOLD_IN_CURRENCY', { unitPrice: null }, 0, false],
  ])('that is %s is named, with how many can be bought', (reason, more, available, hasPrice) => {
    const { unavailable, checkout } = price({ lines: [[variant('a', 1000, more), 3]] });
    expect(unavailable).toEqual([{ variantId: 'a', requested: 3, available, reason }]);
    expect(checkout.lines.length).toBe(hasPrice ? 1 : 0);
  });

  it('weighs something only when it is shipped', () => {
    const download = variant('b', 1000, { requiresShipping: false, weightGrams: 9 });
    const { checkout } = price({
      lines: [
        [variant('a', 1000), 3],
        [download, 2],
      ],
    });
    expect([checkout.weightGrams, checkout.requiresShipping]).toEqual([300, true]);
    expect(price({ lines: [[download, 2]] }).checkout).toMatchObject({ weightGrams: 0, requiresShipping: false });
  });

  it('can be ordered beyond stock where the shop allows it', () => {
    expect(price({ lines: [[variant('a', 1000, { availableQuantity: 0, backorder: true }), 3]] }).unavailable).toEqual(
      [],
    );
  });

  it('whose worth a number cannot hold is not for sale, rather than priced wrongly', () => {
    const { unavailable } = price({ lines: [[variant('a', 9_007_199_254_740_991), 9999]] });
    expect(unavailable[0]?.reason).toBe('NOT_FOR_SALE');
  });
});
