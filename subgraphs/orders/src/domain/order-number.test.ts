import { describe, expect, it } from 'vitest';
import { readOrderNumber, toOrderNumber } from './order-number.ts';

describe('an order number', () => {
  it('survives being typed in any case, in groups, and with letters that look like digits', () => {
    const number = toOrderNumber(Uint8Array.of(0, 1, 31, 10, 255, 64, 7, 8));
    expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    const typed = `${number.slice(0, 4).replace('0', 'o').replace('1', 'l').toLowerCase()} - ${number.slice(4)}`;
    expect(readOrderNumber(typed)).toBe(number);
  });
});
