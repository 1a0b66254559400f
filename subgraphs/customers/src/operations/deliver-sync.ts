import { reasonOf } from '@cartograph/kernel/errors';
import { askedPause, type ClaimedSync, type ErasedCustomer, isRefusedData, nextSyncPause } from '../domain/sync.ts';
import type { Crm } from '../ports/crm.ts';
import type { Marketing, MarketingEvent } from '../ports/marketing.ts';
import type { Ports } from '../ports.ts';
import { after } from './session-tokens.ts';

type Ended = 'DELIVERED' | 'SKIPPED';

/** Makes one attempt and notes what came of it. Gives why it failed, for the log. */
export const deliverSync =
  (ports: Ports) =>
  async (delivery: ClaimedSync, random: () => number = Math.random): Promise<Error | null> => {
    try {
      const ended = await tell(ports, delivery);
      await ports.syncQueue.end(delivery, ended, ports.clock());
      return null;
    } catch (error) {
      const pause = isRefusedData(error) ? null : nextSyncPause(delivery.tries, random(), askedPause(error));
      const now = ports.clock();
      await ports.syncQueue.fail(delivery, reasonOf(error), pause === null ? null : after(now, pause), now);
      return error as Error;
    }
  };

async function tell(ports: Ports, delivery: ClaimedSync): Promise<Ended> {
  const { crms, marketing } = ports.receivers;
  const crm = crms.find(({ name }) => name === delivery.receiver);
  if (crm) return delivery.event === 'CUSTOMER_ERASED' ? erase(ports, delivery, crm) : tellCrm(ports, delivery, crm);
  const tool = marketing.find(({ name }) => name === delivery.receiver);
  if (!tool) throw new Error(`the receiver ${delivery.receiver} is not on`);
  return delivery.event === 'CUSTOMER_ERASED' ? erase(ports, delivery, tool) : tellMarketing(ports, delivery, tool);
}

async function tellCrm({ syncSubjects, acquaintances }: Ports, delivery: ClaimedSync, crm: Crm): Promise<Ended> {
  const { receiver, customerId, data } = delivery;
  const customer = await syncSubjects.customer(customerId);
  if (!customer) return 'SKIPPED';
  const order = data.orderId ? await syncSubjects.order(data.orderId) : null;
  await acquaintances.meet(receiver, customerId);
  await (order ? crm.putOrder(order, customer) : crm.putCustomer(customer));
  return 'DELIVERED';
}

/** Whoever has not agreed, or not any more at this moment, is not told of. */
async function tellMarketing(ports: Ports, delivery: ClaimedSync, tool: Marketing): Promise<Ended> {
  const { receiver, customerId, event } = delivery;
  const customer = await ports.syncSubjects.customer(customerId);
  if (!customer) return 'SKIPPED';
  if (!customer.agreed.includes('MARKETING')) {
    if (event !== 'CONSENT_CHANGED' || !(await ports.acquaintances.has(receiver, customerId))) return 'SKIPPED';
    await tool.withdraw(customer);
    return 'DELIVERED';
  }
  const isOrder = event === 'ORDER_PLACED' || event === 'ORDER_CHANGED';
  const news = isOrder ? await newsOf(ports, delivery) : null;
  if (isOrder && !news) return 'SKIPPED';
  await ports.acquaintances.meet(receiver, customerId);
  await (news ? tool.record(news, customer) : tool.putProfile(customer));
  return 'DELIVERED';
}

async function newsOf({ syncSubjects }: Ports, delivery: ClaimedSync): Promise<MarketingEvent | null> {
  const { event, data, occurredAt } = delivery;
  const kind = event === 'ORDER_PLACED' ? event : KINDS[data.status ?? ''];
  const order = kind && data.orderId ? await syncSubjects.order(data.orderId) : null;
  return kind && order
    ? { id: `${order.id}:${kind}`, kind, order, occurredAt: event === 'ORDER_PLACED' ? order.placedAt : occurredAt }
    : null;
}

const KINDS: Readonly<Record<string, MarketingEvent['kind']>> = {
  CANCELLED: 'ORDER_CANCELLED',
  DELIVERED: 'ORDER_DELIVERED',
};

/** A receiver that never heard of the customer does not hear of them now. */
async function erase(ports: Ports, delivery: ClaimedSync, from: Crm | Marketing): Promise<Ended> {
  const { receiver, customerId, data } = delivery;
  if (!(await ports.acquaintances.has(receiver, customerId))) return 'SKIPPED';
  const erased: ErasedCustomer = { id: customerId, email: data.email ?? '', phone: data.phone ?? null };
  await from.erase(erased);
  await ports.acquaintances.forget(receiver, customerId);
  return 'DELIVERED';
}
