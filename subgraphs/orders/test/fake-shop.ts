import { CodedError, Unavailable } from '@cartograph/kernel/errors';
import { money } from '@cartograph/kernel/money';
import { newId } from '@cartograph/runtime/ids';
import type { CheckoutVariant } from '../src/domain/checkout.ts';
import type { RecordedOrder } from '../src/domain/customer.ts';
import type { Message } from '../src/domain/message.ts';
import type { PaymentAnswer } from '../src/domain/payment.ts';
import type { ShipmentPlan } from '../src/domain/shipment.ts';
import type { StockLine } from '../src/domain/stock-line.ts';
import type { Ports } from '../src/ports.ts';
import {
  type Account,
  authorized,
  capturedOf,
  givenBack,
  newAccount,
  refundedOf,
  reservedOf,
  settled,
} from './fake-accounts.ts';
import { type FakeShipment, piecesByLine, withLines } from './fake-shipments.ts';

export const WAREHOUSE = 'Warehouse:01JDEM00000000000000000001';
/** Where goods come from that are held again after their hold has ended. */
export const OTHER_WAREHOUSE = 'Warehouse:01JDEM00000000000000000002';
export const METHOD = 'ShippingMethod:01JDEM00000000000000000001';

interface Hold {
  readonly lines: readonly StockLine[];
  status: 'held' | 'committed' | 'released' | 'expired';
  warehouseId: string;
  secondsLeft: number;
}

type Call = `${'stock' | 'payments' | 'fulfilment' | 'messages' | 'customers'}.${string}`;

/**
 * The four neighbours in memory, with ledgers to check afterwards. They keep their contracts: keyed calls happen once,
 * released stock is never held again, a voided payment is never authorised. `failing` gives no answer, before or after.
 * Each call travels as long as `travel`: over the network, so that concurrent checkouts interleave.
 */
export function createFakeShop(travel: () => Promise<void> = () => new Promise((done) => setImmediate(done))) {
  const variants = new Map<string, CheckoutVariant>();
  const sold = new Map<string, number>();
  const holds = new Map<string, Hold>();
  const accounts = new Map<string, Account>();
  const plans = new Map<string, ShipmentPlan>();
  const shipments = new Map<string, FakeShipment[]>();
  const restocked = new Set<string>();
  /** What was taken out of shipments, by order and cause. */
  const takenOut = new Map<string, Map<string, readonly { orderLineId: string; quantity: number }[]>>();
  const mails = new Map<string, Message>();
  const shipmentsOf = async (orderId: string) =>
    withLines(shipments.get(orderId) ?? [], plans.get(orderId), takenOutOf(orderId));
  const recorded: RecordedOrder[] = [];
  const calls: Call[] = [];
  const failing = new Map<string, { at: 'before' | 'after'; times: number }>();

  /** Every call: counted, and lost on its way there or back when it is told to fail. */
  async function call<T>(name: Call, work: () => T): Promise<T> {
    calls.push(name);
    const fault = failing.get(name);
    const fails = fault !== undefined && fault.times > 0;
    if (fails) fault.times -= 1;
    if (fails && fault.at === 'before') throw new Unavailable(name);
    await travel();
    const answer = work();
    if (fails) throw new Unavailable(name, { timedOut: true });
    return answer;
  }

  const available = (id: string): number => {
    let left = variants.get(id)?.availableQuantity ?? 0;
    for (const { lines, status } of holds.values())
      if (status === 'held') for (const line of lines) if (line.variantId === id) left -= line.quantity;
    return left - (sold.get(id) ?? 0);
  };

  const shortOf = (lines: readonly StockLine[]) =>
    lines
      .filter(({ variantId, quantity }) => available(variantId) < quantity)
      .map(({ variantId, quantity }) => ({
        variantId,
        requested: quantity,
        available: Math.max(0, available(variantId)),
      }));

  const allocationsOf = ({ lines, warehouseId }: Hold) => lines.map((line) => ({ ...line, warehouseId }));

  function holdAgain(hold: Hold): boolean {
    if (shortOf(hold.lines).length > 0) return false;
    Object.assign(hold, { status: 'held', warehouseId: OTHER_WAREHOUSE });
    return true;
  }

  const answerOf = ({ status }: Account): PaymentAnswer => {
    if (status === 'authorized' || status === 'captured') return { kind: 'authorized' };
    if (status === 'needs-action')
      return { kind: 'needs-action', clientSecret: 'secret_1', redirectUrl: 'https://bank.example/confirm' };
    return { kind: 'refused', reason: status === 'voided' ? 'VOIDED' : 'INSUFFICIENT_FUNDS', message: 'Declined.' };
  };

  const takenOutOf = (orderId: string) => piecesByLine([...(takenOut.get(orderId)?.values() ?? [])].flat());

  const ports: Pick<Ports, 'products' | 'stock' | 'shipping' | 'fulfilment' | 'customers' | 'messages' | 'payments'> = {
    products: {
      checkoutVariants: async (ids, currency) =>
        ids.flatMap((id) => {
          const variant = variants.get(id);
          return variant?.unitPrice?.currency === currency ? [{ ...variant, availableQuantity: available(id) }] : [];
        }),
      variantsBySku: async (skus) => [...variants.values()].filter(({ sku }) => skus.includes(sku)),
    },
    stock: {
      hold: (orderId, lines, seconds) =>
        call('stock.hold', () => {
          const earlier = holds.get(orderId);
          if (earlier?.status === 'released') throw new CodedError('CONFLICT', 'It was released.');
          if (earlier?.lines.some(({ quantity }, index) => lines[index]?.quantity !== quantity))
            throw new CodedError('CONFLICT', 'It holds another quantity.');
          const insufficient = { kind: 'insufficient' as const, lines: shortOf(lines) };
          if (!earlier && insufficient.lines.length > 0) return insufficient;
          if (earlier?.status === 'expired' && !holdAgain(earlier)) return insufficient;
          const hold = earlier ?? { lines, status: 'held', warehouseId: WAREHOUSE, secondsLeft: 0 };
          hold.secondsLeft = Math.max(hold.secondsLeft, seconds);
          holds.set(orderId, hold);
          return { kind: 'held' as const, allocations: allocationsOf(hold) };
        }),
      commit: (orderId) =>
        call('stock.commit', () => {
          const hold = holds.get(orderId);
          if (!hold || hold.status === 'released') return null;
          if (hold.status === 'expired' && !holdAgain(hold)) return null;
          if (hold.status === 'held')
            for (const { variantId, quantity } of hold.lines)
              sold.set(variantId, (sold.get(variantId) ?? 0) + quantity);
          hold.status = 'committed';
          return allocationsOf(hold);
        }),
      release: (orderId) =>
        call('stock.release', () => {
          const hold = holds.get(orderId) ?? { lines: [], status: 'held', warehouseId: WAREHOUSE, secondsLeft: 0 };
          if (hold.status === 'committed') return false;
          holds.set(orderId, { ...hold, status: 'released' });
          return true;
        }),
      restock: (orderId, lines, key) =>
        call('stock.restock', () => {
          if (holds.get(orderId)?.status !== 'committed') return false;
          if (!restocked.has(key))
            for (const { variantId, quantity } of lines) sold.set(variantId, (sold.get(variantId) ?? 0) - quantity);
          restocked.add(key);
          return true;
        }),
    },
    payments: {
      authorize: (request) =>
        call('payments.authorize', () => {
          const account = authorized(accounts.get(request.orderId), request);
          accounts.set(request.orderId, account);
          return answerOf(account);
        }),
      confirm: (orderId) =>
        call('payments.confirm', () => answerOf(accounts.get(orderId) ?? newAccount(money(0, 'EUR'), 'voided'))),
      capture: (orderId, key, amount) =>
        call('payments.capture', () => settled(accounts.get(orderId), 'captures', key, amount)),
      release: (orderId, key, amount) =>
        call('payments.release', () => {
          const account = accounts.get(orderId);
          return settled(account, 'releases', key, amount) ? { released: account?.releases.get(key) ?? 0 } : null;
        }),
      void: (orderId) =>
        call('payments.void', () => {
          const account = accounts.get(orderId) ?? newAccount(money(0, 'EUR'), 'open');
          const undone = account.undone ?? capturedOf(account) - refundedOf(account);
          accounts.set(orderId, { ...newAccount(account.amount, 'voided'), undone });
          return { givenBack: undone };
        }),
      refund: ({ orderId, key, amount }) =>
        call('payments.refund', () => givenBack(accounts.get(orderId), key, amount)),
    },
    shipping: {
      shippingRates: async (requests) =>
        requests.map(({ methodId, destination }) =>
          methodId === METHOD && destination.countryCode === 'DE'
            ? { methodId, name: 'Standard', price: money(490, 'EUR'), taxClass: 'standard' }
            : null,
        ),
    },
    fulfilment: {
      plan: (plan) =>
        call('fulfilment.plan', () => {
          if (plans.has(plan.orderId)) return;
          plans.set(plan.orderId, plan);
          shipments.set(plan.orderId, [{ id: newId('Shipment'), status: 'PLANNED' }]);
        }),
      cancel: (orderId) =>
        call('fulfilment.cancel', () => {
          const list = shipments.get(orderId) ?? [];
          if (list.some(({ status }) => !['PLANNED', 'LABEL_PURCHASED', 'CANCELLED'].includes(status))) return false;
          shipments.set(
            orderId,
            list.map((shipment) => ({ ...shipment, status: 'CANCELLED' })),
          );
          return true;
        }),
      takeOut: (orderId, key, lines) =>
        call('fulfilment.takeOut', () => {
          const list = shipments.get(orderId) ?? [];
          const open = list.filter(({ status }) => status === 'PLANNED' || status === 'LABEL_PURCHASED');
          if (takenOut.get(orderId)?.has(key)) return true;
          if (open.length === 0) return false;
          takenOut.set(orderId, (takenOut.get(orderId) ?? new Map()).set(key, lines));
          return true;
        }),
      shipmentsOf,
      trackedShipmentsOf: shipmentsOf,
    },
    customers: {
      checkoutCustomers: async (ids) =>
        ids.map((id) => ({ id, email: 'ada@example.com', name: 'Ada', locale: 'en', taxExempt: false, groups: [] })),
      recordOrder: (order) => call('customers.recordOrder', () => void recorded.push(order)),
    },
    messages: {
      send: (message) =>
        call('messages.send', () => {
          if (!mails.has(message.key)) mails.set(message.key, message);
        }),
    },
  };

  return {
    ports,
    calls,
    failing,
    accounts,
    holds,
    plans,
    shipments,
    mails,
    recorded,
    /** What was given back of an order's payment, in cents. */
    refunded: (orderId: string): number => {
      const account = accounts.get(orderId);
      return account ? refundedOf(account) : 0;
    },
    /** What was taken of an order's payment, in cents. */
    captured: (orderId: string): number => {
      const account = accounts.get(orderId);
      return account ? capturedOf(account) : 0;
    },
    /** What is still reserved of an order's payment, in cents. */
    reserved: (orderId: string): number => {
      const account = accounts.get(orderId);
      return account ? reservedOf(account) : 0;
    },
    /** How many of each line were taken out of an order's shipments. */
    takenOut: takenOutOf,
    sold: (id: string): number => sold.get(id) ?? 0,
    available,
    /** Holds whose time is over by then give their goods back. */
    passTime(seconds: number): void {
      for (const hold of holds.values()) {
        hold.secondsLeft -= seconds;
        if (hold.status === 'held' && hold.secondsLeft <= 0) hold.status = 'expired';
      }
    },
    /** More of it arrives. */
    restock(id: string, quantity: number): void {
      const variant = variants.get(id);
      if (variant) variants.set(id, { ...variant, availableQuantity: variant.availableQuantity + quantity });
    },
    variantCount: (): number => variants.size,
    count: (name: Call): number => calls.filter((made) => made === name).length,
    addVariant(stock: number, price = 1990, requiresShipping = true): string {
      const id = newId('Variant');
      variants.set(id, {
        id,
        productId: newId('Product'),
        sku: `SKU-${variants.size + 1}`,
        productTitle: 'Atlas',
        title: 'Pocket',
        imageUrl: null,
        unitPrice: money(price, 'EUR'),
        compareAtPrice: null,
        taxClass: 'standard',
        weightGrams: 300,
        requiresShipping,
        collectionIds: [],
        availableQuantity: stock,
        backorder: false,
        purchasable: true,
      });
      return id;
    },
  };
}

export type FakeShop = ReturnType<typeof createFakeShop>;
