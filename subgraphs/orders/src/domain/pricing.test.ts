import { money } from '@cartograph/kernel/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckoutCustomer, CheckoutVariant, ShippingRate } from './checkout.ts';
import type { DiscountRule } from './discount.ts';
import { type PricingFacts, prepare, priceCheckout } from './pricing.ts';
import type { TaxRate } from './tax.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const DE: TaxRate[] = [
  { title: 'VAT', taxClass: 'standard', rateBasisPoints: 1900 },
  { title: 'VAT', taxClass: 'reduced', rateBasisPoints: 700 },
];
const CALIFORNIA: TaxRate[] = [
  { title: 'State', taxClass: 'standard', rateBasisPoints: 725 },
  { title: 'County', taxClass: 'standard', rateBasisPoints: 250 },
];

const variant = (id: string, minor: number, more: Partial<CheckoutVariant> = {}): CheckoutVariant => ({
  id,
  productId: `Product:${id}`,
  sku: id,
  productTitle: id,
  title: id,
  imageUrl: null,
  unitPrice: money(minor, 'EUR'),
  compareAtPrice: null,
  taxClass: 'standard',
  weightGrams: 100,
  requiresShipping: true,
  collectionIds: [],
  availableQuantity: 1_000_000,
  backorder: false,
  purchasable: true,
  ...more,
});

const rule = (id: string, more: Partial<DiscountRule>): DiscountRule => ({
  id,
  title: id,
  kind: 'PERCENTAGE',
  code: null,
  percentBasisPoints: null,
  amountMinor: null,
  currency: null,
  buyQuantity: null,
  getQuantity: null,
  minimumSubtotalMinor: null,
  minimumQuantity: null,
  productIds: [],
  collectionIds: [],
  customerGroups: [],
  usageLimit: null,
  usageLimitPerBuyer: null,
  uses: 0,
  usesByBuyer: 0,
  combinable: true,
  startsAt: new Date('2026-01-01'),
  endsAt: null,
  ...more,
});

const percent = (id: string, basisPoints: number, more: Partial<DiscountRule> = {}) =>
  rule(id, { percentBasisPoints: basisPoints, ...more });
const off = (id: string, amountMinor: number, more: Partial<DiscountRule> = {}) =>
  rule(id, { kind: 'FIXED_AMOUNT', amountMinor, currency: 'EUR', ...more });
const sets = (id: string, buyQuantity: number, getQuantity: number, more: Partial<DiscountRule> = {}) =>
  rule(id, { kind: 'BUY_X_GET_Y', buyQuantity, getQuantity, percentBasisPoints: 10_000, ...more });
const freeShipping = (id: string, more: Partial<DiscountRule> = {}) => rule(id, { kind: 'FREE_SHIPPING', ...more });

const POST: ShippingRate = {
  methodId: 'ShippingMethod:1',
  name: 'Post',
  price: money(499, 'EUR'),
  taxClass: 'standard',
};

interface Case {
  readonly lines: readonly (readonly [CheckoutVariant, number])[];
  readonly discounts?: readonly DiscountRule[];
  readonly facts?: Partial<PricingFacts>;
  readonly customer?: Partial<CheckoutCustomer>;
  readonly rate?: ShippingRate | null;
  readonly codes?: readonly string[];
}

function price({ lines, discounts = [], facts = {}, customer, rate = null, codes }: Case) {
  const ada = { id: 'Customer:1', email: 'ada@example.com', name: null, locale: 'en', taxExempt: false, groups: [] };
  const prepared = prepare({
    request: {
      lines: lines.map(([{ id }, quantity]) => ({ variantId: id, quantity })),
      currency: 'EUR',
      destination: { countryCode: 'DE', postalCode: null, region: null },
      shippingMethodId: rate?.methodId ?? null,
      codes: codes ?? discounts.flatMap(({ code }) => code ?? []),
      buyerId: 'Customer:1',
    },
    facts: { pricesIncludeTax: true, taxRates: DE, discounts, ...facts },
    variants: new Map(lines.map(([one]) => [one.id, one])),
    customer: customer ? { ...ada, ...customer } : null,
    now: NOW,
  });
  return priceCheckout(prepared, rate);
}

describe('prices that include tax', () => {
  it('stay what the buyer sees, with the tax inside them', () => {
    const { checkout } = price({
      lines: [
        [variant('a', 1190), 2],
        [variant('b', 1070, { taxClass: 'reduced' }), 1],
      ],
    });
    expect(checkout.total.minor).toBe(3450);
    expect(checkout.taxLines.map(({ rateBasisPoints, amount }) => [rateBasisPoints, amount.minor])).toEqual([
      [1900, 380],
      [700, 70],
    ]);
  });

  it('are taxed on what is left after the discount', () => {
    const { checkout } = price({ lines: [[variant('a', 11_900), 1]], discounts: [percent('half', 5000)] });
    expect([checkout.total.minor, checkout.taxTotal.minor]).toEqual([5950, 950]);
  });

  it('include several taxes of one place side by side', () => {
    const facts = { taxRates: CALIFORNIA };
    const { checkout } = price({ lines: [[variant('a', 10_975), 1]], facts });
    expect(checkout.taxLines.map(({ title, amount }) => [title, amount.minor])).toEqual([
      ['State', 725],
      ['County', 250],
    ]);
  });

  it('include the tax on shipping', () => {
    const { checkout } = price({ lines: [[variant('a', 1190), 1]], rate: POST });
    expect([checkout.total.minor, checkout.taxTotal.minor]).toEqual([1689, 190 + 80]);
  });
});

describe('prices that do not include tax', () => {
  const facts = { pricesIncludeTax: false, taxRates: CALIFORNIA };

  it('get each tax of the place on top, by line', () => {
    const { checkout } = price({ lines: [[variant('a', 1999), 1]], facts });
    expect(checkout.taxLines.map(({ title, amount }) => [title, amount.minor])).toEqual([
      ['State', 145],
      ['County', 50],
    ]);
    expect(checkout.total.minor).toBe(1999 + 195);
  });

  it('get the tax on shipping too', () => {
    const { checkout } = price({
      lines: [[variant('a', 1000), 1]],
      facts,
      rate: { ...POST, price: money(1000, 'EUR') },
    });
    expect(checkout.total.minor).toBe(2000 + 73 + 25 + 73 + 25);
  });
});

describe('tax', () => {
  it('of a class without a rate is that of standard goods', () => {
    const { checkout } = price({ lines: [[variant('a', 1190, { taxClass: 'Furniture' }), 1]] });
    expect(checkout.taxTotal.minor).toBe(190);
  });

  it('is neither added nor left in the price for who is exempt', () => {
    const customer = { taxExempt: true };
    const { checkout } = price({
      lines: [[variant('a', 1190), 2]],
      customer,
      rate: { ...POST, price: money(595, 'EUR') },
    });
    expect(checkout.lines[0]?.unitPrice.minor).toBe(1000);
    expect([checkout.total.minor, checkout.taxTotal.minor, checkout.pricesIncludeTax]).toEqual([2500, 0, false]);
  });

  it('is none where no rate is known', () => {
    const { checkout } = price({ lines: [[variant('a', 1190), 1]], facts: { taxRates: [] } });
    expect([checkout.total.minor, checkout.taxTotal.minor]).toEqual([1190, 0]);
  });
});

describe('a discount', () => {
  it('of a percentage is rounded once, on the sum, and spread without losing a cent', () => {
    const lines = [1, 2, 3].map((n) => [variant(`v${n}`, 5), 1] as const);
    const { checkout } = price({ lines, discounts: [percent('ten', 1000)] });
    expect(checkout.discountTotal.minor).toBe(2);
    expect(checkout.lines.map((line) => line.discountTotal.minor)).toEqual([1, 1, 0]);
  });

  it('of a fixed amount never makes a line worth less than nothing', () => {
    const { checkout } = price({
      lines: [
        [variant('a', 300), 1],
        [variant('b', 100), 1],
      ],
      discounts: [off('big', 5000)],
    });
    expect([checkout.discountTotal.minor, checkout.total.minor]).toEqual([400, 0]);
  });

  it('for a collection leaves other items alone', () => {
    const inside = variant('a', 1000, { collectionIds: ['Collection:x'] });
    const discounts = [percent('ten', 1000, { collectionIds: ['Collection:x'] })];
    const { checkout } = price({
      lines: [
        [inside, 1],
        [variant('b', 1000), 1],
      ],
      discounts,
    });
    expect(checkout.lines.map((line) => line.discountTotal.minor)).toEqual([100, 0]);
  });

  it('for a product leaves other items alone', () => {
    const discounts = [percent('ten', 1000, { productIds: ['Product:b'] })];
    const { checkout } = price({
      lines: [
        [variant('a', 1000), 1],
        [variant('b', 1000), 1],
      ],
      discounts,
    });
    expect(checkout.lines.map((line) => line.discountTotal.minor)).toEqual([0, 100]);
  });

  it('of three for two makes the cheapest of every three free', () => {
    const lines = [
      [variant('dear', 3000), 2],
      [variant('mid', 2000), 2],
      [variant('cheap', 1000), 3],
    ] as const;
    const { checkout } = price({ lines, discounts: [sets('3for2', 2, 1)] });
    expect(checkout.discountTotal.minor).toBe(2000);
  });

  it('of the second at half price takes half of the cheaper one', () => {
    const discounts = [sets('second', 1, 1, { percentBasisPoints: 5000 })];
    const { checkout } = price({
      lines: [
        [variant('dear', 3000), 1],
        [variant('cheap', 1000), 1],
      ],
      discounts,
    });
    expect(checkout.lines.map((line) => line.discountTotal.minor)).toEqual([0, 500]);
  });

  it('of free shipping takes off the shipping and nothing else', () => {
    const { checkout } = price({ lines: [[variant('a', 1000), 1]], discounts: [freeShipping('free')], rate: POST });
    expect(checkout.shippingTotal?.minor).toBe(499);
    expect([checkout.discountTotal.minor, checkout.total.minor]).toEqual([499, 1000]);
  });

  it('works on what the ones before it left', () => {
    const discounts = [percent('half', 5000), off('five', 500)];
    const { checkout } = price({ lines: [[variant('a', 2000), 1]], discounts });
    expect(checkout.discounts.map(({ title, amount }) => [title, amount.minor])).toEqual([
      ['half', 1000],
      ['five', 500],
    ]);
  });
});

describe('of several discounts', () => {
  const lines = [[variant('a', 10_000), 1]] as const;

  it('the combinable ones add up', () => {
    const discounts = [percent('ten', 1000), percent('auto', 1000)];
    expect(price({ lines, discounts }).checkout.discountTotal.minor).toBe(1900);
  });

  it('the best counts where they cannot be combined', () => {
    const discounts = [
      percent('ten', 1000, { code: 'TEN' }),
      percent('alone', 3000, { code: 'ALONE', combinable: false }),
    ];
    const { checkout, uncombinedCodes } = price({ lines, discounts });
    expect(checkout.discounts.map(({ code }) => code)).toEqual(['ALONE']);
    expect(uncombinedCodes).toEqual(['TEN']);
  });

  it('a code wins over an equal promotion', () => {
    const discounts = [
      percent('auto', 1000, { combinable: false }),
      percent('z', 1000, { code: 'ZED', combinable: false }),
    ];
    expect(price({ lines, discounts }).checkout.discounts.map(({ code }) => code)).toEqual(['ZED']);
  });
});

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
