import type { Inbox } from '@cartograph/kernel/inbox';
import type { Money } from '@cartograph/kernel/money';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { PostalAddress } from '@cartograph/kernel/postal-address';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { Calendar } from './domain/calendar.ts';
import type { Area, PickupLocation, RateTable, ShippingMethod, Zone } from './domain/method.ts';
import type { PlannedShipment } from './domain/packing.ts';
import type { Offer, RateAsk } from './domain/quote.ts';
import type { Piece } from './domain/replan.ts';
import type { Label, Parcel, Shipment, ShipmentLine, TrackingEvent } from './domain/shipment.ts';
import type { ShipmentStatus } from './domain/shipment-status.ts';
import type { LabelStore } from './ports/labels.ts';
import type { TrackingStore } from './ports/tracking.ts';

/** Everything that shipping needs from outside. */
export interface Ports {
  readonly rates: RateStore;
  readonly methods: MethodStore;
  readonly zones: ZoneStore;
  readonly pickups: PickupStore;
  readonly shipments: ShipmentStore;
  readonly labels: LabelStore;
  readonly tracking: TrackingStore;
  readonly inbox: Inbox;
  /** By the name that methods carry, such as SANDBOX. */
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly orders: Orders;
  readonly calendar: Calendar;
  readonly shipFrom: PostalAddress;
  /** Whether a plan buys its labels by itself. */
  readonly autoBuyLabels: boolean;
  readonly clock: () => Date;
  readonly newId: (type: 'Shipment' | 'Parcel' | 'ShippingMethod' | 'ShippingZone' | 'PickupLocation') => string;
}

/** A company that moves parcels. Money and status are ours, so no carrier's words pass this line. */
export interface Carrier {
  /** What it would charge, for methods that have the carrier's prices. Of the receiver only the place is known. */
  rates?(request: RateRequest): Promise<readonly CarrierRate[]>;
  /** The same key gives the same label, however often it is asked. Throws when the outcome is unknown. */
  buyLabel(request: LabelRequest): Promise<LabelOutcome>;
  /** Gives a label back; repeating it does no harm. */
  voidLabel(reference: string): Promise<VoidOutcome>;
  /** All messages about a parcel, also those that webhooks lost. */
  track(trackingNumber: string): Promise<readonly CarrierMessage[]>;
  /** What a webhook's body says about a parcel; none for one that we have no use for. */
  readEvent(payload: unknown): readonly CarrierMessage[];
}

/**
 * For carriers that know no idempotency keys: whoever buys under a key is alone while doing so, and finds what an earlier
 * one wrote down, whether that came to an end or not.
 */
export interface Purchases {
  /**
   * Throws `Unavailable` when another is not done in time. After a failure nobody else starts for so long as `settleMs`
   * says, so that what is still under way at the carrier comes to its end.
   */
  alone<T>(
    carrier: string,
    key: string,
    settleMs: (error: unknown) => number,
    work: (purchase: PurchaseNotes) => Promise<T>,
  ): Promise<T>;
}

export interface PurchaseNotes {
  /** False when somebody began before. */
  readonly isFirst: boolean;
  /** What was written down last; null for nothing. */
  readonly note: PurchaseNote | null;
  write(note: PurchaseNote): Promise<void>;
}

export type PurchaseNote = Readonly<Record<string, string | number>>;

export interface RateRequest {
  readonly from: PostalAddress;
  readonly to: PostalAddress;
  readonly weightGrams: number;
}

export interface CarrierRate {
  readonly service: string;
  readonly price: Money;
  /** How many business days it takes; null where the carrier does not say. */
  readonly businessDays: number | null;
}

export interface LabelRequest extends RateRequest {
  readonly key: string;
  readonly service: string;
  /** Our name of the parcel, printed on the label. */
  readonly parcelId: string;
}

export type BoughtLabel = Omit<Label, 'id' | 'parcelId' | 'carrier' | 'boughtAt'>;

export type LabelOutcome =
  | { readonly kind: 'bought'; readonly label: BoughtLabel }
  | { readonly kind: 'refused'; readonly reason: string };

export type VoidOutcome = { readonly kind: 'voided' } | { readonly kind: 'refused'; readonly reason: string };

/** One message of a carrier. `reference` is its own id: a message is stored once. */
export interface CarrierMessage extends Omit<TrackingEvent, 'id'> {
  readonly reference: string;
}

/** The subgraph that is told how its orders' shipments move. */
export interface Orders {
  shipmentChanged(change: ShipmentChange): Promise<void>;
}

export interface ShipmentChange {
  readonly orderId: string;
  readonly shipmentId: string;
  readonly status: ShipmentStatus;
  readonly eventId: string;
}

export interface RateStore {
  /** Answers all asks in one statement, in their order; none for a place that no zone covers. */
  offers(asks: readonly RateAsk[]): Promise<readonly (readonly Offer[])[]>;
}

export interface MethodStore {
  findByIds(ids: readonly string[]): Promise<readonly ShippingMethod[]>;
  /** By name. Inactive ones for staff alone. */
  list(viewer: Viewer, countryCode: string | null, page: PageRequest): Promise<Page<ShippingMethod>>;
  tablesOf(methodIds: readonly string[]): Promise<readonly RateTable[]>;
  /** Of the methods that are offered, those that none of these carriers would bring; at most 100, by name. */
  withoutCarrier(carriers: readonly string[]): Promise<readonly ShippingMethod[]>;
  create(method: ShippingMethod, now: Date): Promise<void>;
  update(id: string, changes: MethodChanges): Promise<ShippingMethod | null>;
  /** Replaces one table; no tiers removes it. */
  replaceRates(table: RateTable): Promise<'saved' | 'no-method' | 'no-zone' | 'too-many'>;
}

export type MethodChanges = Partial<
  Pick<ShippingMethod, 'name' | 'description' | 'taxClass' | 'carrierPrices' | 'active'>
>;

export interface ZoneStore {
  findByIds(ids: readonly string[]): Promise<readonly Zone[]>;
  list(page: PageRequest): Promise<Page<Zone>>;
  areasOf(zoneIds: readonly string[]): Promise<readonly (Area & { readonly zoneId: string })[]>;
  /** Creates a zone, or replaces one when `isNew` is false. */
  save(zone: Zone, areas: readonly Area[], isNew: boolean, now: Date): Promise<ZoneSaved>;
}

export type ZoneSaved =
  | 'saved'
  | 'absent'
  | 'name-taken'
  /** An area that another zone has already. */
  | { readonly taken: Area };

export interface PickupStore {
  findByIds(ids: readonly string[]): Promise<readonly PickupLocation[]>;
  list(countryCode: string, postalCode: string | null, page: PageRequest): Promise<Page<RankedPickup>>;
  save(location: PickupLocation, isNew: boolean, now: Date): Promise<'saved' | 'absent'>;
}

export interface RankedPickup extends PickupLocation {
  /** How many characters of the postal code are not the asked one's: 0 is next door. */
  readonly distance: number;
}

export interface ShipmentStore {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Shipment[]>;
  findByOrderIds(viewer: Viewer, orderIds: readonly string[]): Promise<readonly ShipmentOfOrder[]>;
  findByTracking(viewer: Viewer, trackingNumber: string): Promise<Shipment | null>;
  /** Newest first. */
  list(viewer: Viewer, status: ShipmentStatus | null, page: PageRequest): Promise<Page<Shipment>>;
  /** Of shipments that were read as the viewer. */
  linesOf(shipmentIds: readonly string[]): Promise<readonly ShipmentLine[]>;
  parcelsOf(shipmentIds: readonly string[]): Promise<readonly Parcel[]>;
  eventsOf(asks: readonly EventsAsk[]): Promise<readonly Page<TrackingEvent>[]>;
  /** One plan per order, whoever asks first. */
  plan(plan: Plan): Promise<PlanOutcome>;
  /** What came in the place of a shipment. */
  findReplacements(id: string): Promise<readonly Shipment[]>;
  replan(replan: Replan): Promise<ReplanOutcome>;
  /** False, and no change, when some of the pieces have left. Once per key. */
  takeOut(asked: TakeOut): Promise<boolean>;
  /** False, and no change, when a part has left. */
  cancelOrder(orderId: string, now: Date): Promise<boolean>;
  cancel(id: string, now: Date): Promise<Change>;
  handOver(id: string, now: Date): Promise<Change>;
  correctAddress(id: string, address: PostalAddress, now: Date, autoBuyLabels: boolean): Promise<Change>;
  /** Remembers what an actor's key is for. False when it was used for something else. */
  claimKey(actor: string, key: string, subject: string, now: Date): Promise<boolean>;
}

/** A shipment, with what is asked of it nearly always. */
export interface ShipmentOfOrder {
  readonly shipment: Shipment;
  readonly method: ShippingMethod;
  readonly lines: readonly ShipmentLine[];
}

/** What became of a shipment that was to change; `refused` says that its status does not admit it. */
export type Change =
  | { readonly kind: 'changed' | 'refused'; readonly shipment: Shipment }
  | { readonly kind: 'absent' };

export interface EventsAsk {
  readonly shipmentId: string;
  readonly page: PageRequest;
}

export interface Plan {
  readonly orderId: string;
  readonly buyerId: string;
  readonly methodId: string;
  readonly pickupLocationId: string | null;
  readonly address: PostalAddress;
  readonly shipments: readonly (PlannedShipment & { readonly id: string; readonly parcelIds: readonly string[] })[];
  /** `days[n]` is n business days after it leaves. */
  readonly days: readonly string[];
  readonly autoBuyLabels: boolean;
  readonly now: Date;
}

export type PlanOutcome =
  | { readonly kind: 'planned'; readonly shipments: readonly Shipment[] }
  /** The order was cancelled before its plan arrived. */
  | { readonly kind: 'barred' }
  | { readonly kind: 'no-method' }
  | { readonly kind: 'no-pickup' };

interface Planner extends Pick<Plan, 'orderId' | 'autoBuyLabels' | 'now'> {
  readonly newId: Ports['newId'];
}

/** What a shipment holds, in shipments of its own. */
export interface Replan extends Planner {
  readonly shipmentId: string;
  readonly parts: readonly (readonly Piece[])[];
}

export type ReplanOutcome =
  | { readonly kind: 'replanned'; readonly shipments: readonly Shipment[] }
  /** It has left, or was replaced before. */
  | { readonly kind: 'refused'; readonly status: ShipmentStatus }
  /** The order was. */
  | { readonly kind: 'cancelled' }
  /** All that it held was taken out of the order. */
  | { readonly kind: 'taken-out' }
  | { readonly kind: 'too-many' };

export interface TakeOut extends Planner {
  readonly key: string;
  readonly lines: readonly Piece[];
}
