import { CodedError } from '@cartograph/kernel/errors';
import type { Viewer } from '@cartograph/kernel/viewer';
import { newId } from '@cartograph/runtime/ids';
import type { Order, OrderLine } from '../domain/order.ts';
import { byOf } from '../domain/order-event.ts';
import { invalidInput, issue, notFound } from '../domain/outcome.ts';
import { type RequestReturnInput, readReturnRequest } from '../domain/read-return.ts';
import type {
  NewReturn,
  OrderNotReturnable,
  QuantityNotReturnable,
  RequestReturnOutcome,
  ReturnRequest,
} from '../domain/return.ts';
import type { Key, KeyRecord, Ports } from '../ports.ts';
import { fingerprintOf } from './fingerprint.ts';

export interface ReturnSettings {
  /** For how long after an order was shipped or has arrived its goods can be asked back. */
  readonly returnDays: number;
}

const DAY_MS = 86_400_000;
const MAX_OVERTAKEN = 3;

/** Asks to send goods back, once per key. */
export const requestReturn =
  (ports: Ports, settings: ReturnSettings) =>
  async (viewer: Viewer, input: RequestReturnInput): Promise<RequestReturnOutcome> => {
    const asked = readReturnRequest(input);
    if ('kind' in asked) return asked;
    const { request } = asked;
    const [order] = await ports.orders.findByIds(viewer, [request.orderId]);
    if (!order) return notFound('There is no such order.');
    const isStaff = viewer.kind === 'staff';
    const key: Key = {
      buyerId: isStaff ? viewer.staffId : order.buyerId,
      operation: 'requestReturn',
      key: asked.key,
      fingerprint: fingerprintOf(request),
    };
    const created: NewReturn = {
      ...request,
      id: newId('Return'),
      number: `R-${ports.newOrderNumber()}`,
      ...byOf(viewer),
    };
    const lines = await ports.orders.linesByOrderIds(viewer, [order.id]);
    for (let overtaken = 0; overtaken < MAX_OVERTAKEN; overtaken += 1) {
      const earlier = await ports.keys.find([key.buyerId], key.operation, key.key);
      if (earlier) return replay(ports, viewer, key, earlier);
      const refusal = refuse(order, ports.clock(), settings) ?? (await refuseLines(ports, request, lines));
      if (refusal) {
        // The pieces may be gone because a request with this very key has just taken them.
        const meanwhile = await ports.keys.find([key.buyerId], key.operation, key.key);
        return meanwhile ? replay(ports, viewer, key, meanwhile) : refusal;
      }
      const outcome = await ports.returns.request(created, key);
      if (outcome === 'requested') return answer(ports, viewer, created.id, false);
      if (outcome === 'order') return { kind: 'OrderNotReturnable', reason: 'NOT_FULFILLED' };
      if (outcome === 'too-many') return { kind: 'OrderNotReturnable', reason: 'TOO_MANY' };
      // Otherwise another request came first, with this key or with the last pieces.
    }
    throw new CodedError('CONFLICT', 'The order is changing. Send the same request again.');
  };

async function replay(ports: Ports, viewer: Viewer, key: Key, earlier: KeyRecord): Promise<RequestReturnOutcome> {
  if (earlier.fingerprint !== key.fingerprint) return { kind: 'IdempotencyKeyReused' };
  return answer(ports, viewer, earlier.returnId ?? '', true);
}

async function answer({ returns }: Ports, viewer: Viewer, id: string, replayed: boolean) {
  const [found] = await returns.findByIds(viewer, [id]);
  if (!found) throw new Error(`return ${id} is gone`);
  return { kind: 'RequestReturnSuccess', return: found, replayed } as const;
}

function refuse({ status, statusAt }: Order, now: Date, { returnDays }: ReturnSettings): OrderNotReturnable | null {
  if (status !== 'PARTIALLY_FULFILLED' && status !== 'FULFILLED' && status !== 'DELIVERED')
    return { kind: 'OrderNotReturnable', reason: 'NOT_FULFILLED' };
  return now.getTime() > statusAt.getTime() + returnDays * DAY_MS
    ? { kind: 'OrderNotReturnable', reason: 'TOO_LATE' }
    : null;
}

async function refuseLines({ returns }: Ports, request: ReturnRequest, lines: readonly OrderLine[]) {
  const bought = new Set(lines.map(({ id }) => id));
  const issues = request.lines.flatMap(({ orderLineId }, index) =>
    bought.has(orderLineId) ? [] : [issue(['lines', index, 'orderLineId'], 'This is not a line of the order.')],
  );
  if (issues.length > 0) return invalidInput(issues);
  const left = await returns.returnableQuantities(request.orderId);
  const short = request.lines.flatMap(({ orderLineId, quantity }) => {
    const returnable = left.get(orderLineId) ?? 0;
    return quantity > returnable ? [{ orderLineId, requested: quantity, returnable }] : [];
  });
  return short.length > 0 ? ({ kind: 'QuantityNotReturnable', lines: short } satisfies QuantityNotReturnable) : null;
}
