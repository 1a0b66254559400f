import { createFakeChannel } from './fake-channel.ts';
import { type ChannelWorld, describeSalesChannel } from './sales-channel.contract.ts';

async function open(atOnce: boolean): Promise<ChannelWorld> {
  const fake = createFakeChannel({ atOnce });
  return {
    channel: fake.channel,
    sell: (lines, state = 'READY') => fake.sell({ lines, state }),
    collect: fake.collect,
    cancel: fake.cancel,
    setPageSize: fake.setPageSize,
    workOff: fake.workOff,
    shown(id) {
      const told = fake.told.filter(({ externalId }) => externalId === id);
      const numbers = told.flatMap((news) => (news.kind === 'ACKNOWLEDGED' ? [news.orderNumber] : []));
      const refunds = told.flatMap((news) => (news.kind === 'REFUNDED' ? news.lines : []));
      return {
        orderNumber: numbers[0] ?? null,
        isCancelled: told.some(({ kind }) => kind === 'CANCELLED'),
        parcels: told.flatMap((news) => (news.kind === 'SHIPPED' ? [news.trackingNumber ?? ''] : [])),
        refunded: refunds.reduce((all, { amount }) => all + amount.minor, 0),
      };
    },
    loseAnswer: () => void fake.failing.set('send', { at: 'after', times: 1 }),
    limit: () => void fake.failing.set('changedOrders', { at: 'before', times: 1 }),
    async [Symbol.asyncDispose]() {},
  };
}

// What the tests of orders sell at keeps to what every channel does.
describeSalesChannel('in memory that answers later', () => open(false));
describeSalesChannel('in memory that answers at once', () => open(true));
