import { type Money, money } from '@cartograph/kernel/money';
import { newId } from '@cartograph/runtime/ids';
import { type EditFacts, worthOfRemoved } from '../../src/domain/order-edit.ts';
import { canBecome } from '../../src/domain/order-status.ts';
import type { Return } from '../../src/domain/return.ts';
import type { ReceiptFacts } from '../../src/domain/return-receipt.ts';
import { canReturnBecome, type ReturnStatus } from '../../src/domain/return-status.ts';
import type { Edits, Returns } from '../../src/ports/returns.ts';
import { fulfilmentOf, insertOrder, standsOf } from './memory-orders.ts';
import type { MemoryTables, ReturnRow } from './memory-tables.ts';

const OPEN = ['PENDING', 'AWAITING_PAYMENT'];
const newRow = (values: Pick<ReturnRow, 'id' | 'number' | 'orderId' | 'kind' | 'reason' | 'lines'>): ReturnRow => ({
  ...{ ...values, status: 'REQUESTED', refund: null, ownRefund: 0, parentRefund: 0, shippingRefund: 0 },
  ...{ credit: 0, followUpId: null, receiptId: null, receivedAt: null },
});

function become(row: ReturnRow, to: ReturnStatus): void {
  if (!canReturnBecome(row.status, to)) throw new Error(`return ${row.id} went from ${row.status} to ${to}`);
  row.status = to;
}

/** Nothing of it has arrived. */
function forget(row: ReturnRow): void {
  Object.assign(row, { receiptId: null, receivedAt: null, refund: null, shippingRefund: 0, credit: 0 });
  Object.assign(row, { ownRefund: 0, parentRefund: 0 });
  for (const line of row.lines) Object.assign(line, { resaleable: null, damaged: null, paid: null });
}

/** The edits of orders in memory. Each write follows its transaction in `edit-store.ts`. */
export function createMemoryEdits(tables: MemoryTables): Edits {
  const { orders, returns, sagas, returnsOf } = tables;
  const amount = (minor: number): Money => money(minor, 'EUR');
  const facts = (orderId: string): EditFacts => ({
    orderTotal: tables.order(orderId).total,
    refunded: amount(tables.refunded(orderId)),
    lines: tables.order(orderId).lines.map((line) => {
      const { quantity, paid } = tables.removed(line);
      const { id, total, quantity: bought } = line;
      return { id, bought, total, removed: { quantity, paid: amount(paid) }, removable: tables.removable(line) };
    }),
  });
  const edits = (rows: readonly ReturnRow[]) => rows.filter(({ kind }) => kind === 'EDIT').map(toEdit);
  return {
    findByIds: async (_viewer, ids) => edits(ids.flatMap((id) => returns.get(id) ?? [])),
    listByOrderIds: async (_viewer, ids) => edits(ids.flatMap(returnsOf)),
    facts: async (orderId) => facts(orderId),
    async begin(
      { id, number, orderId, reason, removed, removedAmount, creditAmount, followUpId },
      key,
      saga,
      followUp,
    ) {
      const checkout = sagas.find(orderId);
      if (checkout && checkout.status !== 'DONE') return 'busy';
      const known = facts(orderId);
      const paid = worthOfRemoved(removed, known);
      if (paid.reduce((all, { minor }) => all + minor, 0) !== removedAmount.minor) return 'changed';
      if (!['CONFIRMED', 'PARTIALLY_FULFILLED'].includes(tables.order(orderId).status)) return 'status';
      const isOpen = ({ kind, status }: ReturnRow) => kind === 'EDIT' && status !== 'CLOSED' && status !== 'CANCELLED';
      if (returnsOf(orderId).some(isOpen)) return 'pending';
      const removable = (lineId: string) => known.lines.find((line) => line.id === lineId)?.removable ?? 0;
      if (removed.some((line) => line.quantity > removable(line.orderLineId))) return 'changed';
      if (followUp && insertOrder(tables, followUp, key, saga) !== 'inserted') return 'key-taken';
      if (!followUp && !tables.claim(key, { sagaId: saga.id })) return 'key-taken';
      if (!followUp) sagas.insert(saga);
      Object.assign(tables.keyed(key) ?? {}, { returnId: id });
      const lines = removed.map(({ orderLineId, quantity }, index) => ({
        ...{ id: newId('ReturnLine'), orderLineId, quantity, resaleable: quantity, damaged: 0 },
        paid: paid[index]?.minor ?? 0,
      }));
      const money = { refund: removedAmount.minor, credit: creditAmount.minor, followUpId };
      const received = { status: 'RECEIVED', receiptId: saga.id, receivedAt: new Date(tables.now()) } as const;
      returns.set(id, { ...newRow({ id, number, orderId, kind: 'EDIT', reason, lines }), ...money, ...received });
      return 'begun';
    },
    removedOf: async (orderId) =>
      new Map(tables.order(orderId).lines.map(({ id }) => [id, tables.taken(id, 'EDIT')] as const)),
    async giveUp(id) {
      const row = returns.get(id);
      if (row?.status !== 'RECEIVED') return;
      become(row, 'APPROVED');
      forget(row);
      become(row, 'CANCELLED');
    },
    async close(id, _told, decide) {
      const row = returns.get(id);
      if (row?.status !== 'RECEIVED') return;
      become(row, 'CLOSED');
      const order = orders.get(row.orderId);
      const status = fulfilmentOf(tables, row.orderId);
      if (!order || order.status === 'CANCELLING' || !canBecome(order.status, status)) return;
      tables.move(order.id, status);
      tables.send(decide(standsOf(tables, order.id)));
    },
  };
}

const toEdit = ({ id, number, orderId, status, reason, lines, refund, credit, followUpId }: ReturnRow) => ({
  ...{ id, number, orderId, status, reason, followUpId, requestedAt: new Date(0), closedAt: null },
  removed: lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
  removedAmount: money(refund ?? 0, 'EUR'),
  creditAmount: money(credit, 'EUR'),
});

const toReturn = ({ id, number, orderId, status, lines, refund, credit, ...row }: ReturnRow): Return => ({
  ...{ id, number, orderId, status, buyerId: '', followUpId: row.followUpId, refusalReason: null },
  creditAmount: money(credit, 'EUR'),
  refundAmount: refund === null ? null : money(refund, 'EUR'),
  refundsShipping: row.shippingRefund > 0,
  lines: lines.map((line) => ({
    ...{ id: line.id, orderLineId: line.orderLineId, quantity: line.quantity, reason: 'OTHER', note: null },
    received: line.resaleable === null ? null : { resaleable: line.resaleable, damaged: line.damaged ?? 0 },
  })),
  ...{ requestedAt: new Date(0), approvedAt: null, refusedAt: null, cancelledAt: null, closedAt: null },
  receivedAt: row.receivedAt,
  ownRefund: money(row.ownRefund, 'EUR'),
  parentRefund: money(row.parentRefund, 'EUR'),
});

/** Returns and exchanges in memory. Each write follows its statement in `return-store.ts` and the files beside it. */
export function createMemoryReturns(tables: MemoryTables) {
  const { orders, returns } = tables;
  const only = (rows: readonly ReturnRow[]) => rows.filter(({ kind }) => kind === 'RETURN').map(toReturn);
  return {
    findByIds: async (_viewer, ids) => only(ids.flatMap((id) => returns.get(id) ?? [])),
    listByOrderIds: async (_viewer, ids) => only(ids.flatMap(tables.returnsOf)),
    returnableQuantities: async (orderId) =>
      new Map(tables.order(orderId).lines.map((line) => [line.id, tables.returnable(line)] as const)),
    async request({ id, number, orderId, lines }, key) {
      const order = tables.order(orderId);
      if (!['PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED'].includes(order.status)) return 'order';
      const returnable = (lineId: string) => {
        const line = tables.orderLine(lineId);
        return line ? tables.returnable(line) : 0;
      };
      if (lines.some(({ orderLineId, quantity }) => quantity > returnable(orderLineId))) return 'quantity';
      if (!tables.claim(key, { orderId, returnId: id })) return 'key-taken';
      const asked = lines.map(({ orderLineId, quantity }) => ({
        ...{ id: newId('ReturnLine'), orderLineId, quantity, resaleable: null, damaged: null, paid: null },
      }));
      returns.set(id, newRow({ id, number, orderId, kind: 'RETURN', reason: '', lines: asked }));
      return 'requested';
    },
    async move(_viewer, id, { to }) {
      const row = returns.get(id);
      if (row?.kind !== 'RETURN' || row.status === 'RECEIVED' || !canReturnBecome(row.status, to)) return false;
      become(row, to);
      const { followUpId } = row;
      if (to !== 'APPROVED' && followUpId)
        tables.send([
          { id: `${id}:freed`, topic: 'abandon-exchange', key: followUpId, payload: { orderId: followUpId } },
        ]);
      return true;
    },
    async receive(returnId, key, saga, _payBy, decide) {
      const row = returns.get(returnId);
      if (!row) throw new Error(`return ${returnId} is gone`);
      if (tables.keyed(key)) return 'key-taken';
      const receipt = decide(receiptFacts(tables, row));
      if ('kind' in receipt) return receipt;
      tables.claim(key, { sagaId: saga.id, returnId });
      for (const { id, resaleable, damaged, paid } of receipt.lines)
        Object.assign(row.lines.find((line) => line.id === id) ?? {}, { resaleable, damaged, paid: paid.minor });
      const instead = row.followUpId === null ? undefined : orders.get(row.followUpId);
      const waits = instead && OPEN.includes(instead.status);
      if (waits) instead.credit = money(Math.min(instead.total.minor, receipt.refund.minor), 'EUR');
      become(row, 'RECEIVED');
      const { refund, shippingRefund } = receipt;
      Object.assign(row, { receiptId: saga.id, refund: refund.minor, shippingRefund: shippingRefund.minor });
      row.receivedAt = new Date(tables.now());
      const credit = waits ? instead.credit.minor : 0;
      const order = tables.order(row.orderId);
      const given = tables.returnsOf(order.id).reduce((all, { ownRefund }) => all + ownRefund, 0);
      const own = Math.min(refund.minor - credit, Math.max(0, order.total.minor - order.credit.minor - given));
      Object.assign(row, { credit, ownRefund: own, parentRefund: refund.minor - credit - own });
      tables.sagas.insert(saga);
      return 'received';
    },
    async exchange(returnId, followUp, key, saga) {
      const row = returns.get(returnId);
      if (row?.kind !== 'RETURN' || row.followUpId !== null) return 'status';
      if (row.status !== 'REQUESTED' && row.status !== 'APPROVED') return 'status';
      if (insertOrder(tables, followUp, key, saga) !== 'inserted') return 'key-taken';
      Object.assign(row, { status: 'APPROVED', followUpId: followUp.id });
      Object.assign(tables.keyed(key) ?? {}, { returnId });
      return 'begun';
    },
    async giveUpExchange(returnId, settled) {
      const row = returns.get(returnId);
      if (!row || row.followUpId === null) return;
      if (settled === null && row.status === 'RECEIVED' && row.credit > 0) return;
      Object.assign(row, { followUpId: null, credit: 0 });
    },
    async takeBack(returnId, receiptId) {
      const row = returns.get(returnId);
      if (row?.receiptId !== receiptId || row.status !== 'RECEIVED') return;
      const instead = row.followUpId === null ? undefined : orders.get(row.followUpId);
      become(row, 'APPROVED');
      forget(row);
      if (!instead || instead.status === 'REFUSED' || instead.status === 'CANCELLED') row.followUpId = null;
      if (instead && OPEN.includes(instead.status)) instead.credit = money(0, 'EUR');
    },
    async close(returnId, events) {
      const row = returns.get(returnId);
      if (row?.status !== 'RECEIVED') return;
      become(row, 'CLOSED');
      tables.send(events);
    },
  } satisfies Omit<Returns, 'list'>;
}

function receiptFacts(tables: MemoryTables, row: ReturnRow): ReceiptFacts {
  const amount = (minor: number): Money => money(minor, 'EUR');
  const order = tables.order(row.orderId);
  const goods = order.lines.reduce((all, { total }) => all + total.minor, 0);
  return {
    status: row.status,
    orderTotal: order.total,
    shippingPaid: amount(order.total.minor - goods),
    refunded: amount(tables.refunded(row.orderId)),
    shippingRefunded: tables.returnsOf(row.orderId).some(({ shippingRefund }) => shippingRefund > 0),
    lines: row.lines.map(({ id, orderLineId, quantity }) => {
      const line = tables.orderLine(orderLineId);
      if (!line) throw new Error(`line ${orderLineId} is gone`);
      const others = tables.linesOf(orderLineId).filter((one) => one.row.id !== row.id && one.row.kind === 'RETURN');
      const returned = {
        quantity: others.reduce((all, one) => all + (one.line.resaleable ?? 0) + (one.line.damaged ?? 0), 0),
        paid: amount(others.reduce((all, one) => all + (one.line.paid ?? 0), 0)),
      };
      return { id, quantity, bought: line.quantity, total: line.total, returned };
    }),
  };
}
