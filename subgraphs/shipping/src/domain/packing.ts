/** Most carriers take no heavier box from a parcel customer. */
export const MAX_PARCEL_GRAMS = 31_500;
const MAX_PARCELS = 100;

/** The weights of the boxes for one shipment: as few as possible, as equal as possible, no gram lost. */
export function packParcels(weightGrams: number): readonly number[] {
  // Beyond a hundred boxes it is freight, and the last box is whatever the carrier makes of it.
  const count = Math.min(MAX_PARCELS, Math.max(1, Math.ceil(weightGrams / MAX_PARCEL_GRAMS)));
  const each = Math.floor(weightGrams / count);
  const rest = weightGrams - each * count;
  return Array.from({ length: count }, (_, index) => each + (index < rest ? 1 : 0));
}

export interface PlannedLine {
  readonly orderLineId: string;
  readonly variantId: string;
  readonly quantity: number;
  readonly warehouseId: string;
}

export interface PlannedShipment {
  readonly warehouseId: string;
  readonly weightGrams: number;
  readonly lines: readonly Omit<PlannedLine, 'warehouseId'>[];
  readonly parcelGrams: readonly number[];
}

/** One shipment per warehouse, in the order of the lines; the weight goes by pieces, as lines do not say theirs. */
export function planShipments(lines: readonly PlannedLine[], weightGrams: number): readonly PlannedShipment[] {
  const warehouses = new Map<string, Map<string, Omit<PlannedLine, 'warehouseId'>>>();
  for (const { warehouseId, ...line } of lines) {
    const here = warehouses.get(warehouseId) ?? new Map<string, typeof line>();
    const earlier = here.get(line.orderLineId);
    here.set(line.orderLineId, { ...line, quantity: line.quantity + (earlier?.quantity ?? 0) });
    warehouses.set(warehouseId, here);
  }
  let piecesLeft = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  let gramsLeft = weightGrams;
  return [...warehouses].map(([warehouseId, here]) => {
    const merged = [...here.values()];
    const pieces = merged.reduce((sum, { quantity }) => sum + quantity, 0);
    const grams = Math.round((gramsLeft * pieces) / piecesLeft);
    piecesLeft -= pieces;
    gramsLeft -= grams;
    return { warehouseId, weightGrams: grams, lines: merged, parcelGrams: packParcels(grams) };
  });
}
