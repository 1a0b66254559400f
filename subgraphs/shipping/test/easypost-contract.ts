import { type Contract, readContract } from '@cartograph/contract-server/contract';
import { readContractFile } from '@cartograph/contract-server/contracts-folder';
import type { Json, JsonObject } from '@cartograph/contract-server/json-schema';
import { createSamples } from '@cartograph/contract-server/samples';

export interface Recording {
  readonly cassette: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: Json };
  readonly response: { readonly status: number; readonly body: Json };
}

export const readRecordings = () => readContractFile('easypost/recordings.json') as readonly Recording[];

/** The webhook body and the signature that EasyPost tests its own libraries with. */
export const readWebhookFixture = () =>
  (
    readContractFile('easypost/client-library-fixtures.json') as {
      readonly webhooks: { readonly secret: string; readonly hmac_signature: string };
    }
  ).webhooks;

/** By our name: the method and path, and which recorded request it is. */
const OPERATIONS = {
  createShipment: ['post', '/shipments', /^POST \/v2\/shipments$/],
  retrieveShipment: ['get', '/shipments/{id}', /^GET \/v2\/shipments\/\w+$/],
  buyShipment: ['post', '/shipments/{id}/buy', /^POST \/v2\/shipments\/\w+\/buy$/],
  rerateShipment: ['post', '/shipments/{id}/rerate', /^POST \/v2\/shipments\/\w+\/rerate$/],
  refundShipment: ['post', '/shipments/{id}/refund', /^POST \/v2\/shipments\/\w+\/refund$/],
  createTracker: ['post', '/trackers', /^POST \/v2\/trackers$/],
} as const;

/**
 * EasyPost publishes recordings and no contract, so this is made from them: a request may have the fields that were ever
 * recorded, and an answer must have the structure that they all had.
 */
export function readEasyPostContract(): Contract {
  const recordings = readRecordings();
  const bodies = [
    ...recordings.map(({ response }) => response.body),
    readContractFile('easypost/event-body.json') as Json,
  ];
  const answers = createSamples(bodies, { kindOf });
  const requests = createSamples([], { requires: false });
  const failed = recordings.filter(({ response }) => response.status >= 400).map(({ response }) => response.body);
  const json = (schema: JsonObject) => ({ content: { 'application/json': { schema } } });
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, [method, path, pattern]] of Object.entries(OPERATIONS)) {
    const of = recordings.filter(({ request }) => pattern.test(`${request.method} ${request.path}`));
    const good = of.filter(({ response }) => response.status < 400);
    const sent = of.flatMap(({ request }) => request.body ?? []);
    const status = good[0]?.response.status ?? 200;
    paths[path] = {
      ...paths[path],
      [method]: {
        operationId: name,
        ...(method === 'post' && { requestBody: json(requests.schemaOf(sent)) }),
        responses: {
          [status]: json(answers.schemaOf(good.map(({ response }) => response.body))),
          '4XX': json(answers.schemaOf(failed)),
        },
      },
    };
  }
  // Nobody recorded the list, which the library's types describe; what is in it was recorded.
  const list = {
    ...{ type: 'object', required: ['trackers', 'has_more'], additionalProperties: false },
    properties: {
      trackers: { type: 'array', items: { $ref: '#/components/schemas/Tracker' } },
      has_more: { type: 'boolean' },
    },
  } as JsonObject;
  const parameters = [{ name: 'tracking_code', in: 'query', required: true, schema: { type: 'string' } }];
  paths['/trackers'] = {
    ...paths['/trackers'],
    get: { operationId: 'listTrackers', parameters, responses: { 200: json(list) } },
  };
  const info = { title: 'EasyPost, as recorded', version: '2' };
  return readContract({ openapi: '3.1.0', info, paths, components: { schemas: answers.schemas() } });
}

const kindOf = ({ object }: JsonObject): string | null => (typeof object === 'string' ? object : null);
