import { createHash } from 'node:crypto';
import type { Answer, Call } from '@cartograph/contract-server/check';
import { readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import { openContractServer } from '@cartograph/contract-server/server';

export const PINTEREST = { accessToken: 'pina_test', adAccountId: '549755885175' };

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const LONGEST_AGE_SECONDS = 7 * 86_400;

/** Pinterest's conversions on loopback. `refusesOld` says whether events of more than a week ago are refused, as they are. */
export async function openPinterestDouble({ refusesOld = false } = {}) {
  const events = new Map<string, Call['body']>();
  const refusedEmails = new Set<string>();

  function create({ body, params, query }: Call): Answer {
    if (params.ad_account_id !== PINTEREST.adAccountId) return problem(403, 'Unauthorized access.');
    const [event] = body.data;
    if (![event.user_data.em, event.user_data.external_id].flat().every((hash: string) => /^[0-9a-f]{64}$/.test(hash)))
      return detailed(422, 'user_data must be hashed');
    const isOld = refusesOld && event.event_time < Date.now() / 1000 - LONGEST_AGE_SECONDS;
    const isRefused = [...refusedEmails].some((email) => event.user_data.em.includes(hashOf(email)));
    if (isRefused) return detailed(422, 'Not all events were successfully processed.');
    const told = isOld ? { status: 'failed', error_message: 'event_time is too old' } : { status: 'processed' };
    // The same id is the same event, and a test is none.
    if (!isOld && String(query.test) !== 'true') events.set(event.event_id, event);
    return { status: 200, body: { num_events_received: 1, num_events_processed: isOld ? 0 : 1, events: [told] } };
  }

  const server = await openContractServer({
    contracts: [readContract(readContractFile('pinterest/openapi.json'))],
    prefix: '/v5',
    answers: { 'events/create': create },
    refuse: ({ headers }) =>
      headers.authorization === `Bearer ${PINTEREST.accessToken}` ? null : problem(401, 'Authentication failed.'),
    badRequest: (problems) => problem(400, problems.join('; ')),
  });
  return { ...server, apiUrl: `${server.url}/v5`, events, refusedEmails };
}

const problem = (status: number, message: string): Answer => ({ status, body: { code: 2, message } });

const detailed = (status: number, message: string): Answer => ({ status, body: { code: 2, message, details: {} } });
