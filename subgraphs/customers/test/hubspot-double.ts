import type { Answer, Call } from '@cartograph/contract-server/check';
import { readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import type { JsonObject } from '@cartograph/contract-server/json-schema';
import { openContractServer } from '@cartograph/contract-server/server';

export const HUBSPOT_TOKEN = 'pat-eu1-test';

const json = (schema: object) => ({ 'application/json': { schema } });
const ref = (name: string) => ({ $ref: `#/definitions/${name}` });

/** The paths that the official client calls, with the schemas of the contract, which has no paths. */
function readHubspot() {
  const document = readContractFile('hubspot/hubspot-api-client-13.5.0.contacts.schema.json') as JsonObject;
  const definitions = document.definitions as JsonObject;
  // The client's class says `_new`; on the wire it is `new`.
  const upserted = definitions.SimplePublicUpsertObject as { properties: JsonObject; required: string[] };
  const { _new: isNew, ...rest } = upserted.properties;
  definitions.SimplePublicUpsertObject = {
    ...upserted,
    properties: { ...rest, new: isNew ?? {} },
    required: upserted.required.map((name) => (name === '_new' ? 'new' : name)),
  };
  const error = {
    type: 'object',
    required: ['status', 'message', 'correlationId', 'category'],
    properties: { status: { const: 'error' }, message: { type: 'string' } },
  };
  const failures = { '4XX': { content: json(error) }, '5XX': { content: json(error) } };
  return readContract({
    openapi: '3.1.0',
    info: { title: 'HubSpot contacts' },
    paths: {
      '/crm/v3/objects/contacts/batch/upsert': {
        post: {
          operationId: 'upsert',
          requestBody: { required: true, content: json(ref('BatchInputSimplePublicObjectBatchInputUpsert')) },
          responses: { 200: { content: json(ref('BatchResponseSimplePublicUpsertObject')) }, ...failures },
        },
      },
      '/crm/v3/objects/contacts/search': {
        post: {
          operationId: 'search',
          requestBody: { required: true, content: json(ref('PublicObjectSearchRequest')) },
          responses: {
            200: { content: json(ref('CollectionResponseWithTotalSimplePublicObjectForwardPaging')) },
            ...failures,
          },
        },
      },
      // Of the official client's types; the schema file has none for it.
      '/crm/v3/objects/contacts/gdpr-delete': {
        post: {
          operationId: 'purge',
          requestBody: {
            required: true,
            content: json({
              type: 'object',
              required: ['objectId'],
              additionalProperties: false,
              properties: { objectId: { type: 'string' }, idProperty: { type: 'string' } },
            }),
          },
          responses: { 204: {}, ...failures },
        },
      },
    },
    definitions,
  });
}

/** What an account has that was set up as our documentation says. */
const PROPERTIES = [
  ...['email', 'firstname', 'lastname', 'phone', 'cartograph_id', 'cartograph_locale', 'cartograph_customer_since'],
  ...['cartograph_consents', 'cartograph_orders', 'cartograph_spent', 'cartograph_last_order'],
  ...['cartograph_last_order_status', 'cartograph_last_order_at'],
];

interface Contact {
  readonly id: string;
  readonly createdAt: string;
  properties: Record<string, string>;
}

/** HubSpot's contacts on loopback. */
export async function openHubspotDouble() {
  const contacts = new Map<string, Contact>();
  const purged: string[] = [];
  const refusedEmails = new Set<string>();
  let count = 0;

  function upsert({ body }: Call): Answer {
    const now = new Date().toISOString();
    const [{ id: email, idProperty, properties }] = body.inputs;
    if (idProperty !== 'email') return problem(400, `${idProperty} is no property with unique values`);
    const unknown = Object.keys(properties).filter((name) => !PROPERTIES.includes(name));
    if (unknown.length > 0) return problem(400, `Property values were not valid: ${unknown.join()} does not exist`);
    if (refusedEmails.has(email)) return problem(400, `Property values were not valid: email ${email} is invalid`);
    const known = contacts.get(email);
    const contact = known ?? { id: String(100 + ++count), createdAt: now, properties: {} };
    contact.properties = { ...contact.properties, ...properties };
    contacts.set(properties.email ?? email, contact);
    const result = { ...contact, updatedAt: now, archived: false, new: !known };
    return {
      status: 200,
      body: { status: 'COMPLETE', startedAt: now, completedAt: now, results: [result] },
    };
  }

  /** Of filters it knows one: that a property is there. */
  function search({ body }: Call): Answer {
    const { filterGroups, limit } = body;
    const names: string[] = filterGroups.flatMap(({ filters }: any) => filters.map((one: any) => one.propertyName));
    const unknown = names.filter((name) => !PROPERTIES.includes(name));
    if (unknown.length > 0)
      return problem(400, `There was a problem with the request: ${unknown.join()} does not exist`);
    const found = [...contacts.values()].filter(({ properties }) => names.every((name) => properties[name]));
    const results = found
      .slice(0, limit)
      .map((contact) => ({ ...contact, updatedAt: contact.createdAt, archived: false }));
    return { status: 200, body: { total: found.length, results } };
  }

  const server = await openContractServer({
    contracts: [readHubspot()],
    answers: {
      upsert,
      search,
      purge({ body: { objectId } }) {
        contacts.delete(objectId);
        purged.push(objectId);
        return { status: 204 };
      },
    },
    refuse: ({ headers }) =>
      headers.authorization === `Bearer ${HUBSPOT_TOKEN}` ? null : problem(401, 'Authentication credentials not found'),
    badRequest: (problems) => problem(400, problems.join('; ')),
  });
  return { ...server, contacts, purged, refusedEmails };
}

const problem = (status: number, message: string): Answer => ({
  status,
  body: {
    status: 'error',
    message,
    correlationId: 'aeb5f871-7f07-4993-9211-075dc63e7cbf',
    category: 'VALIDATION_ERROR',
  },
});
