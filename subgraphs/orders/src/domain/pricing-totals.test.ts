import { money } from '@cartograph/kernel/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALIFORNIA, DE, POST, price, rule, variant } from '../../test/pricing-cases.ts';
import type { DiscountRule } from './discount.ts';

describe('every total', () => {
  const lines = fc.array(
    fc.record({
      minor: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 10_000_000_000 })),
      quantity: fc.integer({ min: 1, max: 9999 }),
      taxClass: fc.constantFrom('standard', 'reduced', 'other'),
      collection: fc.constantFrom('Collection:x', 'Collection:y'),
      requiresShipping: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const discount = fc.record({
    kind: fc.constantFrom('PERCENTAGE', 'FIXED_AMOUNT', 'FREE_SHIPPING', 'BUY_X_GET_Y') as fc.Arbitrary<
      DiscountRule['kind']
    >,
    percentBasisPoints: fc.integer({ min: 1, max: 10_000 }),
    amountMinor: fc.integer({ min: 1, max: 100_000 }),
    buyQuantity: fc.integer({ min: 1, max: 4 }),
    getQuantity: fc.integer({ min: 1, max: 3 }),
    restricted: fc.boolean(),
    combinable: fc.boolean(),
    coded: fc.boolean(),
  });
  const anyCase = fc.record({
    lines,
    discounts: fc.array(discount, { maxLength: 5 }),
    included: fc.boolean(),
    exempt: fc.boolean(),
    rates: fc.constantFrom(DE, CALIFORNIA, []),
    shipping: fc.option(fc.integer({ min: 0, max: 5000 }), { nil: null }),
  });

  type AnyCase = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

  function priceAny(any: AnyCase, inOrder = (rules: DiscountRule[]) => rules) {
    const rules = any.discounts.map(({ restricted, coded, ...more }, i) =>
      rule(`d${i}`, { ...more, code: coded ? `CODE${i}` : null, collectionIds: restricted ? ['Collection:x'] : [] }),
    );
    return price({
      lines: any.lines.map(({ minor, quantity, collection, ...more }, i) => [
        variant(`v${i}`, minor, { ...more, collectionIds: [collection] }),
        quantity,
      ]),
      discounts: inOrder(rules),
      facts: { pricesIncludeTax: any.included, taxRates: any.rates },
      customer: { taxExempt: any.exempt },
      rate: any.shipping === null ? null : { ...POST, price: money(any.shipping, 'EUR') },
    });
  }

  it('is the sum of its parts to the cent, whatever is bought and discounted', () => {
    fc.assert(
      fc.property(anyCase, (any) => {
        const { checkout } = priceAny(any);
        const { lines, shipping } = checkout;
        const parts = shipping ? [...lines, shipping] : lines;
        const total = (read: (part: (typeof parts)[number]) => number) =>
          parts.reduce((all, part) => all + read(part), 0);

        expect(checkout.subtotal.minor).toBe(lines.reduce((all, { subtotal }) => all + subtotal.minor, 0));
        expect(checkout.discountTotal.minor).toBe(total(({ discountTotal }) => discountTotal.minor));
        expect(checkout.discountTotal.minor).toBe(
          checkout.discounts.reduce((all, { amount }) => all + amount.minor, 0),
        );
        expect(checkout.taxTotal.minor).toBe(total(({ taxTotal }) => taxTotal.minor));
        expect(checkout.taxTotal.minor).toBe(checkout.taxLines.reduce((all, { amount }) => all + amount.minor, 0));
        expect(checkout.total.minor).toBe(total((part) => part.total.minor));
        expect(checkout.total.minor).toBe(
          checkout.subtotal.minor -
            checkout.discountTotal.minor +
            (checkout.shippingTotal?.minor ?? 0) +
            (checkout.pricesIncludeTax ? 0 : checkout.taxTotal.minor),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('has no part below zero, and no discount beyond the worth of what it is for', () => {
    fc.assert(
      fc.property(anyCase, (any) => {
        const { checkout } = priceAny(any);
        for (const line of checkout.lines) {
          expect(line.discountTotal.minor).toBeLessThanOrEqual(line.subtotal.minor);
          for (const { amount } of line.discounts) expect(amount.minor).toBeGreaterThan(0);
          expect(line.taxTotal.minor).toBeGreaterThanOrEqual(0);
          expect(line.total.minor).toBeGreaterThanOrEqual(0);
        }
        expect(checkout.shipping?.total.minor ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it('is never higher with one more discount', () => {
    fc.assert(
      fc.property(anyCase, discount, (any, more) => {
        const before = priceAny(any).checkout.discountTotal.minor;
        const combinable = { ...more, combinable: false };
        expect(
          priceAny({ ...any, discounts: [...any.discounts, combinable] }).checkout.discountTotal.minor,
        ).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the order in which discounts come from the database', () => {
    fc.assert(
      fc.property(anyCase, (any) => {
        const reversed = priceAny(any, (rules) => rules.reverse());
        expect(reversed.checkout.total).toEqual(priceAny(any).checkout.total);
      }),
      { numRuns: 200 },
    );
  });
});
