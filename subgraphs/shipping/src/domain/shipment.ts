import type { Money } from '@cartograph/kernel/money';
import type { PostalAddress } from '@cartograph/kernel/postal-address';
import type { ShipmentStatus } from './shipment-status.ts';

/** What leaves one warehouse for one order. */
export interface Shipment {
  readonly id: string;
  readonly orderId: string;
  readonly buyerId: string;
  readonly methodId: string;
  readonly warehouseId: string;
  readonly pickupLocationId: string | null;
  readonly status: ShipmentStatus;
  readonly address: PostalAddress;
  /** Grows with each correction of the address. */
  readonly addressRevision: number;
  readonly weightGrams: number;
  /** Of its first parcel. */
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  /** Days, `YYYY-MM-DD`, as promised when it was planned. */
  readonly earliestDelivery: string | null;
  readonly latestDelivery: string | null;
  readonly problem: string | null;
  readonly createdAt: Date;
  readonly handedOverAt: Date | null;
  readonly deliveredAt: Date | null;
}

export interface ShipmentLine {
  readonly shipmentId: string;
  readonly orderLineId: string;
  readonly variantId: string;
  readonly quantity: number;
}

export interface Parcel {
  readonly id: string;
  readonly shipmentId: string;
  readonly weightGrams: number;
  readonly status: ShipmentStatus;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
}

/** A label that a carrier sold. */
export interface Label {
  readonly id: string;
  readonly parcelId: string;
  readonly carrier: string;
  /** The carrier's own id of it. */
  readonly reference: string;
  readonly service: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string;
  readonly cost: Money | null;
  readonly contentType: string;
  readonly document: Uint8Array;
  readonly boughtAt: Date;
}

export interface TrackingEvent {
  readonly id: string;
  readonly trackingNumber: string;
  readonly status: ShipmentStatus;
  readonly description: string;
  readonly location: string | null;
  readonly occurredAt: Date;
}

/** The shipment is in a state in which something cannot be done. `kind` is the GraphQL type. */
export interface ShipmentStatusConflict {
  readonly kind: 'ShipmentStatusConflict';
  readonly message: string;
  readonly status: ShipmentStatus;
}

export const statusConflict = (status: ShipmentStatus, message: string): ShipmentStatusConflict => ({
  kind: 'ShipmentStatusConflict',
  message,
  status,
});
