export const SHIPMENT_STATUSES = [
  'PLANNED',
  'LABEL_PURCHASED',
  'HANDED_OVER',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
  'EXCEPTION',
  'CANCELLED',
  'RETURNED',
] as const;

export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

const ON_THE_WAY = ['IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'RETURNED'] as const;

/** Steps may be skipped, because carriers lose messages. The database refuses every other move too. */
const MOVES: Readonly<Record<ShipmentStatus, readonly ShipmentStatus[]>> = {
  // DELIVERED at once is a pick-up that the buyer collected.
  PLANNED: ['LABEL_PURCHASED', 'DELIVERED', 'CANCELLED'],
  LABEL_PURCHASED: ['HANDED_OVER', ...ON_THE_WAY, 'CANCELLED'],
  HANDED_OVER: ON_THE_WAY,
  IN_TRANSIT: ['OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'RETURNED'],
  // Back to the depot for another attempt.
  OUT_FOR_DELIVERY: ['IN_TRANSIT', 'DELIVERED', 'EXCEPTION', 'RETURNED'],
  EXCEPTION: ['HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'RETURNED'],
  DELIVERED: [],
  CANCELLED: [],
  RETURNED: [],
};

export const canMove = (from: ShipmentStatus, to: ShipmentStatus): boolean => MOVES[from].includes(to);

export const isFinal = (status: ShipmentStatus): boolean => MOVES[status].length === 0;

/** Whether it is no longer in the warehouse, so that it cannot be called off. */
export const hasLeft = (status: ShipmentStatus): boolean =>
  status !== 'PLANNED' && status !== 'LABEL_PURCHASED' && status !== 'CANCELLED';

const progress = (status: ShipmentStatus): number => SHIPMENT_STATUSES.indexOf(status);

export interface ParcelState {
  readonly status: ShipmentStatus;
  readonly lastEventAt: Date | null;
}

export interface News {
  readonly status: ShipmentStatus;
  readonly occurredAt: Date;
}

/** A parcel after a message. The same when the message is old, repeats what is known or is no legal move. */
export function afterNews<Parcel extends ParcelState>(parcel: Parcel, { status, occurredAt }: News): Parcel {
  const age = parcel.lastEventAt ? occurredAt.getTime() - parcel.lastEventAt.getTime() : 1;
  if (age < 0) return parcel;
  // Carriers stamp several messages with one second: of those only a step forward counts.
  const isNews = age > 0 || progress(status) > progress(parcel.status);
  const moves = isNews && canMove(parcel.status, status);
  return { ...parcel, status: moves ? status : parcel.status, lastEventAt: occurredAt };
}

/** Where a shipment stands, from its parcels: a problem first, then the slowest one that is still on its way. */
export function statusOfAll(parcels: readonly ShipmentStatus[]): ShipmentStatus {
  if (parcels.includes('EXCEPTION')) return 'EXCEPTION';
  const moving = parcels.filter((status) => !isFinal(status));
  if (moving.length === 0) return parcels.includes('RETURNED') ? 'RETURNED' : (parcels[0] ?? 'PLANNED');
  const slowest = moving.reduce((a, b) => (progress(a) <= progress(b) ? a : b));
  return !hasLeft(slowest) && parcels.some(hasLeft) ? 'HANDED_OVER' : slowest;
}
