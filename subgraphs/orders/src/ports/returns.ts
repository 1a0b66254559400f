import type { Money } from '@cartograph/kernel/money';
import type { Page, PageRequest } from '@cartograph/kernel/page';
import type { SagaStart } from '@cartograph/kernel/saga';
import type { Viewer } from '@cartograph/kernel/viewer';
import type { NewOrder } from '../domain/order.ts';
import type { EditFacts, NewEdit, OrderEdit } from '../domain/order-edit.ts';
import type { By, NewOrderEvent } from '../domain/order-event.ts';
import type { NewReturn, Return, ReturnFilter, ReturnMove } from '../domain/return.ts';
import type { Receipt, ReceiptFacts } from '../domain/return-receipt.ts';
import type { Key, OutboxEvent } from '../ports.ts';
import type { ShipmentFacts } from './order-news.ts';

export type EditBegun =
  | 'begun'
  | 'key-taken'
  /** What the pieces are worth, or how many there are, is not what it was. */
  | 'changed'
  /** The order's state does not admit it. */
  | 'status'
  /** Another edit of the order is open. */
  | 'pending'
  /** Its checkout still runs. */
  | 'busy';

/** Edits of orders, read as the viewer. */
export interface Edits {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly OrderEdit[]>;
  /** All of each order, newest first; at most 100 each. */
  listByOrderIds(viewer: Viewer, orderIds: readonly string[]): Promise<readonly OrderEdit[]>;
  facts(orderId: string): Promise<EditFacts>;
  /** The edit, what follows the order, key and saga at once. The database counts what is taken out. */
  begin(edit: NewEdit, key: Key, saga: SagaStart, followUp: NewOrder | null): Promise<EditBegun>;
  /** How many of each line were taken out, or are about to be, by the line's id. */
  removedOf(orderId: string): Promise<ReadonlyMap<string, number>>;
  giveUp(id: string): Promise<void>;
  /** The order is as far as what is left of it. Where that is a step forward, `decide` says what follows. */
  close(
    id: string,
    told: readonly NewOrderEvent[],
    decide: (facts: ShipmentFacts) => readonly OutboxEvent[],
  ): Promise<void>;
}

/** `status`: the return does not admit it. */
export type ExchangeBegun = 'begun' | 'key-taken' | 'status';

/** Our returns, read and changed as the viewer: what is not theirs reads as absent. */
export interface Returns {
  findByIds(viewer: Viewer, ids: readonly string[]): Promise<readonly Return[]>;
  /** Newest first. */
  list(viewer: Viewer, filter: ReturnFilter, page: PageRequest): Promise<Page<Return>>;
  /** All of each order, newest first; at most 100 each. */
  listByOrderIds(viewer: Viewer, orderIds: readonly string[]): Promise<readonly Return[]>;
  /** How many of each line of an order have left and are neither back nor on their way, by the line's id. */
  returnableQuantities(orderId: string): Promise<ReadonlyMap<string, number>>;
  /** The return and its key at once. The database counts what is asked back, also when two ask at once. */
  request(request: NewReturn, key: Key): Promise<'requested' | 'key-taken' | 'quantity' | 'order' | 'too-many'>;
  /** False when it is not in a state that this can follow. */
  move(viewer: Viewer, id: string, move: ReturnMove): Promise<boolean>;
  /**
   * RECEIVED with what `decide` makes of how things stand, with key and saga at once. What it refuses is given back;
   * then nothing was written.
   */
  receive<R extends { readonly kind: string }>(
    returnId: string,
    key: Key,
    saga: SagaStart,
    /** Until when the buyer may pay what comes instead. */
    payBy: Date,
    decide: (facts: ReceiptFacts) => Receipt | R,
  ): Promise<'received' | 'key-taken' | R>;
  /** Approves the return, with an order of what comes instead, key and saga at once. */
  exchange(returnId: string, followUp: NewOrder, key: Key, saga: SagaStart, by: By): Promise<ExchangeBegun>;
  /** Nothing comes instead any more. What the goods paid of it was given back, or refused, or there was nothing of it. */
  giveUpExchange(
    returnId: string,
    settled: { readonly credit: Money; readonly refusal: string | null } | null,
  ): Promise<void>;
  /** Back to APPROVED, if this saga has received it. */
  takeBack(returnId: string, receiptId: string, reason: string): Promise<void>;
  close(returnId: string, events: readonly OutboxEvent[], told: readonly NewOrderEvent[]): Promise<void>;
}
