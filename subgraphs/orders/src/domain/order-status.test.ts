import { describe, expect, it } from 'vitest';
import { canBecome, fulfilmentStatus, ORDER_STATUSES } from './order-status.ts';

const statuses = (...list: string[]) => list.map((status) => ({ status }));

describe('an order', () => {
  it('never leaves its last states', () => {
    for (const last of ['DELIVERED', 'CANCELLED', 'REFUSED'] as const)
      for (const next of ORDER_STATUSES) expect(canBecome(last, next)).toBe(false);
  });

  it.each([
    [[], 'CONFIRMED'],
    [statuses('PLANNED', 'LABEL_PURCHASED'), 'CONFIRMED'],
    [statuses('PLANNED', 'HANDED_OVER'), 'PARTIALLY_FULFILLED'],
    [statuses('IN_TRANSIT', 'CANCELLED'), 'FULFILLED'],
    [statuses('EXCEPTION', 'DELIVERED'), 'FULFILLED'],
    [statuses('DELIVERED', 'RETURNED'), 'DELIVERED'],
    [statuses('CANCELLED'), 'CONFIRMED'],
    [statuses('TELEPORTED'), 'CONFIRMED'],
  ])('with shipments %j is %s', (shipments, status) => {
    expect(fulfilmentStatus(shipments)).toBe(status);
  });
});
