import { refusedData, type SyncedCustomer } from '../../domain/sync.ts';
import type { Crm } from '../../ports/crm.ts';
import { createHubspotClient, type HubspotSettings } from './client.ts';
import { contactProperties } from './contact.ts';

/** HubSpot's contacts. They are found by e-mail address, so that one that the sales people made is taken over. */
export function createHubspotCrm(settings: HubspotSettings): Crm {
  const { ask } = createHubspotClient(settings);

  async function put(customer: SyncedCustomer): Promise<void> {
    const input = { idProperty: 'email', id: customer.email, properties: contactProperties(customer) };
    const answer = await ask(({ batchApi }) => batchApi.upsert({ inputs: [input] }));
    // HTTP 207: a batch of one in which nothing went well.
    const [problem] = 'errors' in answer ? (answer.errors ?? []) : [];
    if (problem) throw refusedData(`hubspot refuses this: ${problem.message}`);
  }

  return {
    name: 'hubspot',
    putCustomer: put,
    putOrder: (_order, customer) => put(customer),
    async erase({ email }) {
      await ask(({ basicApi }) => basicApi.purge({ idProperty: 'email', objectId: email }));
    },
    close: async () => {},
  };
}
