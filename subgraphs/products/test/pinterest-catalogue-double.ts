import type { Answer, Call } from '@cartograph/contract-server/check';
import { readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import type { JsonObject } from '@cartograph/contract-server/json-schema';
import { openContractServer } from '@cartograph/contract-server/server';

export const PINTEREST_APP = { appId: '1479999', appSecret: 'a-secret-of-the-app' };

const TOKEN = 'pina_of_the_app';
const NOW = '2026-03-02T09:00:00Z';
const BASIC = `Basic ${Buffer.from(`${PINTEREST_APP.appId}:${PINTEREST_APP.appSecret}`).toString('base64')}`;

/** What the discriminator says, which JSON Schema does not know: of which type each form is. */
function tellTypesApart(document: JsonObject): void {
  const { schemas } = document.components as {
    schemas: Record<string, { properties?: JsonObject; allOf?: JsonObject[] }>;
  };
  const types = { RETAIL: 'Retail', HOTEL: 'Hotel', CREATIVE_ASSETS: 'CreativeAssets' };
  for (const [type, name] of Object.entries(types)) {
    const catalogType = { type: 'string', enum: [type] };
    const [asked, given] = [schemas[`Catalogs${name}FeedsCreateRequest`], schemas[`Catalogs${name}Feed`]];
    for (const one of [asked, ...(given?.allOf ?? [])] as { properties?: JsonObject }[])
      if (one.properties?.catalog_type) one.properties.catalog_type = catalogType;
  }
}

/** Pinterest's catalogues on loopback: the feeds of one account, given out one at a time. */
export async function openPinterestCatalogue() {
  const feeds: Call['body'][] = [];

  function list({ query }: Call): Answer {
    const from = Number(query.bookmark ?? 0);
    const bookmark = from + 1 < feeds.length ? String(from + 1) : null;
    return { status: 200, body: { items: feeds.slice(from, from + 1), bookmark } };
  }

  function create({ body }: Call): Answer {
    const feed = {
      ...{ id: String(100 + feeds.length), created_at: NOW, updated_at: NOW, status: 'ACTIVE' },
      ...{ default_availability: null, preferred_processing_schedule: { time: '02:59', timezone: 'Europe/Berlin' } },
      ...body,
    };
    feeds.push(feed);
    return { status: 201, body: feed };
  }

  const server = await openContractServer({
    contracts: [readContract(readContractFile('pinterest/openapi.json'), tellTypesApart)],
    prefix: '/v5',
    answers: {
      'feeds/list': list,
      'feeds/create': create,
      'oauth/token': () => ({
        status: 200,
        body: {
          ...{ access_token: TOKEN, response_type: 'client_credentials', token_type: 'bearer' },
          ...{ expires_in: 2_592_000, scope: 'catalogs:read catalogs:write' },
        },
      }),
    },
    refuse: ({ path, headers }) =>
      headers.authorization === (path === '/v5/oauth/token' ? BASIC : `Bearer ${TOKEN}`)
        ? null
        : { status: 401, body: { code: 2, message: 'Authentication failed.' } },
    badRequest: (problems) => ({ status: 400, body: { code: 1, message: problems.join('; ') } }),
  });
  return { ...server, apiUrl: `${server.url}/v5`, feeds };
}
