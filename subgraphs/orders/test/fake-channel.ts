import { Unavailable } from '@cartograph/kernel/errors';
import { money } from '@cartograph/kernel/money';
import type { ChannelMessage, ChannelNews } from '../src/domain/channel-message.ts';
import type { ChannelLine, ChannelOrder } from '../src/domain/channel-order.ts';
import type { SalesChannel } from '../src/ports/sales-channel.ts';
import { METHOD } from './fake-shop.ts';

const ADDRESS = { name: 'Grace Hopper', line1: 'Torstrasse 1', city: 'Berlin', postalCode: '10119', countryCode: 'DE' };

export interface FakeSale {
  readonly lines: readonly { readonly sku: string; readonly quantity?: number; readonly price?: number }[];
  readonly state?: ChannelOrder['state'];
  readonly shipping?: number;
  readonly tax?: number;
  readonly currency?: string;
}

export interface FakeChannelOptions {
  readonly name?: string;
  readonly pageSize?: number;
  readonly atOnce?: boolean;
}

type Call = 'changedOrders' | 'send' | 'outcome';

/**
 * A marketplace in memory that answers later, by receipts, as feeds do; with `atOnce`, it answers at once and knows a
 * message by its id. `failing` gives no answer, before or after the effect.
 */
export function createFakeChannel({ name = 'bazaar', atOnce = false, ...given }: FakeChannelOptions = {}) {
  let { pageSize = 100 } = given;
  const orders = new Map<string, ChannelOrder>();
  const receipts = new Map<string, { messages: readonly ChannelMessage[]; isWorkedOff: boolean }>();
  const told: (ChannelNews & { readonly externalId: string })[] = [];
  const seen = new Set<string>();
  const results = new Map<string, ReturnType<typeof take>[]>();
  /** What it costs, of which nothing is told before the money has come. */
  const prices = new Map<string, ChannelOrder['amounts']>();
  const refusals = new Map<string, string>();
  const failing = new Map<Call, { at: 'before' | 'after'; times: number }>();
  const calls: Call[] = [];
  let last = 0;

  const now = (): Date => {
    last = Math.max(last + 1, Date.now());
    return new Date(last);
  };

  async function call<T>(which: Call, work: () => T): Promise<T> {
    calls.push(which);
    const fault = failing.get(which);
    const fails = fault !== undefined && fault.times > 0;
    if (fails) fault.times -= 1;
    if (fails && fault.at === 'before') throw new Unavailable(name);
    await new Promise((done) => setImmediate(done));
    const answer = work();
    if (fails) throw new Unavailable(name, { timedOut: true });
    return answer;
  }

  function take({ id, externalId, news }: ChannelMessage) {
    const order = orders.get(externalId);
    const problem = refusals.get(externalId) ?? problemOf(order, news);
    if (problem !== null) return { id, problem };
    if (atOnce && seen.has(id)) return { id, problem: null };
    seen.add(id);
    told.push({ ...news, externalId });
    if (order && news.kind === 'CANCELLED') change(externalId, { state: 'CANCELLED' });
    if (order && news.kind === 'SHIPPED') change(externalId, { state: 'SHIPPED' });
    return { id, problem: null };
  }

  function change(externalId: string, changes: Partial<ChannelOrder>): void {
    const order = orders.get(externalId);
    if (!order) throw new Error(`there is no order ${externalId}`);
    orders.set(externalId, { ...order, ...changes, changedAt: now() });
  }

  const channel: SalesChannel = {
    ...{ name, shippingMethodId: METHOD, lookEveryMs: 0 },
    changedOrders: (since, page) =>
      call('changedOrders', () => {
        const changed = [...orders.values()]
          .filter(({ changedAt }) => changedAt >= since)
          .sort((one, other) => one.changedAt.getTime() - other.changedAt.getTime());
        const start = Number(page ?? 0);
        const nextPage = start + pageSize < changed.length ? String(start + pageSize) : null;
        return { orders: changed.slice(start, start + pageSize), nextPage, completeUntil: null };
      }),
    send: (_kind, messages, earlier) =>
      call('send', () => {
        if (atOnce) return { results: messages.map(take) };
        const lost = earlier && [...receipts.keys()].find((receipt) => !earlier.others.includes(receipt));
        if (lost) return { receipt: lost };
        const receipt = `receipt-${receipts.size + 1}`;
        receipts.set(receipt, { messages, isWorkedOff: false });
        return { receipt };
      }),
    outcome: (receipt) =>
      call('outcome', () => {
        const found = receipts.get(receipt);
        if (!found) throw new Error(`there is no receipt ${receipt}`);
        return found.isWorkedOff ? (results.get(receipt) ?? []) : null;
      }),
  };

  return {
    channel,
    orders,
    told,
    calls,
    failing,
    refusals,
    change,
    setPageSize: (size: number): void => {
      pageSize = size;
    },
    /** Has one order that was sold there. */
    sell({ lines, state = 'READY', shipping = 0, tax = 0, currency = 'EUR' }: FakeSale): string {
      const externalId = `${name}-${orders.size + 1}`;
      const amount = (minor: number) => money(minor, currency);
      const sold = lines.map(
        ({ sku, quantity = 1, price = 2500 }, index): ChannelLine => ({
          ...{ id: `${externalId}:${index + 1}`, sku, quantity, discount: amount(0) },
          ...{ subtotal: amount(price * quantity), tax: amount(index === 0 ? tax : 0) },
        }),
      );
      const goods = sold.reduce((all, { subtotal }) => all + (subtotal?.minor ?? 0), 0);
      const amounts = { total: amount(goods + shipping + tax), shipping: amount(shipping), tax: amount(tax) };
      const isPending = state === 'PENDING';
      orders.set(externalId, {
        ...{ externalId, state, changedAt: now(), lines: sold, service: 'Standard' },
        ...{ amounts: isPending ? null : amounts, address: isPending ? null : ADDRESS },
      });
      prices.set(externalId, amounts);
      return externalId;
    },
    /** The buyer's money has come. */
    collect: (externalId: string): void =>
      change(externalId, { state: 'READY', amounts: prices.get(externalId) ?? null, address: ADDRESS }),
    cancel: (externalId: string): void => change(externalId, { state: 'CANCELLED' }),
    workOff(): void {
      for (const [receipt, batch] of receipts)
        if (!batch.isWorkedOff) {
          results.set(receipt, batch.messages.map(take));
          batch.isWorkedOff = true;
        }
    },
  };
}

function problemOf(order: ChannelOrder | undefined, news: ChannelNews): string | null {
  if (!order) return 'There is no such order.';
  if (news.kind === 'CANCELLED' && order.state === 'SHIPPED') return 'It has been shipped and cannot be cancelled.';
  if (news.kind === 'CANCELLED' && order.state === 'CANCELLED') return 'It is cancelled already.';
  if (news.kind === 'SHIPPED' && order.state === 'CANCELLED') return 'It was cancelled.';
  return null;
}

export type FakeChannel = ReturnType<typeof createFakeChannel>;
