import type { PostalAddress } from '@cartograph/kernel/postal-address';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Label, Shipment } from '../domain/shipment.ts';
import type { BoughtLabel, LabelRequest } from '../ports.ts';

/** Carriers use numbers again, some after months: what is told of one must lead to one parcel. */
export type LabelKept = 'kept' | 'unwanted' | 'number-taken';

export interface LabelStore {
  /** What is to be labelled; null for no such shipment. */
  pending(shipmentId: string): Promise<PendingLabel | null>;
  /**
   * The same, and writes down what the carrier is about to be asked for the first parcel, as `ask` does for each. No `ask`
   * where nothing is to be bought: not planned, a pick-up, none of these carriers.
   */
  begin(
    shipmentId: string,
    from: LabelSender,
    now: Date,
  ): Promise<{ readonly pending: PendingLabel; readonly ask: LabelAsk | null } | null>;
  /**
   * Writes down what a carrier is about to be asked for a parcel; what was asked under the same key before is to be repeated instead.
   * Null, and nothing is to be bought, when the shipment does not wait for this label any more.
   */
  ask(pending: PendingLabel, parcelId: string, from: LabelSender, now: Date): Promise<LabelAsk | null>;
  /** What carriers were asked for this shipment, with no answer that we know of. */
  unanswered(shipmentId: string): Promise<readonly LabelAsk[]>;
  /** Stores a bought label; the carrier takes back one that came too late, or whose number another parcel has. */
  keep(pending: PendingLabel, ask: LabelAsk, label: BoughtLabel, now: Date): Promise<LabelKept>;
  /** Notes why no label can be bought, unless the address has changed meanwhile. No `ask`: the carrier was not asked. */
  refuse(pending: PendingLabel, reason: string, ask?: LabelAsk): Promise<void>;
  /** The current labels of parcels; none for viewers who may not print. */
  currentOf(viewer: Viewer, parcelIds: readonly string[]): Promise<readonly Label[]>;
  /** A label that is to go back; null when it is back or wanted. */
  toVoid(id: string): Promise<{ readonly carrier: string; readonly reference: string } | null>;
  voided(id: string, now: Date): Promise<void>;
  voidRefused(id: string, reason: string): Promise<void>;
}

export interface LabelSender {
  /** Those that are set up. */
  readonly carriers: readonly string[];
  readonly address: PostalAddress;
}

export interface LabelAsk {
  readonly carrier: string;
  readonly addressRevision: number;
  readonly request: LabelRequest;
}

export interface PendingLabel {
  readonly shipment: Shipment;
  readonly carrier: string | null;
  readonly service: string | null;
  /** Parcels without a label. */
  readonly parcels: readonly { readonly id: string; readonly weightGrams: number }[];
  /** How the shipment stood when this was read, for the store itself. */
  readonly stands: unknown;
}
