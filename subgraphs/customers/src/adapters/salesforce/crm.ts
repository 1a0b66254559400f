import { createProviderCalls } from '@cartograph/providers/calls';
import type { Crm } from '../../ports/crm.ts';
import { errorOf } from './faults.ts';
import { contactOf, ORDER_OBJECT, OUR_ID, orderOf, type SObject } from './records.ts';
import { type Call, createSession, type SalesforceSettings, TIMEOUT_MS } from './session.ts';

export type { SalesforceSettings } from './session.ts';

/** As many as one call may delete. */
const AT_ONCE = 200;

/** Salesforce's contacts, and an object of ours for their orders, through the SOAP partner API. */
export function createSalesforceCrm(settings: SalesforceSettings): Crm {
  const { timeoutMs = TIMEOUT_MS } = settings;
  const call = createSession(settings, createProviderCalls({ provider: 'salesforce', timeoutMs, attempts: 2 }));
  const upsert = async (record: SObject): Promise<void> =>
    check(await call('upsert', { externalIDFieldName: OUR_ID, sObjects: [record] }));
  return {
    name: 'salesforce',
    putCustomer: (customer) => upsert(contactOf(customer)),
    async putOrder(order, customer) {
      // The contact first: the order refers to it.
      await upsert(contactOf(customer));
      await upsert(orderOf(order));
    },
    async erase({ id }) {
      await eraseAll(call, `FROM ${ORDER_OBJECT} WHERE Contact__r.${OUR_ID} = '${quoted(id)}'`);
      await eraseAll(call, `FROM Contact WHERE ${OUR_ID} = '${quoted(id)}'`);
    },
    close: async () => {},
  };
}

/** Deletes, and empties from the recycle bin, also what an attempt before this one has left there. */
async function eraseAll(call: Call, from: string): Promise<void> {
  for (;;) {
    const answer = await call('queryAll', { queryString: `SELECT Id, IsDeleted ${from} LIMIT ${AT_ONCE}` });
    const records: readonly Found[] = answer?.records ?? [];
    const all = records.map(({ Id }) => first(Id));
    const alive = records.filter(({ IsDeleted }) => String(IsDeleted) !== 'true').map(({ Id }) => first(Id));
    if (alive.length > 0) check(await call('delete', { ids: alive }), ['ENTITY_IS_DELETED']);
    if (all.length > 0) check(await call('emptyRecycleBin', { ids: all }), GONE);
    // Of what is gone for good the query may still tell for a while.
    if (alive.length < AT_ONCE) return;
  }
}

const GONE = ['ENTITY_IS_DELETED', 'INVALID_ID_FIELD', 'INVALID_CROSS_REFERENCE_KEY', 'UNDELETE_FAILED'];

interface Found {
  /** Salesforce writes it twice: as what every object has, and as a field that was asked for. */
  readonly Id: string | readonly string[];
  readonly IsDeleted?: string | boolean;
}

const first = (id: Found['Id']): string => (typeof id === 'string' ? id : (id[0] ?? ''));

const quoted = (text: string): string => text.replace(/[\\']/g, '\\$&');

interface Result {
  readonly success: boolean;
  readonly errors?: readonly { readonly statusCode: string; readonly message: string }[];
}

/** Throws when one of the results says no, unless with a code that is as good as yes. */
function check(results: readonly Result[], fine: readonly string[] = []): void {
  for (const { success, errors: [error] = [] } of results)
    if (!success && error && !fine.includes(error.statusCode)) throw errorOf(error.statusCode, error.message);
}
