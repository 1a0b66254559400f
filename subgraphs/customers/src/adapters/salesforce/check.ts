import { createProviderCalls } from '@cartograph/providers/calls';
import { ORDER_OBJECT, OUR_ID } from './records.ts';
import { createSession, type SalesforceSettings, TIMEOUT_MS } from './session.ts';

/** Logs in, and reads one record of each object, which is refused where the organisation lacks the fields with our ids. */
export async function checkSalesforce(settings: SalesforceSettings): Promise<string> {
  const { timeoutMs = TIMEOUT_MS } = settings;
  const call = createSession(settings, createProviderCalls({ provider: 'salesforce', timeoutMs }));
  for (const type of ['Contact', ORDER_OBJECT])
    await call('queryAll', { queryString: `SELECT ${OUR_ID} FROM ${type} LIMIT 1` });
  return 'the user may read contacts and orders';
}
