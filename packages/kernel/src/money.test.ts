import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, money, parseMoney, share, sum, toDecimal } from './money.ts';

describe('an amount of money', () => {
  it.each([
    [1999, 'EUR', '19.99'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [1999, 'JPY', '1999'],
    [1999, 'KWD', '1.999'],
  ])('of %i minor units in %s reads %s, with exactly the digits of its currency', (minor, currency, text) => {
    expect(toDecimal(money(minor, currency))).toBe(text);
    expect(parseMoney(text, currency)).toEqual({ minor, currency });
  });

  it('survives being written and read', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.constantFrom('EUR', 'JPY', 'KWD'), (minor, currency) => {
        expect(parseMoney(toDecimal(money(minor, currency)), currency)).toEqual({ minor, currency });
      }),
    );
  });

  it.each([
    ['19.999', 'EUR', 'at most 2 decimals'],
    ['1.5', 'JPY', 'at most 0 decimals'],
    ['abc', 'EUR', 'is not an amount'],
    ['1e3', 'EUR', 'is not an amount'],
    ['', 'EUR', 'is not an amount'],
    ['10', 'EURO', 'ISO 4217'],
    ['10', 'XYZ', 'ISO 4217'],
  ])('is not read from "%s" %s', (text, currency, reason) => {
    expect(() => parseMoney(text, currency)).toThrow(reason);
  });

  it('is never inexact', () => {
    expect(() => money(0.1, 'EUR')).toThrow(RangeError);
    expect(() => money(2 ** 53, 'EUR')).toThrow(RangeError);
  });

  it('shares round half up', () => {
    expect(share(money(1999, 'EUR'), 1900).minor).toBe(380);
    expect(share(money(50, 'EUR'), 100).minor).toBe(1);
    expect(share(money(49, 'EUR'), 100).minor).toBe(0);
  });

  it('is shared and split exactly also where amount times weight is beyond what a number holds', () => {
    expect(share(money(9_007_199_254_740_991, 'EUR'), 9999).minor).toBe(9_006_298_534_815_517);
    const weights = [9_007_199_254_740, 9_007_199_254_739, 3];
    const parts = allocate(money(9_007_199_254_740_991, 'EUR'), weights);
    expect(sum(parts, 'EUR').minor).toBe(9_007_199_254_740_991);
  });

  it('splits without losing or making a cent, nobody getting less than their floor', () => {
    const weights = fc
      .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 50 })
      .filter((all) => all.some(Boolean));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), weights, (minor, all) => {
        const parts = allocate(money(minor, 'EUR'), all);
        expect(sum(parts, 'EUR').minor).toBe(minor);
        const whole = all.reduce((a, b) => a + b, 0);
        parts.forEach((part, index) => {
          const exact = (minor * (all[index] ?? 0)) / whole;
          expect(Math.abs(part.minor - exact)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});
