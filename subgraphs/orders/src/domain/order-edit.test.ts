import { type Money, money } from '@cartograph/kernel/money';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { capturesOf } from './fulfilment.ts';
import { worthOfRemoved } from './order-edit.ts';
import { type Receipt, toReceipt } from './return-receipt.ts';

const eur = (minor: number) => money(minor, 'EUR');

/** One line, shipping of 4.90, and what has become of its pieces and of the money. */
function openLine(quantity: number, total: Money) {
  const orderTotal = eur(total.minor + 490);
  const bought = { quantity, total };
  const removed = { quantity: 0, paid: eur(0) };
  const returned = { quantity: 0, paid: eur(0) };
  const captured = new Map<string, number>();
  const shipments: Parameters<typeof capturesOf>[0]['shipments'][number][] = [];
  const sum = (amounts: Iterable<number>) => [...amounts].reduce((all, minor) => all + minor, 0);
  const sent = () => sum(shipments.flatMap(({ lines }) => lines.map((line) => line.quantity)));
  const refunded = () => eur(removed.paid.minor + returned.paid.minor);
  return {
    ...{ removed, returned, orderTotal },
    taken: () => sum(captured.values()),
    open: () => quantity - removed.quantity - sent(),
    back: () => sent() - returned.quantity,
    send(pieces: number) {
      shipments.push({
        ...{ id: String(shipments.length), status: 'HANDED_OVER' },
        lines: [{ orderLineId: 'a', quantity: pieces }],
      });
      const left = { quantity: quantity - removed.quantity, total: eur(total.minor - removed.paid.minor) };
      const lines = [{ id: 'a', ...left, requiresShipping: true, bought }];
      const facts = { total: eur(orderTotal.minor - removed.paid.minor), lines, shipments, captured };
      for (const { shipmentId, amount } of capturesOf(facts)) captured.set(shipmentId, amount.minor);
    },
    takeOut(pieces: number) {
      const lines = [{ id: 'a', bought: quantity, total, removed: { ...removed }, removable: pieces }];
      const facts = { orderTotal, refunded: refunded(), lines };
      const [worth] = worthOfRemoved([{ orderLineId: 'a', quantity: pieces }], facts);
      removed.quantity += pieces;
      removed.paid = eur(removed.paid.minor + (worth?.minor ?? 0));
    },
    sendBack(pieces: number) {
      const lines = [{ id: 'a', quantity: pieces, bought: quantity, total, returned: { ...returned } }];
      const facts = { status: 'APPROVED', orderTotal, shippingPaid: eur(490), refunded: refunded(), lines } as const;
      const request = {
        ...{ returnId: 'Return:1', refundShipping: false, refundAmount: null },
        lines: [{ lineId: 'a', quantity: pieces, condition: 'RESALEABLE' as const }],
      };
      const { refund } = toReceipt(request, { ...facts, shippingRefunded: false }) as Receipt;
      returned.quantity += pieces;
      returned.paid = eur(returned.paid.minor + refund.minor);
    },
  };
}

const STEP = fc.record({ does: fc.constantFrom('send', 'takeOut', 'sendBack' as const), pieces: fc.nat(4) });

it('pieces that are sent, taken out and sent back share their line to the cent, in whatever order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(9_999), fc.array(STEP), (quantity, minor, steps) => {
      const line = openLine(quantity, eur(minor));
      for (const { does, pieces } of steps) {
        const most = Math.min(pieces, does === 'sendBack' ? line.back() : line.open());
        if (most > 0) line[does](most);
        // What is reserved is enough for what was taken and what is let go; what was given back was taken.
        expect(line.taken() + line.removed.paid.minor).toBeLessThanOrEqual(line.orderTotal.minor);
        expect(line.returned.paid.minor).toBeLessThanOrEqual(line.taken());
      }
      const hasLeft = line.taken() > 0;
      if (line.open() > 0) line.takeOut(line.open());
      if (hasLeft) expect(line.taken() + line.removed.paid.minor).toBe(line.orderTotal.minor);
      if (line.back() > 0) line.sendBack(line.back());
      expect(line.removed.paid.minor + line.returned.paid.minor).toBe(minor);
    }),
    { numRuns: 500 },
  );
});
