import { describe, expect, it } from 'vitest';
import { canBecome, OPEN, statesBefore } from './payment.ts';

describe('a payment', () => {
  it('that is declined or voided stays so', () => {
    for (const status of ['AUTHORIZED', 'CAPTURED', 'PENDING', 'ACTION_REQUIRED'] as const) {
      expect(canBecome('DECLINED', status)).toBe(false);
      expect(canBecome('VOIDED', status)).toBe(false);
    }
  });

  it('can be voided until money was taken, and declined until it is authorised', () => {
    expect([...statesBefore('VOIDED')].sort()).toEqual([...OPEN, 'AUTHORIZED'].sort());
    expect([...statesBefore('DECLINED')].sort()).toEqual([...OPEN].sort());
  });

  it('never goes back to an open state once it is authorised', () => {
    for (const status of OPEN) expect(canBecome('AUTHORIZED', status)).toBe(false);
  });
});
