import { money } from '@cartograph/kernel/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capturesOf, fulfilmentStatus } from './fulfilment.ts';

const line = (id: string, quantity: number, minor: number, requiresShipping = true) => ({
  ...{ id, quantity, requiresShipping },
  total: money(minor, 'EUR'),
  bought: { quantity, total: money(minor, 'EUR') },
});
const shipment = (id: string, status: string, quantities: Readonly<Record<string, number>>) => ({
  ...{ id, status },
  lines: Object.entries(quantities).map(([orderLineId, quantity]) => ({ orderLineId, quantity })),
});

describe('how far an order is', () => {
  const lines = [line('a', 3, 900), line('b', 1, 100), line('gift', 1, 50, false)];

  it.each([
    ['CONFIRMED', []],
    ['CONFIRMED', [shipment('1', 'LABEL_PURCHASED', { a: 3, b: 1 })]],
    ['PARTIALLY_FULFILLED', [shipment('1', 'HANDED_OVER', { a: 3 }), shipment('2', 'PLANNED', { b: 1 })]],
    // What was called off is still owed, although no other shipment is open.
    ['PARTIALLY_FULFILLED', [shipment('1', 'DELIVERED', { a: 3 }), shipment('2', 'CANCELLED', { b: 1 })]],
    ['FULFILLED', [shipment('1', 'DELIVERED', { a: 3 }), shipment('2', 'IN_TRANSIT', { b: 1 })]],
    [
      'FULFILLED',
      [
        shipment('1', 'CANCELLED', { a: 3, b: 1 }),
        shipment('2', 'HANDED_OVER', { a: 2 }),
        shipment('3', 'DELIVERED', { a: 1, b: 1 }),
      ],
    ],
    ['DELIVERED', [shipment('1', 'DELIVERED', { a: 3 }), shipment('2', 'DELIVERED', { b: 1 })]],
  ])('is %s by the pieces that have left', (status, shipments) => {
    expect(fulfilmentStatus(lines, shipments)).toBe(status);
  });
});

describe('what is taken at shipment', () => {
  const lines = [line('a', 3, 1000), line('card', 1, 500, false)];
  const total = money(1990, 'EUR');

  it('is the share of what has left, with shipping and what needs none at first, and nothing twice', () => {
    const [first, second] = [shipment('1', 'HANDED_OVER', { a: 1 }), shipment('2', 'PLANNED', { a: 2 })];
    const once = capturesOf({ total, lines, shipments: [first, second], captured: new Map() });
    expect(once).toEqual([{ shipmentId: '1', amount: money(990 + 333, 'EUR') }]);
    const captured = new Map([['1', 1323]]);
    expect(capturesOf({ total, lines, shipments: [first, second], captured })).toEqual([]);
    const left = { ...second, status: 'IN_TRANSIT' };
    expect(capturesOf({ total, lines, shipments: [first, left], captured })).toEqual([
      { shipmentId: '2', amount: money(667, 'EUR') },
    ]);
  });

  it('is exactly the total in the end, in whatever parts and order the pieces leave', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 99_999 }), fc.nat(5_000), (sizes, minor, extra) => {
        const quantity = sizes.reduce((all, n) => all + n, 0);
        const bought = [line('a', quantity, minor)];
        const captured = new Map<string, number>();
        const shipments = sizes.map((n, index) => shipment(String(index), 'PLANNED', { a: n }));
        for (const [index] of sizes.entries()) {
          const now = shipments.map((one, at) => (at <= index ? { ...one, status: 'HANDED_OVER' } : one));
          const facts = { total: money(minor + extra, 'EUR'), lines: bought, shipments: now, captured };
          for (const { shipmentId, amount } of capturesOf(facts)) captured.set(shipmentId, amount.minor);
        }
        expect([...captured.values()].reduce((all, n) => all + n, 0)).toBe(minor + extra);
      }),
    );
  });
});
