import { describe, expect, it } from 'vitest';
import {
  afterNews,
  canMove,
  hasLeft,
  isFinal,
  SHIPMENT_STATUSES,
  type ShipmentStatus,
  statusOfAll,
} from './shipment-status.ts';

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
    const after = (status: ShipmentStatus, news: ShipmentStatus, second: number) =>
      afterNews({ status, lastEventAt: at(1) }, { status: news, occurredAt: at(second) });
    expect(after('OUT_FOR_DELIVERY', 'IN_TRANSIT', 1).status).toBe('OUT_FOR_DELIVERY');
    expect(after('OUT_FOR_DELIVERY', 'IN_TRANSIT', 2).status).toBe('IN_TRANSIT');
    expect(after('IN_TRANSIT', 'DELIVERED', 1).status).toBe('DELIVERED');
  });

  it('remembers the newest message, not the last', () => {
    const parcel = { status: 'IN_TRANSIT', lastEventAt: at(5) } as const;
    expect(afterNews(parcel, { status: 'EXCEPTION', occurredAt: at(4) })).toEqual(parcel);
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
