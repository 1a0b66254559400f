import type { ShipmentPlan, ShipmentState } from '../src/domain/shipment.ts';

/** One of the shipments of an order. Without lines it holds its share of the plan, less what was taken out. */
export interface FakeShipment extends Omit<ShipmentState, 'lines'> {
  readonly lines?: ShipmentState['lines'];
}

export function withLines(
  list: readonly FakeShipment[],
  plan: ShipmentPlan | undefined,
  takenOut: Readonly<Record<string, number>>,
): readonly ShipmentState[] {
  const open = list.filter(({ lines, status }) => lines === undefined && status !== 'CANCELLED');
  let turn = 0;
  const pieces = (plan?.lines ?? []).flatMap(({ orderLineId, quantity }) =>
    Array.from({ length: Math.max(0, quantity - (takenOut[orderLineId] ?? 0)) }, () => {
      const shipment = open[turn % open.length];
      turn += 1;
      return { id: shipment?.id, orderLineId };
    }),
  );
  return list.map(({ id, lines, ...shipment }) => ({
    ...{ id, ...shipment },
    lines: lines ?? pieces.filter((piece) => piece.id === id).map(({ orderLineId }) => ({ orderLineId, quantity: 1 })),
  }));
}

export function piecesByLine(lines: ShipmentState['lines']): Readonly<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const { orderLineId, quantity } of lines) all[orderLineId] = (all[orderLineId] ?? 0) + quantity;
  return all;
}
