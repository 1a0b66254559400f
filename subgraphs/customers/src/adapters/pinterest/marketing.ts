import { createHash } from 'node:crypto';
import { toDecimal } from '@cartograph/kernel/money';
import type { SyncedCustomer } from '../../domain/sync.ts';
import type { Marketing, MarketingEvent } from '../../ports/marketing.ts';
import { createPinterestClient, type PinterestSettings } from './client.ts';

/** Pinterest's conversions: what was bought, by whom only as a hash. It keeps no profiles of ours. */
export function createPinterest(settings: PinterestSettings): Marketing {
  const client = createPinterestClient(settings);
  return {
    name: 'pinterest',
    // A visitor becomes an audience there by what they bought; a profile alone is nothing to tell.
    putProfile: async () => {},
    async record(event, customer) {
      if (event.kind !== 'ORDER_PLACED') return;
      await client.sendEvent(conversionOf(event, customer));
    },
    // Nothing is kept there under a name that could be withdrawn or erased: what matters is that no more is sent.
    withdraw: async () => {},
    erase: async () => {},
    close: () => client.close(),
  };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

const conversionOf = ({ id, order, occurredAt }: MarketingEvent, customer: SyncedCustomer) => ({
  event_name: 'checkout',
  // Those of the shop itself: a tag on its pages that sends the same id is not counted twice.
  action_source: 'web',
  event_time: Math.floor(occurredAt.getTime() / 1000),
  event_id: id,
  opt_out: false,
  language: customer.locale.slice(0, 2),
  user_data: { em: [hash(customer.email)], external_id: [hash(customer.id)] },
  custom_data: {
    currency: order.total.currency,
    value: toDecimal(order.total),
    order_id: order.number,
    num_items: order.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    content_ids: order.lines.map(({ sku }) => sku),
    contents: order.lines.map(({ sku, title, quantity, unitPrice }) => ({
      ...{ id: sku, item_name: title, quantity },
      item_price: toDecimal(unitPrice),
    })),
  },
});
