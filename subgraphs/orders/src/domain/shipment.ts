import type { PostalAddress } from './postal-address.ts';
import type { StockAllocation } from './stock-line.ts';

export interface ShipmentPlan {
  readonly orderId: string;
  readonly buyerId: string;
  readonly methodId: string;
  readonly address: PostalAddress;
  readonly lines: readonly (StockAllocation & { readonly orderLineId: string })[];
  readonly weightGrams: number;
}

/** A shipment, as far as an order follows it. */
export interface ShipmentState {
  readonly id: string;
  readonly status: string;
  /** Of its first parcel, once it has a label. */
  readonly trackingNumber?: string | null;
  readonly trackingUrl?: string | null;
  readonly carrier?: string | null;
  /** When the carrier took it. */
  readonly shippedAt?: string | null;
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[];
}
