import { money } from '@cartograph/kernel/money';
import type { LeavesOut, SagaStart } from '@cartograph/kernel/saga';
import { fulfilmentStatus } from '../../src/domain/fulfilment.ts';
import type { NewOrder } from '../../src/domain/order.ts';
import { canBecome } from '../../src/domain/order-status.ts';
import type { ShipmentState } from '../../src/domain/shipment.ts';
import type { ShipmentFacts } from '../../src/ports/order-news.ts';
import type { InsertOutcome, Key, Ports } from '../../src/ports.ts';
import type { MemoryTables, OrderRow } from './memory-tables.ts';

const OPEN = ['PENDING', 'AWAITING_PAYMENT'];

/** The order with its key and saga, unless the key is taken. */
export function insertOrder(tables: MemoryTables, order: NewOrder, key: Key, saga: SagaStart): InsertOutcome {
  if (!tables.claim(key, { orderId: order.id, sagaId: order.id })) return 'key-taken';
  const at = new Date(tables.now());
  tables.orders.set(order.id, { ...order, status: 'PENDING', statusAt: at, placedAt: at, confirmedAt: null });
  tables.sagas.insert(saga);
  return 'inserted';
}

/** The stores of orders, keys and checkouts, as far as the model needs them. Each write follows its statement. */
export function createMemoryOrders(tables: MemoryTables) {
  const { orders, sagas } = tables;
  return {
    orders: readsOf(tables),
    keys: {
      find: async ([buyerId = ''], operation, key) => tables.keyed({ buyerId, operation, key }) ?? null,
      findWithFacts: async ({ owners: [buyerId = ''], ...key }) => ({
        earlier: tables.keyed({ ...key, buyerId }) ?? null,
        facts: { pricesIncludeTax: true, taxRates: [], discounts: [] },
      }),
      async claim(key, orderId) {
        return tables.claim(key, { orderId }) || tables.keyed(key)?.fingerprint === key.fingerprint;
      },
      remember: async (key, outcome) => tables.claim(key, { outcome }),
    } satisfies Ports['keys'],
    checkouts: {
      insert: async (order, key, saga) => insertOrder(tables, order, key, saga),
      liveOrderOfCart: async () => null,
      // Time is up for all of them, whenever somebody looks.
      awaitingSince: async () =>
        [...orders.values()].filter((o) => o.status === 'AWAITING_PAYMENT').map(({ id }) => id),
      awaitingLines: async () => [],
      async awaitPayment(id) {
        if (orders.get(id)?.status === 'PENDING') tables.move(id, 'AWAITING_PAYMENT');
      },
      async confirm(id, next, events) {
        if (!sagas.move(id, next.step, next.state)) throw new Error(`the checkout of ${id} is not running any more`);
        if (!OPEN.includes(tables.order(id).status)) return null;
        tables.move(id, 'CONFIRMED');
        tables.order(id).confirmedAt = new Date(tables.now());
        tables.send(events);
        return null;
      },
      async refuse(id, refusal, events) {
        if (!OPEN.includes(tables.order(id).status)) return;
        const abandoned = refusal.kind === 'PaymentDeclined' && refusal.abandoned !== undefined;
        tables.move(id, abandoned ? 'CANCELLED' : 'REFUSED');
        if (abandoned) tables.send(events);
      },
    } satisfies Ports['checkouts'],
    cancellations: cancellationsOf(tables),
    orderNews: newsOf(tables),
    timeline: { tell: async () => {} },
    stuckSteps: stuckStepsOf(tables),
  };
}

const readsOf = ({ orders, orderLine, outbox, delivered }: MemoryTables) => ({
  findByIds: async (_viewer: unknown, ids: readonly string[]) => ids.flatMap((id) => orders.get(id) ?? []),
  findWithLines: async (_viewer: unknown, ids: readonly string[]) =>
    ids.flatMap((id) => {
      const order = orders.get(id);
      return order ? [{ order, lines: order.lines }] : [];
    }),
  linesByOrderIds: async (_viewer: unknown, ids: readonly string[]) => ids.flatMap((id) => orders.get(id)?.lines ?? []),
  linesByIds: async (_viewer: unknown, ids: readonly string[]) => ids.flatMap((id) => orderLine(id) ?? []),
  awaitsCapture: async (orderId: string) =>
    [...outbox.values()].some(
      ({ id, topic, payload }) => topic === 'capture-payment' && payload.orderId === orderId && !delivered.has(id),
    ),
});

const cancellationsOf = (tables: MemoryTables): Ports['cancellations'] => ({
  async begin({ orderId }, key, saga, appliedEdits) {
    const edits = tables.returnsOf(orderId).filter(({ kind }) => kind === 'EDIT');
    const checkout = tables.sagas.find(orderId);
    if (tables.order(orderId).status !== 'CONFIRMED' || (checkout && checkout.status !== 'DONE')) return false;
    if (edits.some(({ status }) => status === 'RECEIVED')) return false;
    if (edits.filter(({ status }) => status === 'CLOSED').length !== appliedEdits) return false;
    const earlier = tables.keyed(key);
    if (earlier && (earlier.sagaId !== null || earlier.fingerprint !== key.fingerprint)) return false;
    if (earlier) earlier.sagaId = saga.id;
    else tables.claim(key, { orderId, sagaId: saga.id });
    tables.move(orderId, 'CANCELLING');
    tables.sagas.insert(saga);
    return true;
  },
  async finish({ orderId }, events) {
    if (tables.order(orderId).status !== 'CANCELLING') return;
    tables.move(orderId, 'CANCELLED');
    tables.send(events);
  },
  async giveUp(orderId, shipments) {
    tables.ship(orderId, shipments);
    if (tables.order(orderId).status === 'CANCELLING') tables.move(orderId, fulfilmentOf(tables, orderId));
  },
});

/** The lines as edits have left them. */
const linesLeft = (tables: MemoryTables, { lines, currency }: NewOrder) =>
  lines.map((line) => {
    const out = tables.linesOf(line.id).filter(({ row }) => row.kind === 'EDIT' && row.status === 'CLOSED');
    const gone = out.reduce((all, one) => all + one.line.quantity, 0);
    const paid = out.reduce((all, one) => all + (one.line.paid ?? 0), 0);
    const bought = { quantity: line.quantity, total: line.total };
    return { ...line, quantity: line.quantity - gone, total: money(line.total.minor - paid, currency), bought };
  });

const factsOf = (tables: MemoryTables, order: OrderRow, shipments: readonly ShipmentState[]): ShipmentFacts => ({
  isFromChannel: order.channel !== null,
  capture: order.capture ?? null,
  isAlive: order.status !== 'CANCELLED' && order.status !== 'REFUSED',
  total: money(order.total.minor - order.credit.minor, order.currency),
  lines: linesLeft(tables, order),
  shipments,
  captured: new Map(),
});

/** How the order stands, by what was heard of its shipments. */
export const standsOf = (tables: MemoryTables, orderId: string): ShipmentFacts => {
  const heard = [...tables.shipments.values()].filter((row) => row.orderId === orderId);
  return factsOf(
    tables,
    tables.order(orderId),
    heard.map(({ state }) => state),
  );
};

export const fulfilmentOf = (tables: MemoryTables, orderId: string) => {
  const { lines, shipments } = standsOf(tables, orderId);
  return fulfilmentStatus(lines, shipments);
};

const newsOf = (tables: MemoryTables) =>
  ({
    async shipmentChanged({ orderId, shipments }, decide) {
      const order = tables.order(orderId);
      tables.ship(orderId, shipments);
      const { status, events } = decide(factsOf(tables, order, shipments));
      if (order.status !== 'CANCELLING' && canBecome(order.status, status)) tables.move(orderId, status);
      // What leaves mails nothing here.
      tables.send(events.filter(({ topic }) => topic !== 'shipment-mail'));
      return true;
    },
  }) satisfies Partial<Ports['orderNews']>;

const stuckStepsOf = ({ sagas, returns }: MemoryTables) =>
  ({
    async find(id) {
      const row = sagas.find(id);
      if (!row || row.attempts === 0) return null;
      const { orderId, returnId } = row.state as { readonly orderId?: string; readonly returnId?: string };
      return {
        ...{ id, sagaId: id, process: row.name, step: row.failingStep ?? row.step, undoing: row.status === 'UNDOING' },
        orderId: orderId ?? returns.get(returnId ?? '')?.orderId ?? '',
        ...{ attempts: row.attempts, reason: '', since: new Date(0), nextAttemptAt: null },
      };
    },
    // What is left out is left for people to do by hand, and there are none here.
    takeSaga: async (takeover) => !(takeover.state as LeavesOut).leftOut && sagas.take(takeover),
  }) satisfies Partial<Ports['stuckSteps']>;
