import type { NewOrder, Order, OrderLine } from '../../src/domain/order.ts';
import { canBecome, type OrderStatus, shipmentRank } from '../../src/domain/order-status.ts';
import type { ReturnStatus } from '../../src/domain/return-status.ts';
import type { ShipmentState } from '../../src/domain/shipment.ts';
import type { Key, KeyRecord, OutboxEvent } from '../../src/ports.ts';
import type { MemorySagas } from './memory-sagas.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export type OrderRow = Mutable<NewOrder> & Mutable<Pick<Order, 'status' | 'statusAt' | 'placedAt' | 'confirmedAt'>>;

/** A row of `order_return` with its lines; amounts in minor units. */
export interface ReturnRow {
  readonly id: string;
  readonly number: string;
  readonly orderId: string;
  readonly kind: 'RETURN' | 'EDIT';
  readonly reason: string;
  readonly lines: {
    readonly id: string;
    readonly orderLineId: string;
    readonly quantity: number;
    resaleable: number | null;
    damaged: number | null;
    paid: number | null;
  }[];
  status: ReturnStatus;
  refund: number | null;
  ownRefund: number;
  parentRefund: number;
  shippingRefund: number;
  credit: number;
  followUpId: string | null;
  receiptId: string | null;
  receivedAt: Date | null;
}

interface ShipmentRow {
  readonly orderId: string;
  readonly rank: number;
  readonly state: ShipmentState;
}

const LEFT = 2;
const sum = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0);

/** The tables of orders in memory, and what the database's functions say of them. */
export function createMemoryTables(sagas: MemorySagas, now: () => number) {
  const orders = new Map<string, OrderRow>();
  const returns = new Map<string, ReturnRow>();
  const keys = new Map<string, { -readonly [K in keyof KeyRecord]: KeyRecord[K] }>();
  const shipments = new Map<string, ShipmentRow>();
  const outbox = new Map<string, OutboxEvent>();
  const delivered = new Set<string>();

  const returnsOf = (orderId: string): readonly ReturnRow[] =>
    [...returns.values()].filter((row) => row.orderId === orderId).reverse();
  const linesOf = (orderLineId: string) =>
    [...returns.values()].flatMap((row) =>
      row.lines.filter((line) => line.orderLineId === orderLineId).map((line) => ({ row, line })),
    );
  const orderLine = (id: string): OrderLine | undefined =>
    [...orders.values()].flatMap(({ lines }) => lines).find((line) => line.id === id);
  const taken = (orderLineId: string, kind: ReturnRow['kind']): number =>
    sum(
      linesOf(orderLineId)
        .filter(({ row }) => row.kind === kind && row.status !== 'REFUSED' && row.status !== 'CANCELLED')
        .map(({ row, line }) =>
          row.status === 'CLOSED' ? (line.resaleable ?? 0) + (line.damaged ?? 0) : line.quantity,
        ),
    );
  const shipped = ({ id, orderId, quantity, requiresShipping }: OrderLine): number => {
    if (!requiresShipping) return quantity;
    const gone = [...shipments.values()].filter(
      (row) => row.orderId === orderId && row.rank >= LEFT && row.state.status !== 'CANCELLED',
    );
    const pieces = gone.flatMap(({ state }) => state.lines.filter((line) => line.orderLineId === id));
    return Math.min(quantity, sum(pieces.map((line) => line.quantity)));
  };

  return {
    ...{
      sagas,
      now,
      orders,
      returns,
      keys,
      shipments,
      outbox,
      delivered,
      returnsOf,
      linesOf,
      taken,
      shipped,
      orderLine,
    },
    order(id: string): OrderRow {
      const found = orders.get(id);
      if (!found) throw new Error(`order ${id} is gone`);
      return found;
    },
    returnable: (line: OrderLine): number => shipped(line) - taken(line.id, 'RETURN'),
    removable: (line: OrderLine): number => line.quantity - shipped(line) - taken(line.id, 'EDIT'),
    /** What was taken out of a line, and what was given back for it. */
    removed(line: OrderLine) {
      const out = linesOf(line.id).filter(({ row }) => row.kind === 'EDIT');
      return {
        quantity: sum(out.map((one) => (one.line.resaleable ?? 0) + (one.line.damaged ?? 0))),
        paid: sum(out.map((one) => one.line.paid ?? 0)),
      };
    },
    refunded: (orderId: string): number => sum(returnsOf(orderId).map(({ refund }) => refund ?? 0)),
    move(id: string, to: OrderStatus): void {
      const order = orders.get(id);
      if (!order || !canBecome(order.status, to)) throw new Error(`an order went from ${order?.status} to ${to}`);
      Object.assign(order, { status: to, statusAt: new Date(now()) });
    },
    send(events: readonly OutboxEvent[]): void {
      for (const event of events) if (!outbox.has(event.id)) outbox.set(event.id, event);
    },
    /** False when the key is taken. */
    claim({ buyerId, operation, key, fingerprint }: Key, record: Partial<KeyRecord>): boolean {
      const name = `${buyerId} ${operation} ${key}`;
      if (keys.has(name)) return false;
      keys.set(name, { fingerprint, orderId: null, sagaId: null, returnId: null, outcome: null, ...record });
      return true;
    },
    keyed: ({ buyerId, operation, key }: Pick<Key, 'buyerId' | 'operation' | 'key'>) =>
      keys.get(`${buyerId} ${operation} ${key}`),
    ship(orderId: string, states: readonly ShipmentState[]): void {
      for (const state of states) {
        const rank = shipmentRank(state.status) ?? 0;
        if (rank >= (shipments.get(state.id)?.rank ?? 0)) shipments.set(state.id, { orderId, rank, state });
      }
    },
  };
}

export type MemoryTables = ReturnType<typeof createMemoryTables>;
