import { describe, expect, it } from 'vitest';
import { canMove, hasLeft, isFinal, SHIPMENT_STATUSES, statusAfter, statusOfAll } from './shipment-status.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

describe('a shipment', () => {
  it('never leaves a final state', () => {
    for (const from of ['DELIVERED', 'CANCELLED', 'RETURNED'] as const) {
      expect(isFinal(from)).toBe(true);
      expect(SHIPMENT_STATUSES.filter((to) => canMove(from, to))).toEqual([]);
    }
  });

  it('can be cancelled exactly until it leaves', () => {
    for (const status of SHIPMENT_STATUSES)
      expect(canMove(status, 'CANCELLED')).toBe(!hasLeft(status) && status !== 'CANCELLED');
  });

  it('of two messages with one time stamp keeps the one that is further', () => {
    const parcel = { status: 'OUT_FOR_DELIVERY', lastEventAt: at(1) } as const;
    expect(statusAfter(parcel, { status: 'IN_TRANSIT', occurredAt: at(1) })).toBe('OUT_FOR_DELIVERY');
    expect(statusAfter(parcel, { status: 'IN_TRANSIT', occurredAt: at(2) })).toBe('IN_TRANSIT');
    expect(statusAfter({ status: 'IN_TRANSIT', lastEventAt: at(1) }, { status: 'DELIVERED', occurredAt: at(1) })).toBe(
      'DELIVERED',
    );
  });

  it.each([
    [['DELIVERED', 'IN_TRANSIT'], 'IN_TRANSIT'],
    [['IN_TRANSIT', 'LABEL_PURCHASED'], 'HANDED_OVER'],
    [['DELIVERED', 'EXCEPTION'], 'EXCEPTION'],
    [['DELIVERED', 'RETURNED'], 'RETURNED'],
    [['DELIVERED', 'DELIVERED'], 'DELIVERED'],
    [['PLANNED', 'PLANNED'], 'PLANNED'],
  ] as const)('of parcels %j is %s', (parcels, together) => {
    expect(statusOfAll(parcels)).toBe(together);
  });
});
