import type { ShipmentPlan, ShipmentState } from '../src/domain/shipment.ts';

/** One of the shipments of an order. Without lines it holds what of the plan is not in others, spread evenly. */
export interface FakeShipment extends Omit<ShipmentState, 'lines'> {
  readonly lines?: ShipmentState['lines'];
}

export function withLines(list: readonly FakeShipment[], plan: ShipmentPlan | undefined): readonly ShipmentState[] {
  const open = list.filter(({ lines, status }) => lines === undefined && status !== 'CANCELLED');
  let turn = 0;
  const pieces = (plan?.lines ?? []).flatMap(({ orderLineId, quantity }) =>
    Array.from({ length: quantity }, () => {
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
