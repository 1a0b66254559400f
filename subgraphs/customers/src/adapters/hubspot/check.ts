import type { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/contacts/models/Filter.js';
import { createHubspotClient, type HubspotSettings } from './client.ts';

/** Looks for one contact of ours, which is refused where the account lacks the property with our ids. */
export async function checkHubspot(settings: HubspotSettings): Promise<string> {
  const filter = { propertyName: 'cartograph_id', operator: 'HAS_PROPERTY' as FilterOperatorEnum };
  const search = { filterGroups: [{ filters: [filter] }], properties: ['cartograph_id'], limit: 1 };
  await createHubspotClient(settings).ask(({ searchApi }) => searchApi.doSearch(search));
  return 'the token may read contacts';
}
