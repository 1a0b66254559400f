import { money } from '@cartograph/kernel/money';
import { describe, expect, it } from 'vitest';
import { CALIFORNIA, freeShipping, off, POST, percent, price, sets, variant } from '../../test/pricing-cases.ts';

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
