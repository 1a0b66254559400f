import { CodedError, Unavailable } from '@cartograph/kernel/errors';
import { canBecome, type OrderStatus } from '../../src/domain/order-status.ts';
import type { PaymentAnswer } from '../../src/domain/payment.ts';
import type { OutboxEvent, Ports } from '../../src/ports.ts';
import type { MemorySagas } from './memory-sagas.ts';

export const STOCK = 2;
export const PRICE = 1990;
const WAREHOUSE = 'Warehouse:1';

export interface Fault {
  readonly call: string;
  readonly at: 'before' | 'after';
  times: number;
}

interface Hold {
  readonly quantity: number;
  status: 'held' | 'expired' | 'committed' | 'released';
}

interface Payment {
  status: 'authorized' | 'needs-action' | 'refused' | 'voided';
  charges: number;
}

type ShopPorts = Pick<
  Ports,
  'stock' | 'payments' | 'fulfilment' | 'checkouts' | 'cancellations' | 'orders' | 'edits' | 'returns' | 'clock'
>;

/** What no order of the model needs: whoever asks it nevertheless is told so. */
const absent = <T extends object>(name: string): T =>
  new Proxy({} as T, { get: () => () => Promise.reject(new Error(`the model has no ${name}`)) });

/** Everything the sagas reach, in memory and with ledgers: our own tables, and the neighbours as they promise to be. */
export function createMemoryShop(sagas: MemorySagas, now: () => number) {
  const orders = new Map<string, OrderStatus>();
  const events = new Map<string, OutboxEvent>();
  const holds = new Map<string, Hold>();
  const payments = new Map<string, Payment>();
  const tokens = new Map<string, string>();
  const plans = new Map<string, 'planned' | 'cancelled'>();
  /** The keys by which an order's goods were put back. */
  const restocked = new Map<string, Set<string>>();
  const faults: Fault[] = [];

  const move = (id: string, to: OrderStatus): void => {
    const from = orders.get(id);
    if (!from || !canBecome(from, to)) throw new Error(`an order went from ${from} to ${to}`);
    orders.set(id, to);
  };
  const send = (list: readonly OutboxEvent[]) => {
    for (const event of list) if (!events.has(event.id)) events.set(event.id, event);
  };
  const takes = ([id, { status }]: readonly [string, Hold]) =>
    status === 'held' || (status === 'committed' && !restocked.has(id));
  const taken = () => [...holds].filter(takes).reduce((all, [, { quantity }]) => all + quantity, 0);
  const allocationsOf = ({ quantity }: Hold) => [{ variantId: 'Variant:1', quantity, warehouseId: WAREHOUSE }];
  const answerOf = ({ status }: Payment): PaymentAnswer => {
    if (status === 'authorized') return { kind: 'authorized' };
    if (status === 'needs-action')
      return { kind: 'needs-action', clientSecret: 's', redirectUrl: 'https://bank.example' };
    return { kind: 'refused', reason: 'DECLINED', message: 'Declined.' };
  };

  /** The ports as one process has them: `cross` is where a call leaves it and where the answer comes back. */
  function portsOf(cross: (label: string) => Promise<void>): ShopPorts {
    const call = async <T>(label: string, work: () => T): Promise<T> => {
      await cross(`${label} asked`);
      const fault = faults.find((one) => one.call === label && one.times > 0);
      if (fault) fault.times -= 1;
      if (fault?.at === 'before') throw new Unavailable(label);
      const answer = work();
      await cross(`${label} answered`);
      if (fault?.at === 'after') throw new Unavailable(label);
      return answer;
    };
    return {
      clock: () => new Date(now()),
      orders: { linesByOrderIds: async () => [] } as unknown as Ports['orders'],
      stock: {
        hold: (id, lines) =>
          call('hold', () => {
            const hold = holds.get(id) ?? { quantity: lines[0]?.quantity ?? 0, status: 'expired' };
            if (hold.status === 'released') throw new CodedError('CONFLICT', 'It was released.');
            if (hold.status === 'expired' && taken() + hold.quantity > STOCK)
              return { kind: 'insufficient', lines: [] };
            if (hold.status === 'expired') hold.status = 'held';
            holds.set(id, hold);
            return { kind: 'held', allocations: allocationsOf(hold) };
          }),
        commit: (id) =>
          call('commit', () => {
            const hold = holds.get(id);
            if (!hold || hold.status === 'released') return null;
            if (hold.status === 'expired' && taken() + hold.quantity > STOCK) return null;
            hold.status = 'committed';
            return allocationsOf(hold);
          }),
        release: (id) =>
          call('release', () => {
            const hold = holds.get(id) ?? { quantity: 0, status: 'held' };
            if (hold.status === 'committed') return false;
            holds.set(id, { ...hold, status: 'released' });
            return true;
          }),
        restock: (id, _lines, key) =>
          call('restock', () => {
            if (holds.get(id)?.status !== 'committed') return false;
            restocked.set(id, (restocked.get(id) ?? new Set()).add(key));
            return true;
          }),
      },
      payments: {
        authorize: ({ orderId }) =>
          call('authorize', () => {
            const token = tokens.get(orderId);
            const first = token === 'declined' ? 'refused' : token === '3ds' ? 'needs-action' : 'authorized';
            const payment = payments.get(orderId) ?? { status: first, charges: first === 'authorized' ? 1 : 0 };
            payments.set(orderId, payment);
            return answerOf(payment);
          }),
        confirm: (id) => call('authorize', () => answerOf(payments.get(id) ?? { status: 'voided', charges: 0 })),
        capture: async () => true,
        void: (id) =>
          call('void', () => {
            payments.set(id, { status: 'voided', charges: payments.get(id)?.charges ?? 0 });
            return true;
          }),
        refund: async () => ({ kind: 'refunded' }),
      },
      fulfilment: {
        plan: ({ orderId }) =>
          call('plan', () => {
            if (!plans.has(orderId)) plans.set(orderId, 'planned');
          }),
        cancel: (id) =>
          call('call off', () => {
            plans.set(id, 'cancelled');
            return true;
          }),
        takeOut: async () => false,
        shipmentsOf: async () => [],
      },
      edits: absent('edits'),
      returns: absent('returns'),
      checkouts: {
        // The model writes the order and its saga itself: see `World.place`.
        insert: async () => 'key-taken',
        liveOrderOfCart: async () => null,
        awaitingSince: async () => [],
        awaitingLines: async () => [],
        awaitPayment: (id) =>
          call('await payment', () => {
            if (orders.get(id) === 'PENDING') move(id, 'AWAITING_PAYMENT');
          }),
        confirm: (id, next, list) =>
          call('confirm', () => {
            if (!sagas.move(id, next.step, next.state))
              throw new Error(`the checkout of ${id} is not running any more`);
            if (orders.get(id) !== 'PENDING' && orders.get(id) !== 'AWAITING_PAYMENT') return;
            move(id, 'CONFIRMED');
            send(list);
          }),
        refuse: (id, refusal) =>
          call('refuse', () => {
            if (orders.get(id) !== 'PENDING' && orders.get(id) !== 'AWAITING_PAYMENT') return;
            move(id, refusal.kind === 'PaymentDeclined' && refusal.abandoned ? 'CANCELLED' : 'REFUSED');
          }),
      },
      cancellations: {
        begin: async () => false,
        finish: ({ orderId }, list) =>
          call('finish', () => {
            if (orders.get(orderId) !== 'CANCELLING') return;
            move(orderId, 'CANCELLED');
            send(list);
          }),
        giveUp: (id, status) =>
          call('keep', () => {
            if (orders.get(id) === 'CANCELLING') move(id, status);
          }),
      },
    };
  }

  /** As the sweep does with holds that nobody renewed in time. */
  const expireHolds = () => {
    for (const hold of holds.values()) if (hold.status === 'held') hold.status = 'expired';
  };

  return { portsOf, expireHolds, orders, events, holds, payments, tokens, plans, restocked, faults, move, taken };
}

export type MemoryShop = ReturnType<typeof createMemoryShop>;
