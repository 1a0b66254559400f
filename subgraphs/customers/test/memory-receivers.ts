import { Unavailable } from '@cartograph/kernel/errors';
import { type CustomerOrder, type ErasedCustomer, refusedData, type SyncedCustomer } from '../src/domain/sync.ts';
import type { Crm } from '../src/ports/crm.ts';
import type { Marketing, MarketingEvent } from '../src/ports/marketing.ts';

type Fault = { readonly at: 'before' | 'after'; readonly for: string | null; times: number; readonly error: Error };

/** Loses calls, or refuses them, as a test says. */
function createTrouble() {
  const faults: Fault[] = [];
  const take = (at: Fault['at'], id: string): void => {
    const fault = faults.find((one) => one.at === at && one.times > 0 && (one.for ?? id) === id);
    if (!fault) return;
    fault.times -= 1;
    throw fault.error;
  };
  return {
    add: (fault: Partial<Fault>) =>
      void faults.push({ at: 'before', for: null, times: 1, error: new Unavailable('the receiver'), ...fault }),
    clear: () => void faults.splice(0),
    async call(id: string, work: () => void): Promise<void> {
      take('before', id);
      work();
      await new Promise((done) => setImmediate(done));
      take('after', id);
    },
  };
}

/** A CRM that keeps everything in memory, and every call in its order. */
export function createMemoryCrm(name = 'memory') {
  const customers = new Map<string, SyncedCustomer>();
  const orders = new Map<string, CustomerOrder>();
  const log: string[] = [];
  const trouble = createTrouble();
  const refused = new Set<string>();
  const crm: Crm = {
    name,
    putCustomer: (customer) =>
      trouble.call(customer.id, () => {
        refuse(refused, customer);
        log.push(`customer ${customer.name}`);
        customers.set(customer.id, customer);
      }),
    putOrder: (order, customer) =>
      trouble.call(customer.id, () => {
        refuse(refused, customer);
        log.push(`order ${order.number} ${order.status}`);
        customers.set(customer.id, customer);
        orders.set(order.id, order);
      }),
    erase: ({ id }) =>
      trouble.call(id, () => {
        log.push('erase');
        customers.delete(id);
        for (const order of orders.values()) if (order.customerId === id) orders.delete(order.id);
      }),
    close: async () => {},
  };
  return { crm, customers, orders, log, trouble, refused };
}

/** A marketing tool in memory. */
export function createMemoryMarketing(name = 'memory-marketing') {
  const profiles = new Map<string, SyncedCustomer>();
  const events = new Map<string, MarketingEvent>();
  const log: string[] = [];
  const trouble = createTrouble();
  const refused = new Set<string>();
  const tool: Marketing = {
    name,
    putProfile: (customer) =>
      trouble.call(customer.id, () => {
        refuse(refused, customer);
        log.push(`profile ${customer.agreed.join()}`);
        profiles.set(customer.id, customer);
      }),
    record: (event, customer) =>
      trouble.call(customer.id, () => {
        refuse(refused, customer);
        log.push(`event ${event.id}`);
        events.set(event.id, event);
      }),
    withdraw: (customer) =>
      trouble.call(customer.id, () => {
        log.push('withdraw');
        profiles.set(customer.id, customer);
      }),
    erase: ({ id }: ErasedCustomer) =>
      trouble.call(id, () => {
        log.push('erase');
        profiles.delete(id);
      }),
    close: async () => {},
  };
  return { tool, profiles, events, log, trouble, refused };
}

function refuse(refused: ReadonlySet<string>, { email }: SyncedCustomer): void {
  if (refused.has(email)) throw refusedData('the address is refused');
}
