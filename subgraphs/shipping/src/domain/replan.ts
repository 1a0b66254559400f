import type { InputIssue } from '@cartograph/kernel/refusal';
import type { ShipmentLine } from './shipment.ts';

export const MAX_PARTS = 10;

export interface Piece {
  readonly orderLineId: string;
  readonly quantity: number;
}

const issue = (path: readonly (string | number)[], message: string): InputIssue => ({
  path: path.map(String),
  message,
});

/** What is wrong with parts that are to hold exactly what a shipment holds. */
export function partIssues(parts: readonly (readonly Piece[])[], held: readonly Piece[]): readonly InputIssue[] {
  if (parts.length < 1 || parts.length > MAX_PARTS) return [issue(['parts'], `Give from 1 to ${MAX_PARTS} parts.`)];
  const empty = parts.flatMap((lines, index) =>
    lines.length === 0 || lines.some(({ quantity }) => quantity < 1)
      ? [issue(['parts', index, 'lines'], 'A part has lines, each of 1 or more.')]
      : [],
  );
  if (empty.length > 0) return empty;
  const asked = count(parts.flat());
  const there = count(held);
  const same = asked.size === there.size && [...there].every(([id, quantity]) => asked.get(id) === quantity);
  return same ? [] : [issue(['parts'], 'The parts together must be exactly what the shipment holds.')];
}

/** What is left of shipments' lines once some pieces are taken out, shipment by shipment; null when they are not all there. */
export function takeOut<S extends { readonly id: string; readonly lines: readonly Piece[] }>(
  shipments: readonly S[],
  wanted: readonly Piece[],
): ReadonlyMap<string, readonly Piece[]> | null {
  const missing = count(wanted);
  const left = new Map<string, readonly Piece[]>();
  for (const { id, lines } of shipments) {
    const rest = lines.map(({ orderLineId, quantity }) => {
      const taken = Math.min(quantity, missing.get(orderLineId) ?? 0);
      missing.set(orderLineId, (missing.get(orderLineId) ?? 0) - taken);
      return { orderLineId, quantity: quantity - taken };
    });
    if (rest.some(({ quantity }, index) => quantity !== lines[index]?.quantity))
      left.set(
        id,
        rest.filter(({ quantity }) => quantity > 0),
      );
  }
  return [...missing.values()].every((quantity) => quantity <= 0) ? left : null;
}

function count(pieces: readonly Piece[]): Map<string, number> {
  const all = new Map<string, number>();
  for (const { orderLineId, quantity } of pieces) all.set(orderLineId, (all.get(orderLineId) ?? 0) + quantity);
  return all;
}

/** A shipment's weight, by pieces, since lines do not say theirs. */
export function weightOf(
  part: readonly Piece[],
  held: readonly Pick<ShipmentLine, 'quantity'>[],
  grams: number,
): number {
  const pieces = (list: readonly { readonly quantity: number }[]) =>
    list.reduce((all, { quantity }) => all + quantity, 0);
  return Math.round((grams * pieces(part)) / pieces(held));
}
