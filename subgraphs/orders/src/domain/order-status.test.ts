import { describe, expect, it } from 'vitest';
import { canBecome, ORDER_STATUSES } from './order-status.ts';

describe('an order', () => {
  it('never leaves its last states', () => {
    for (const last of ['DELIVERED', 'CANCELLED', 'REFUSED'] as const)
      for (const next of ORDER_STATUSES) expect(canBecome(last, next)).toBe(false);
  });
});
