import type { Answer, Call } from '@cartograph/contract-server/check';
import { readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import type { JsonObject } from '@cartograph/contract-server/json-schema';
import { openContractServer } from '@cartograph/contract-server/server';

export const KLAVIYO_KEY = 'pk_test_0123456789';

const JSON_API = 'application/vnd.api+json';

/** The official client says application/json where the contract says the media type of JSON:API. */
function acceptPlainJson(document: JsonObject): void {
  for (const item of Object.values(document.paths as JsonObject) as JsonObject[])
    for (const operation of Object.values(item) as { requestBody?: { content: JsonObject } }[]) {
      const content = operation.requestBody?.content;
      if (content?.[JSON_API]) content['application/json'] = content[JSON_API];
    }
}

interface Profile {
  readonly id: string;
  attributes: Record<string, unknown>;
  email: 'NEVER' | 'SUBSCRIBED' | 'UNSUBSCRIBED';
  sms: 'NEVER' | 'SUBSCRIBED' | 'UNSUBSCRIBED';
}

/** Klaviyo's profiles, consents and events on loopback. */
export async function openKlaviyoDouble() {
  const profiles = new Map<string, Profile>();
  const events = new Map<string, { readonly metric: string; readonly body: Call['body'] }>();
  const deleted: string[] = [];
  const refusedEmails = new Set<string>();

  function importProfile({ body }: Call): Answer {
    const { attributes } = body.data;
    if (refusedEmails.has(attributes.email)) return problem(400, `Invalid email address: ${attributes.email}`);
    if (attributes.phone_number && !/^\+[1-9]\d{6,14}$/.test(attributes.phone_number))
      return problem(400, 'Invalid phone number format (Example of a valid format: +12345678901)');
    const known = profiles.get(attributes.email);
    const taken = [...profiles.values()].find(
      (one) => one !== known && attributes.phone_number && one.attributes.phone_number === attributes.phone_number,
    );
    if (taken) return problem(409, 'A profile already exists with one of these identifiers.');
    const profile: Profile = known ?? { id: `01P${profiles.size}`, attributes: {}, email: 'NEVER', sms: 'NEVER' };
    profile.attributes = { ...profile.attributes, ...attributes };
    profiles.set(attributes.email, profile);
    return {
      status: known ? 200 : 201,
      body: {
        data: {
          ...{ type: 'profile', id: profile.id, attributes: { email: attributes.email } },
          links: { self: `https://a.klaviyo.com/api/profiles/${profile.id}/` },
        },
      },
    };
  }

  function consent({ body }: Call): Answer {
    for (const { attributes } of body.data.attributes.profiles.data) {
      const profile = [...profiles.values()].find(
        (one) =>
          one.attributes.email === attributes.email ||
          (attributes.phone_number && one.attributes.phone_number === attributes.phone_number),
      );
      if (!profile) continue;
      for (const channel of ['email', 'sms'] as const) {
        const decision = attributes.subscriptions[channel]?.marketing.consent;
        if (decision) profile[channel] = decision;
      }
    }
    return { status: 202 };
  }

  function createEvent({ body }: Call): Answer {
    const { unique_id: id, metric, profile } = body.data.attributes;
    if (refusedEmails.has(profile.data.attributes.email)) return problem(400, 'Invalid email address');
    const name = metric.data.attributes.name;
    // The same id of the same metric is the same event.
    if (!events.has(`${name} ${id}`)) events.set(`${name} ${id}`, { metric: name, body });
    return { status: 202 };
  }

  const server = await openContractServer({
    contracts: [readContract(readContractFile('klaviyo/openapi.json'), acceptPlainJson)],
    answers: {
      create_or_update_profile: importProfile,
      bulk_subscribe_profiles: consent,
      bulk_unsubscribe_profiles: consent,
      create_event: createEvent,
      get_profiles: ({ query }) => ({
        status: 200,
        headers: { 'content-type': JSON_API },
        body: {
          data: [...profiles.values()].slice(0, Number(query['page[size]'] ?? 20)).map(({ id, attributes }) => ({
            ...{ type: 'profile', id, attributes: { email: attributes.email } },
            links: { self: `https://a.klaviyo.com/api/profiles/${id}/` },
          })),
          links: { self: 'https://a.klaviyo.com/api/profiles/' },
        },
      }),
    },
    besides: {
      // Of the official client; the contract that we have leaves it out.
      'POST /api/data-privacy-deletion-jobs': ({ body }) => {
        const { email } = body.data.attributes.profile.data.attributes;
        if (!profiles.delete(email)) return problem(404, 'No profile was found.');
        deleted.push(email);
        return { status: 202 };
      },
    },
    refuse: ({ headers }) =>
      headers.authorization === `Klaviyo-API-Key ${KLAVIYO_KEY}`
        ? null
        : problem(401, 'Missing or invalid private key.'),
    badRequest: (problems) => problem(400, problems.join('; ')),
  });
  return { ...server, profiles, events, deleted, refusedEmails };
}

const problem = (status: number, detail: string): Answer => ({
  status,
  headers: { 'content-type': JSON_API },
  body: { errors: [{ id: '1', code: 'invalid', title: 'Invalid input.', detail, source: { pointer: '/data' } }] },
});
