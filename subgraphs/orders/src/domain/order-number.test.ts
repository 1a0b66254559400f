import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readOrderNumber, toOrderNumber } from './order-number.ts';

describe('an order number', () => {
  it('survives being typed in any case, in groups, and with letters that look like digits', () => {
    const number = toOrderNumber(Uint8Array.of(0, 1, 31, 10, 255, 64, 7, 8));
    expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    const typed = `${number.slice(0, 4).replace('0', 'o').replace('1', 'l').toLowerCase()} - ${number.slice(4)}`;
    expect(readOrderNumber(typed)).toBe(number);
  });

  it('does not tell how many came before: each character is any of 32, whatever the ones before it were', () => {
    const numbers = Array.from({ length: 4_000 }, () => toOrderNumber(randomBytes(8)));
    expect(new Set(numbers).size).toBe(numbers.length);
    for (let position = 0; position < 8; position += 1) {
      const counts = new Map<string, number>();
      for (const number of numbers) counts.set(number[position] ?? '', (counts.get(number[position] ?? '') ?? 0) + 1);
      // 125 of each are expected; eleven standard deviations are room enough for chance.
      expect(counts.size).toBe(32);
      for (const count of counts.values()) expect(Math.abs(count - 125)).toBeLessThan(121);
    }
    const rises = numbers.filter((number, index) => index > 0 && number > (numbers[index - 1] ?? '')).length;
    expect(Math.abs(rises - 2_000)).toBeLessThan(400);
  });
});
