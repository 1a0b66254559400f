import { money } from '@cartograph/kernel/money';
import { describe, expect, it } from 'vitest';
import type { ChannelMessage, ChannelNews } from '../src/domain/channel-message.ts';
import type { ChannelOrder } from '../src/domain/channel-order.ts';
import type { SalesChannel, Sent } from '../src/ports/sales-channel.ts';

/** A marketplace, seen from both sides. */
export interface ChannelWorld extends AsyncDisposable {
  readonly channel: SalesChannel;
  /** Sold there, at 25.00 EUR a piece; gives its id there. */
  sell(lines: readonly { readonly sku: string; readonly quantity: number }[], state?: 'PENDING' | 'READY'): string;
  collect(externalId: string): void;
  cancel(externalId: string): void;
  setPageSize(size: number): void;
  /** The channel works off what it has received. */
  workOff(): void;
  /** What the channel shows of it. */
  shown(externalId: string): {
    readonly orderNumber: string | null;
    readonly isCancelled: boolean;
    readonly parcels: readonly string[];
    readonly refunded: number;
  };
  /** The next message has its effect, and the answer is lost. */
  loseAnswer(): void;
  limit(): void;
}

const LONG_AGO = new Date(Date.now() - 86_400_000);

async function readAll(channel: SalesChannel, since = LONG_AGO): Promise<readonly ChannelOrder[]> {
  const all: ChannelOrder[] = [];
  for (let page: string | null = null; ; ) {
    const { orders, nextPage } = await channel.changedOrders(since, page);
    all.push(...orders);
    if (nextPage === null) return all;
    page = nextPage;
  }
}

let count = 0;
const message = (externalId: string, news: ChannelNews): ChannelMessage => {
  count += 1;
  return {
    ...{ id: `Order:${externalId}:${count}`, channel: 'any', orderId: `Order:${externalId}` },
    externalId,
    news,
  };
};

const shipment = (order: ChannelOrder, tracking: string, quantity = 1): ChannelMessage =>
  message(order.externalId, {
    ...{ kind: 'SHIPPED', shipmentId: `Shipment:${tracking}`, shippedAt: '2026-11-26T12:00:00.000Z', carrier: 'UPS' },
    ...{ trackingNumber: tracking, lines: [{ lineId: order.lines[0]?.id ?? '', quantity }] },
  });

const cancellation = ({ externalId, lines }: ChannelOrder): ChannelMessage =>
  message(externalId, {
    ...{ kind: 'CANCELLED', reason: 'OUT_OF_STOCK' },
    lines: lines.map(({ id, quantity }) => ({ lineId: id, quantity })),
  });

/** What became of messages of one kind, as the channel works them off. */
async function tell({ channel, workOff }: ChannelWorld, messages: readonly ChannelMessage[]) {
  const sent = await channel.send(messages[0]?.news.kind ?? 'SHIPPED', messages, null);
  return outcomeOf(channel, workOff, sent, messages);
}

async function outcomeOf(channel: SalesChannel, workOff: () => void, sent: Sent, messages: readonly ChannelMessage[]) {
  if ('results' in sent) return sent.results;
  expect(await channel.outcome(sent.receipt, messages)).toBeNull();
  workOff();
  const results = await channel.outcome(sent.receipt, messages);
  if (!results) throw new Error('the channel works on it for ever');
  return results;
}

/** What every sales channel does, whatever it is. */
export function describeSalesChannel(name: string, open: () => Promise<ChannelWorld>): void {
  describe(`the sales channel ${name}`, () => {
    it('shows an order that is to be sent with its goods, its address and what it costs', async () => {
      await using world = await open();
      const id = world.sell([{ sku: 'SHIRT', quantity: 2 }]);
      const [order] = await readAll(world.channel);
      expect(order).toMatchObject({
        ...{ externalId: id, state: 'READY', changedAt: expect.any(Date) },
        lines: [{ id: expect.any(String), sku: 'SHIRT', quantity: 2, subtotal: money(5000, 'EUR') }],
        amounts: { total: money(5000, 'EUR'), shipping: money(0, 'EUR'), tax: money(0, 'EUR') },
        address: { name: 'Grace Hopper', line1: 'Torstrasse 1', city: 'Berlin', countryCode: 'DE' },
      });
    });

    it('shows an order whose money is not there yet with its goods, and without an address', async () => {
      await using world = await open();
      const id = world.sell([{ sku: 'SHIRT', quantity: 1 }], 'PENDING');
      expect(await readAll(world.channel)).toMatchObject([
        { externalId: id, state: 'PENDING', lines: [{ sku: 'SHIRT', quantity: 1 }], address: null },
      ]);
      world.collect(id);
      expect(await readAll(world.channel)).toMatchObject([{ state: 'READY', address: { city: 'Berlin' } }]);
      world.cancel(id);
      expect(await readAll(world.channel)).toMatchObject([{ state: 'CANCELLED' }]);
    });

    it('shows all that has changed, page by page, and nothing older', async () => {
      await using world = await open();
      world.setPageSize(2);
      const ids = [1, 2, 3, 4, 5].map((quantity) => world.sell([{ sku: 'SHIRT', quantity }]));
      const orders = await readAll(world.channel);
      expect(orders.map(({ externalId }) => externalId).sort()).toEqual([...ids].sort());
      const newest = Math.max(...orders.map(({ changedAt }) => changedAt.getTime()));
      expect(await readAll(world.channel, new Date(newest + 1))).toEqual([]);
      world.cancel(ids[0] ?? '');
      expect(await readAll(world.channel, new Date(newest + 1))).toMatchObject([{ externalId: ids[0] }]);
    });

    it('takes our number, what was sent, and that something cannot be sent', async () => {
      await using world = await open();
      const [sent = '', gone = ''] = ['SHIRT', 'HAT'].map((sku) => world.sell([{ sku, quantity: 1 }]));
      const orders = await readAll(world.channel);
      const find = (id: string) => orders.find(({ externalId }) => externalId === id) as ChannelOrder;
      const number = message(sent, { kind: 'ACKNOWLEDGED', orderNumber: 'ABCD1234' });
      for (const one of [number, shipment(find(sent), '1Z1'), cancellation(find(gone))])
        expect(await tell(world, [one])).toEqual([{ id: one.id, problem: null }]);
      expect(world.shown(sent)).toMatchObject({ orderNumber: 'ABCD1234', isCancelled: false, parcels: ['1Z1'] });
      expect(world.shown(gone)).toMatchObject({ isCancelled: true, parcels: [] });
      const [state] = (await readAll(world.channel)).filter(({ externalId }) => externalId === sent);
      expect(state?.state).toBe('SHIPPED');
    });

    it('gives back what has come back', async () => {
      await using world = await open();
      const id = world.sell([{ sku: 'SHIRT', quantity: 1 }]);
      const [order] = await readAll(world.channel);
      if (!order) throw new Error('there is no order');
      await tell(world, [shipment(order, '1Z1')]);
      const lines = [{ lineId: order.lines[0]?.id ?? '', quantity: 1, amount: money(1234, 'EUR') }];
      const refund = message(id, { kind: 'REFUNDED', returnId: 'Return:1', lines });
      expect(await tell(world, [refund])).toEqual([{ id: refund.id, problem: null }]);
      expect(world.shown(id).refunded).toBe(1234);
    });

    it('says which of many messages it does not take, and why', async () => {
      await using world = await open();
      const ids = [1, 2, 3].map(() => world.sell([{ sku: 'SHIRT', quantity: 1 }]));
      const orders = await readAll(world.channel);
      const [first, second, third] = ids.map(
        (id) => orders.find(({ externalId }) => externalId === id) as ChannelOrder,
      );
      if (!first || !second || !third) throw new Error('there are no orders');
      await tell(world, [shipment(second, '1Z2')]);
      const messages = [first, second, third].map(cancellation);
      expect(await tell(world, messages)).toEqual([
        { id: messages[0]?.id, problem: null },
        { id: messages[1]?.id, problem: expect.stringContaining('shipped') },
        { id: messages[2]?.id, problem: null },
      ]);
      expect(ids.map((id) => world.shown(id).isCancelled)).toEqual([true, false, true]);
    });

    it('does a thing once that was told twice because its answer was lost', async () => {
      await using world = await open();
      const id = world.sell([{ sku: 'SHIRT', quantity: 1 }]);
      const [order] = await readAll(world.channel);
      if (!order) throw new Error('there is no order');
      const parcel = [shipment(order, '1Z1')];
      const earlier = await world.channel.send('SHIPPED', parcel, null);
      await outcomeOf(world.channel, world.workOff, earlier, parcel);
      const others = 'receipt' in earlier ? [earlier.receipt] : [];
      const lines = [{ lineId: order.lines[0]?.id ?? '', quantity: 1, amount: money(1000, 'EUR') }];
      const messages = [message(id, { kind: 'REFUNDED', returnId: 'Return:1', lines })];
      const at = new Date();
      world.loseAnswer();
      await expect(world.channel.send('REFUNDED', messages, null)).rejects.toMatchObject({ name: 'Unavailable' });
      const sent = await world.channel.send('REFUNDED', messages, { at, others });
      expect(await outcomeOf(world.channel, world.workOff, sent, messages)).toEqual([
        { id: messages[0]?.id, problem: null },
      ]);
      expect(world.shown(id).refunded).toBe(1000);
    });

    it('that has enough of us gives no answer, and does nothing', async () => {
      await using world = await open();
      world.sell([{ sku: 'SHIRT', quantity: 1 }]);
      expect(await readAll(world.channel)).toHaveLength(1);
      world.limit();
      await expect(readAll(world.channel)).rejects.toMatchObject({ name: 'Unavailable' });
      expect(await readAll(world.channel)).toHaveLength(1);
    });
  });
}
