import { canMove, SHIPMENT_STATUSES } from '../src/domain/shipment-status.ts';

/** Every move that the domain admits, as text. */
export const legalMoves = {
  statuses: SHIPMENT_STATUSES,
  moves: SHIPMENT_STATUSES.flatMap((from) =>
    SHIPMENT_STATUSES.filter((to) => canMove(from, to)).map((to) => `${from} > ${to}`),
  ),
};
