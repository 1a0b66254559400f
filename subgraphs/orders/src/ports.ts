import type { Money } from '@cartograph/kernel/money';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { SagaRunner, SagaStart } from '@cartograph/kernel/saga';
import type { Viewer } from '@cartograph/kernel/viewer';
import type {
  CheckoutCustomer,
  CheckoutRequest,
  CheckoutVariant,
  Destination,
  ShippingRate,
} from './domain/checkout.ts';
import type { RecordedOrder } from './domain/customer.ts';
import type { Market } from './domain/market.ts';
import type { Message } from './domain/message.ts';
import type {
  CapturePolicy,
  Confirmation,
  NewOrder,
  Order,
  OrderFilter,
  OrderLine,
  OrderWithLines,
} from './domain/order.ts';
import type { RemovedLine } from './domain/order-edit.ts';
import type { NewOrderEvent } from './domain/order-event.ts';
import type { OrderStatus } from './domain/order-status.ts';
import type {
  AuthorizeRequest,
  PaymentAnswer,
  RefundAnswer,
  RefundRequest,
  Released,
  Voided,
} from './domain/payment.ts';
import type { CancelRequest, OutOfStockLine, RememberedRefusal } from './domain/place-order.ts';
import type { PricingFacts } from './domain/pricing.ts';
import type { ReservedFor } from './domain/reservation.ts';
import type { ShipmentPlan, ShipmentState } from './domain/shipment.ts';
import type { ShopLink } from './domain/shop-link.ts';
import type { NewDiscount, StaffDiscount } from './domain/staff-discount.ts';
import type { StockAllocation, StockLine } from './domain/stock-line.ts';
import type { CartStore } from './ports/carts.ts';
import type { OrderNews } from './ports/order-news.ts';
import type { StuckSteps, Timeline } from './ports/order-timeline.ts';
import type { Edits, Returns } from './ports/returns.ts';
import type { ChannelMessages, ChannelOrders, SalesChannel } from './ports/sales-channel.ts';
import type { Webhooks } from './ports/webhooks.ts';

/** The products subgraph. */
export interface Products {
  /** One call; variants that do not exist are left out. */
  checkoutVariants(ids: readonly string[], currency: string): Promise<readonly CheckoutVariant[]>;
  /** One call, whatever they cost here; SKUs that do not exist are left out. */
  variantsBySku(skus: readonly string[]): Promise<readonly CheckoutVariant[]>;
}

export interface ShippingRateRequest {
  readonly methodId: string;
  readonly destination: Destination;
  readonly weightGrams: number;
  readonly subtotal: Money;
}

/** The shipping subgraph. */
export interface Shipping {
  /** One call, one answer per request in its order; null where the method does not deliver. */
  shippingRates(requests: readonly ShippingRateRequest[]): Promise<readonly (ShippingRate | null)[]>;
}

/** The customers subgraph. */
export interface Customers {
  /** One call; customers that do not exist are left out. */
  checkoutCustomers(ids: readonly string[]): Promise<readonly CheckoutCustomer[]>;
  /** Safe to repeat, and in any order. */
  recordOrder(order: RecordedOrder): Promise<void>;
}

/** Our own tables of markets, tax rates and discounts. */
export interface PricingStore {
  /** One statement, one answer per request in its order; null where the currency is not sold in. */
  facts(requests: readonly CheckoutRequest[], now: Date): Promise<readonly (PricingFacts | null)[]>;
}

// Orders and checkout.

/** Something that leaves in the statement that caused it, and is delivered after it. */
export interface OutboxEvent {
  readonly id: string;
  readonly topic: string;
  /** Events of one key are delivered in order. */
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Stock, which products keeps. Every call is safe to repeat. */
export interface Stock {
  /** All lines or none. Refused once the order's stock was released. */
  hold(
    orderId: string,
    lines: readonly StockLine[],
    seconds: number,
  ): Promise<
    | { readonly kind: 'held'; readonly allocations: readonly StockAllocation[] }
    | { readonly kind: 'insufficient'; readonly lines: readonly OutOfStockLine[] }
  >;
  /** Where the goods come from; null when they are gone. */
  commit(orderId: string): Promise<readonly StockAllocation[] | null>;
  /** False when it is committed. */
  release(orderId: string): Promise<boolean>;
  restock(orderId: string, lines: readonly StockLine[], key: string): Promise<boolean>;
}

/** The payments subgraph. All throw `Unavailable` while the outcome is not known. */
export interface Payments {
  authorize(request: AuthorizeRequest): Promise<PaymentAnswer>;
  /** How the payment stands at the provider now. */
  confirm(orderId: string): Promise<PaymentAnswer>;
  /** All that is left, unless an amount is given. False when it cannot be captured. */
  capture(orderId: string, key: string, amount: Money | null): Promise<boolean>;
  /** What is reserved and will never be taken, all that is left unless an amount is given. Null when less is reserved. */
  release(orderId: string, key: string, amount: Money | null): Promise<Released | null>;
  /** Leaves no net charge, whether authorised or captured, and bars a later authorisation. Null when it cannot be voided. */
  void(orderId: string, key: string): Promise<Voided | null>;
  refund(request: RefundRequest): Promise<RefundAnswer>;
}

/** Shipments, which shipping keeps. */
export interface Fulfilment {
  /** One plan per order, however often it is asked for. */
  plan(plan: ShipmentPlan): Promise<void>;
  /** False when something was handed over already. */
  cancel(orderId: string): Promise<boolean>;
  /** Pieces are not sent; once per key. False, and nothing has changed, when some have left. */
  takeOut(orderId: string, key: string, lines: readonly RemovedLine[]): Promise<boolean>;
  shipmentsOf(orderId: string): Promise<readonly ShipmentState[]>;
  /** With where they are: who carries each, and since when. */
  trackedShipmentsOf(orderId: string): Promise<readonly ShipmentState[]>;
}

/** Mails to buyers, which customers sends. */
export interface Messages {
  send(message: Message): Promise<void>;
}

/** Our orders, read as the viewer: what is not theirs reads as absent. */
export interface Orders {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Order[]>;
  findWithLines(viewer: Viewer, ids: readonly string[]): Promise<readonly OrderWithLines[]>;
  findByNumber(viewer: Viewer, number: string): Promise<Order | null>;
  /** Newest first. */
  list(viewer: Viewer, filter: OrderFilter, page: PageRequest): Promise<Page<Order>>;
  /** A page of each customer's orders, in the order of the ids. */
  listByCustomer(viewer: Viewer, customerIds: readonly string[], page: PageRequest): Promise<readonly Page<Order>[]>;
  linesByOrderIds(viewer: Viewer, orderIds: readonly string[]): Promise<readonly OrderLine[]>;
  linesByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly OrderLine[]>;
  /** Whether money of it is still on its way to us: to be taken, and neither taken nor given up. */
  awaitsCapture(id: string): Promise<boolean>;
  /**
   * What may still take money that is reserved for it; null when nothing ever will again, which is final. `setting`: when money
   * is taken of orders from before each kept that.
   */
  reservedFor(id: string, setting: CapturePolicy): Promise<ReservedFor | null>;
}

export interface Key {
  readonly buyerId: string;
  readonly operation:
    | 'placeOrder'
    | 'completePayment'
    | 'cancelOrder'
    | 'requestReturn'
    | 'receiveReturn'
    | 'editOrder'
    | 'exchangeReturn'
    | 'releaseReservation';
  readonly key: string;
  readonly fingerprint: string;
}

export interface KeyRecord {
  readonly fingerprint: string;
  readonly orderId: string | null;
  readonly sagaId: string | null;
  readonly returnId: string | null;
  /** A refusal from before there was an order. */
  readonly outcome: RememberedRefusal | null;
}

/** What became of the keys that buyers sent. */
export interface Keys {
  find(owners: readonly string[], operation: Key['operation'], key: string): Promise<KeyRecord | null>;
  /** The same, with what the price of a checkout depends on; see `PricingStore`. */
  findWithFacts(
    asked: { readonly owners: readonly string[] } & Pick<Key, 'operation' | 'key'>,
    request: CheckoutRequest,
    now: Date,
  ): Promise<{ readonly earlier: KeyRecord | null; readonly facts: PricingFacts | null }>;
  /** Takes a key for what is done with an order; to take it again is safe. False: it was used with other input. */
  claim(key: Key, orderId: string): Promise<boolean>;
  /** Remembers a refusal that left no order. False when the key was taken meanwhile. */
  remember(key: Key, outcome: RememberedRefusal): Promise<boolean>;
}

/**
 * `key-taken`: another request with the same key came first; `cart-taken`: another order of this cart lives;
 * `number-taken`: chance gave the number before; `channel-taken`: what the channel has sold was placed before.
 */
export type InsertOutcome =
  | 'inserted'
  | 'key-taken'
  | 'cart-taken'
  | 'discount-used-up'
  | 'number-taken'
  | 'channel-taken';

/** The writes of the checkout. Each is one statement, safe to repeat, and moves the order along legal transitions only. */
export interface Checkouts {
  /** The order, its lines, redemptions, key and saga at once. */
  insert(order: NewOrder, key: Key, saga: SagaStart): Promise<InsertOutcome>;
  liveOrderOfCart(cartId: string): Promise<{ readonly id: string; readonly status: OrderStatus } | null>;
  awaitPayment(orderId: string, events: readonly OutboxEvent[], told: readonly NewOrderEvent[]): Promise<void>;
  /**
   * Confirms, closes the cart, sends the events, and moves the saga to its next step. Throws when the saga is undone. Null
   * when it was confirmed before.
   */
  confirm(
    orderId: string,
    next: { readonly step: string; readonly state: unknown },
    events: readonly OutboxEvent[],
    told: readonly NewOrderEvent[],
    capture: CapturePolicy,
  ): Promise<Confirmation | null>;
  /** REFUSED, or CANCELLED when somebody abandoned it; gives its discounts back. */
  refuse(
    orderId: string,
    refusal: RememberedRefusal,
    events: readonly OutboxEvent[],
    told: readonly NewOrderEvent[],
  ): Promise<void>;
  /** Orders that have waited for their payment since before that moment, or for longer than their buyers were given. */
  awaitingSince(before: Date, now: Date): Promise<readonly string[]>;
  /** What the orders that wait for their payment hold: at most 100 of them, by id. */
  awaitingLines(after: string): Promise<readonly { readonly orderId: string; readonly lines: readonly StockLine[] }[]>;
}

/** The writes of a cancellation. */
export interface Cancellations {
  /**
   * CONFIRMED to CANCELLING with key and saga at once; false when the order is not free to be cancelled, has
   * another number of edits, or the key is taken.
   */
  begin(request: CancelRequest, key: Key, saga: SagaStart, appliedEdits: number): Promise<boolean>;
  finish(request: CancelRequest, events: readonly OutboxEvent[], told: readonly NewOrderEvent[]): Promise<void>;
  /** Back to where the order's shipments are, by what shipping says of them now and what it has told before. */
  giveUp(orderId: string, shipments: readonly ShipmentState[]): Promise<void>;
}

/** The staff's view of discounts, and the markets. */
export interface DiscountStore {
  markets(): Promise<readonly Market[]>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<StaffDiscount>>;
  /** Gives the codes that other discounts have already; then nothing was stored. */
  create(discount: NewDiscount): Promise<readonly string[]>;
  /** Null if there is none. A discount that is over already stays as it is. */
  end(id: string, now: Date): Promise<StaffDiscount | null>;
}

/** Everything orders needs from outside. */
export interface Ports {
  readonly carts: CartStore;
  readonly discounts: DiscountStore;
  readonly stock: Stock;
  readonly payments: Payments;
  readonly fulfilment: Fulfilment;
  readonly messages: Messages;
  readonly orders: Orders;
  readonly timeline: Timeline;
  readonly keys: Keys;
  readonly checkouts: Checkouts;
  readonly cancellations: Cancellations;
  readonly returns: Returns;
  readonly edits: Edits;
  readonly orderNews: OrderNews;
  readonly webhooks: Webhooks;
  /** Those that are connected. */
  readonly channels: readonly SalesChannel[];
  readonly channelOrders: ChannelOrders;
  readonly channelMessages: ChannelMessages;
  readonly sagas: SagaRunner;
  readonly stuckSteps: StuckSteps;
  readonly newOrderNumber: () => string;
  /** Where mails lead. */
  readonly shopLink: ShopLink;
  readonly pricing: PricingStore;
  readonly products: Products;
  readonly shipping: Shipping;
  readonly customers: Customers;
  readonly clock: () => Date;
}
